"""Vars that live in the browser too: `Cookie`, `LocalStorage`, `SessionStorage`.

Each is written as a var's default, ``theme: str = ts.LocalStorage("light")``, and says where in
the browser the value is kept. A tab that attaches sends what it has; that is converted to the
var's type as any other input is, and set before ``on_load``. What does not convert (another type,
no JSON, an int beyond 2**53, a lone surrogate) is left alone: the default stands, the other vars
are not concerned, and the browser's runtime writes the default over it. A change of the var is
written as soon as the page shows it; what a handler set before it raised never is.

======================  ===========  ============  ===============  ====================
survives, is seen       another tab  a reload      server restart   the browser's end
======================  ===========  ============  ===============  ====================
a var of the session    no           yes           no               no
`SessionStorage`        no           yes           yes              no
`LocalStorage`          yes          yes           yes              yes
`Cookie`                yes          yes           yes              with max_age_seconds
======================  ===========  ============  ===============  ====================

A tab that is duplicated, or opened by a script, begins with a copy of the first one's
SessionStorage: that is the browser's doing. What a page restores is 60 KB in all and nested 30
deep; a longer value is kept as long as its session lives, and its var is the default after that.

Such a value is its visitor's own to change: never let it decide what somebody may do. It is data:
shown as text, never run. Knows nothing of how it travels.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Literal, TypeVar, cast

import attrs

from triostate.errors import DefinitionError
from triostate.limits import MAX_STORED_VARS

__all__ = ["Cookie", "LocalStorage", "Place", "SessionStorage", "Stored", "refuse_shared_places"]

T = TypeVar("T")

#: What a cookie may be called (RFC 6265); the other two take any text.
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_PATH = re.compile(r"/[\x20-\x3a\x3c-\x7e]*")
#: What the runtime and the server call things of their own.
_OURS = re.compile(r"ts-|(__host-|__secure-)?triostate", re.IGNORECASE)

SameSite = Literal["lax", "strict", "none"]


@attrs.frozen
class Place:
    """Where in a browser a var's value is kept."""

    kind: Literal["local", "session", "cookie"]
    name: str | None
    """The key or the cookie's name; None for the var's full name."""
    sync: bool = False
    """Whether another tab's change is taken over at once."""
    attributes: str = ""
    """Of a cookie, as they follow its value; without ``Secure`` where that is the address's."""
    secure: bool | None = None

    def key(self, path: tuple[str, str]) -> str:
        """Return the key or cookie's name for the var at this path."""
        return self.name or ".".join(path)


@attrs.frozen
class Stored:
    """A var's default and its place: what stands in a class body until it is read."""

    default: Any
    place: Place


def LocalStorage(default: T, *, name: str | None = None, sync: bool = False) -> T:  # noqa: N802
    """Declare a var whose value stays in the browser: ``theme: str = ts.LocalStorage("light")``.

    All tabs of a browser have one value there; each session has its own var, which takes that
    value when the tab opens or reloads.

    Args:
        default: the var's value where the browser has none. A str is kept as it is, anything
            else as JSON.
        name: the key, by default the var's full name.
        sync: whether a tab takes over what another tab of the browser has written, at once.

    Raises DefinitionError: the name is empty or one of the framework's.
    """
    return cast(T, Stored(default, Place("local", _checked(name), sync)))


def SessionStorage(default: T, *, name: str | None = None) -> T:  # noqa: N802
    """Declare a var whose value stays with the browser tab, reloads and server restarts included.

    Args:
        default: the var's value where the tab has none.
        name: the key, by default the var's full name.

    Raises DefinitionError: the name is empty or one of the framework's.
    """
    return cast(T, Stored(default, Place("session", _checked(name))))


def Cookie(  # noqa: N802
    default: T,
    *,
    name: str | None = None,
    path: str = "/",
    max_age_seconds: int | None = None,
    same_site: SameSite = "lax",
    secure: bool | None = None,
) -> T:
    """Declare a var whose value is a cookie, which other parts of a site can read.

    The page's script writes it, so it is never ``HttpOnly``: not for secrets. Browsers keep 4 KB of
    a cookie and send it with every request: for a few words, the rest into `LocalStorage`.

    Args:
        default: the var's value where there is no such cookie.
        name: the cookie's name, by default the var's full name.
        path: below which addresses it is sent and seen.
        max_age_seconds: how long it is kept; None for as long as the browser is open.
        same_site: ``"lax"``, ``"strict"`` or ``"none"``, which needs TLS.
        secure: only over TLS; None for whatever the page came over.

    Raises DefinitionError for a name, path or age that no cookie has.
    """
    if name is not None and not _TOKEN.fullmatch(name):
        raise DefinitionError(f"a cookie cannot be called {name[:80]!r}")
    if not _PATH.fullmatch(path):
        raise DefinitionError(f"a cookie's path= starts with a slash and has no {path[:80]!r}")
    if same_site not in ("lax", "strict", "none"):
        raise DefinitionError(f"same_site={same_site!r}: one of lax, strict, none")
    if max_age_seconds is not None and (type(max_age_seconds) is not int or max_age_seconds < 1):
        raise DefinitionError(f"max_age_seconds={max_age_seconds!r}: a number from 1 up, or None")
    age = "" if max_age_seconds is None else f"; Max-Age={max_age_seconds}"
    attributes = f"; Path={path}{age}; SameSite={same_site.capitalize()}"
    needs_tls = True if same_site == "none" else secure
    place = Place("cookie", _checked(name), False, attributes, needs_tls)
    return cast(T, Stored(default, place))


def _checked(name: str | None) -> str | None:
    if name is not None and (not name or _OURS.match(name)):
        raise DefinitionError(f"name={name[:80]!r}: choose another, this one is not free")
    return name


def refuse_shared_places(vars: Iterable[tuple[str, str, str]]) -> None:
    """Raise DefinitionError if two vars, given by label, kind and key, are kept in one place.

    Or if there are more than a browser may send: all of an app's come with each of its pages.
    """
    vars = list(vars)
    if len(vars) > MAX_STORED_VARS:
        raise DefinitionError(
            f"{len(vars)} vars are kept in the browser, {MAX_STORED_VARS} at most: "
            f"make a dict or a dataclass of some, as of {vars[-1][0]}"
        )
    seen: dict[tuple[str, str], str] = {}
    for label, kind, key in vars:
        other = seen.setdefault((kind, key), label)
        if other != label:
            raise DefinitionError(
                f"{other} and {label} are both kept as {key!r} in the browser: "
                "give one another name="
            )
