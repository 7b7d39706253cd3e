"""Where a tab is: what `self.router` gives, and what of it a page can show.

On an instance it is the data of the last attach. On the class it is vars, of which the browser is
given path, parameters and address: never the headers, the address of the client or the token. They
are no vars of any State class, but travel beside them, under the root's name. Knows nothing of
requests.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NoReturn

import attrs

from triostate.errors import ExpressionError
from triostate.state.codec import JSON
from triostate.state.expr import VarRef
from triostate.state.var import Var

__all__ = [
    "ROUTER",
    "PageLocation",
    "PageVars",
    "RouterData",
    "RouterVars",
    "TabIdentity",
    "is_router",
    "router_default",
    "router_values",
]

#: What a computed var has read that has read the router.
ROUTER: Final = "router"

_STATE: Final = "state"  # the full name of the root, which has no vars of its own
_PATH, _PARAMS, _URL = f"{ROUTER}.path", f"{ROUTER}.params", f"{ROUTER}.url"


@attrs.frozen
class TabIdentity:
    """Who the tab is."""

    client_token: str = ""
    client_ip: str = ""


@attrs.frozen
class PageLocation:
    """Which page the tab shows."""

    path: str = "/"
    """The page's route, as it was declared: ``"/orders/[id]"``."""
    params: Mapping[str, str] = attrs.field(factory=dict[str, str])
    """The route's parameters, decoded, and what follows the question mark; of a name that is given
    twice, the last, and the route's before any. Of ``[...path]`` it is the text, ``"a/b"``."""
    raw_path: str = "/"
    """Path and query as the browser has it."""


@attrs.frozen
class RouterData:
    """Where the tab is and how it got here; replaced at each attach."""

    session: TabIdentity = attrs.field(factory=TabIdentity)
    page: PageLocation = attrs.field(factory=PageLocation)
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str])
    """Of the request that attached the tab, names in lower case, without the cookie."""
    url: str = "/"
    """Path and query as the browser has it."""
    quart_session: Mapping[str, Any] = attrs.field(factory=dict[str, Any])
    """What routes of ``app.quart`` had put into ``quart.session`` for this browser when the tab
    attached: who has signed in. Empty unless the cookie was signed with ``app.quart.secret_key``
    and not too old, and where `app.quart` keeps its sessions in another way than Quart does."""


def _refuse(name: str) -> NoReturn:
    raise ExpressionError(
        f"a page can show router.url, .page.path, .page.params and .page.raw_path, not {name!r}: "
        "the rest stays on the server. Read it in a handler, as self.router, and put into a var "
        "what may be seen"
    )


class PageVars:
    """`PageLocation` as vars."""

    path: Var[str] = Var(VarRef(_STATE, _PATH), str)
    params: Var[dict[str, str]] = Var(VarRef(_STATE, _PARAMS), dict[str, str])
    raw_path: Var[str] = Var(VarRef(_STATE, _URL), str)

    def __getattr__(self, name: str) -> NoReturn:
        """Say what there is."""
        _refuse_unless_special(self, name)


class RouterVars:
    """`RouterData` as vars, as far as a page may show it."""

    page = PageVars()
    url: Var[str] = Var(VarRef(_STATE, _URL), str)

    def __getattr__(self, name: str) -> NoReturn:
        """Say what there is."""
        _refuse_unless_special(self, name)


def _refuse_unless_special(of: object, name: str) -> NoReturn:
    if name.startswith("_"):  # what libraries ask any object for
        raise AttributeError(f"{type(of).__name__!r} object has no attribute {name!r}")
    _refuse(name)


def is_router(ref: VarRef) -> bool:
    """Whether a var is one of the router's."""
    return ref.state == _STATE


def router_default(ref: VarRef, route: str, params: Mapping[str, str]) -> Any:
    """Return what the first paint of a page shows for one of the router's vars.

    It is the same for everybody, whatever the address: its parameters are empty, and so is the
    address unless it is the only one. Raises LookupError for another var.
    """
    if not is_router(ref):
        raise LookupError(ref)
    return {_PATH: route, _PARAMS: dict(params), _URL: "" if params else route}[ref.name]


def router_values(router: RouterData) -> dict[str, dict[str, JSON]]:
    """Return what a snapshot tells of it, by full name of a state, as of other vars."""
    page = router.page
    return {_STATE: {_PATH: page.path, _PARAMS: dict(page.params), _URL: router.url}}
