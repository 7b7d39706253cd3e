"""Where a tab is: what `self.router` gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

__all__ = ["PageLocation", "RouterData", "TabIdentity"]


@attrs.frozen
class TabIdentity:
    """Who the tab is."""

    client_token: str = ""
    client_ip: str = ""


@attrs.frozen
class PageLocation:
    """Which page the tab shows."""

    path: str = "/"
    params: Mapping[str, str] = attrs.field(factory=dict)
    """What follows the question mark; of a name that is given twice, the last."""


@attrs.frozen
class RouterData:
    """Where the tab is and how it got here; replaced at each attach."""

    session: TabIdentity = attrs.field(factory=TabIdentity)
    page: PageLocation = attrs.field(factory=PageLocation)
    headers: Mapping[str, str] = attrs.field(factory=dict)
    """Of the request that attached the tab, names in lower case, without the cookie."""
    url: str = "/"
    """Path and query as the browser has it."""
    quart_session: Mapping[str, Any] = attrs.field(factory=dict)
    """What routes of ``app.quart`` had put into ``quart.session`` for this browser when the tab
    attached: who has signed in. Empty unless the cookie was signed with ``app.quart.secret_key``
    and not too old, and where `app.quart` keeps its sessions in another way than Quart does."""
