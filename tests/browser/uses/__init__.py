"""How each component is used on its own page of the documentation: by keyboard, and by pointer.

`KEYBOARD` and `POINTER` hold a function for each component that can be used. It gets the page,
live, and uses the component with real keys or a real pointer; the focus comes by Tab. `READ` has
what a screen reader finds of those that are only read.

    acting                                           the register, and what is done everywhere
    pressed, entered, filled_in, opened, scrolled    the uses
    read                                             what is only read

A test of the components' pages sees that none is missing here. Knows nothing of servers.
"""

from tests.browser.uses import entered, filled_in, opened, pressed, scrolled
from tests.browser.uses.acting import GALLERY, KEYBOARD, POINTER, ROUTE, demos
from tests.browser.uses.read import READ, tab_stops

__all__ = [
    "GALLERY",
    "KEYBOARD",
    "POINTER",
    "READ",
    "ROUTE",
    "demos",
    "entered",
    "filled_in",
    "opened",
    "pressed",
    "scrolled",
    "tab_stops",
]
