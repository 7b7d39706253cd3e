"""`Tab`: one browser tab, as a user has it before them, put together from its sides.

Each side is a class in a module of its own: what the tab shows (`showing`), what its page sends
(`sending`), where it is (`navigating`), what is done to it (`using`), what the server has it do
(`performing`), what is waited for (`awaiting`), what the server has for it (`server_side`). Below
all of them is the wire (`connection`). They are base classes and no parts, because to a test all
of it is one tab: ``tab.click``, ``tab.toasts``, ``tab.goto``.
"""

from __future__ import annotations

from triostate.testing.awaiting import Awaiting
from triostate.testing.server_side import ServerSide
from triostate.testing.using import Using

__all__ = ["Tab"]


class Tab(Using, Awaiting, ServerSide):
    """One tab of a browser.

    Made by `Browser.tab` and `Browser.open`. Waits end at the very moment at which they may; their
    time-outs are of the run's clock, and the error then says what was on show instead.
    """
