"""Where a tab is: what `self.router` gives."""

from __future__ import annotations

from collections.abc import Mapping

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
