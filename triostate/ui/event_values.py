"""What events tell of themselves: where the pointer was, what was held down, how far it scrolled.

A trigger that carries one of these gives it to a parameter that is annotated with it, and to a
function of event values, which sees vars in its fields: ``on_scroll=lambda e: Feed.at(e.top)``.
Pixels are of CSS and whole. Knows nothing of how a browser is asked.
"""

from __future__ import annotations

from typing import Final

import attrs

__all__ = ["EVENT_CLASSES", "KeyInfo", "MouseEvent", "ScrollEvent"]


@attrs.frozen
class KeyInfo:
    """What was held down with a key."""

    alt: bool = False
    ctrl: bool = False
    meta: bool = False
    """The Command key of a Mac, the Windows key."""
    shift: bool = False
    repeat: bool = False
    """Whether the key is held down and this is not the first event of it."""


@attrs.frozen
class MouseEvent:
    """Where the pointer was, and what was held down."""

    x: int = 0
    """Pixels from the left edge of the element that has the trigger."""
    y: int = 0
    """Pixels from its top edge."""
    window_x: int = 0
    """Pixels from the left edge of what is seen of the page."""
    window_y: int = 0
    button: int = 0
    """0 is the main button, 1 the middle one, 2 the one of the context menu."""
    alt: bool = False
    ctrl: bool = False
    meta: bool = False
    shift: bool = False


@attrs.frozen
class ScrollEvent:
    """How far a box, or the page, is scrolled, and how much there is. All in pixels."""

    top: int = 0
    """What is out of sight above."""
    left: int = 0
    width: int = 0
    """What can be seen at once."""
    height: int = 0
    content_width: int = 0
    """All there is."""
    content_height: int = 0

    @property
    def is_at_end(self) -> bool:
        """Whether the last line of it can be seen."""
        # Zoomed, a browser may be a pixel short of its own end.
        return self.top + self.height >= self.content_height - 2


#: By what `triggers.TriggerKind.values` calls them.
EVENT_CLASSES: Final[dict[str, type[KeyInfo | MouseEvent | ScrollEvent]]] = {
    "info": KeyInfo,
    "mouse": MouseEvent,
    "scroll": ScrollEvent,
}
