"""Effects: one-off orders to the browser, as values that handlers return and yield.

Each function here is an effect's constructor and its documentation. An effect is performed at most
once, after the state changes of the frame that carries it. Knows nothing of how it gets there.
"""

from __future__ import annotations

import re
from typing import Any, Literal

import attrs

from triostate.state.codec import encode_value

__all__ = [
    "Effect",
    "console_log",
    "download",
    "redirect",
    "set_color_mode",
    "set_focus",
    "set_value",
    "toast",
    "toggle_color_mode",
]

Level = Literal["info", "success", "warning", "error"]

_MODES = ("light", "dark", "system")

# Browsers drop these in an address, and white space and controls before it; and take \ for /.
_DROPPED = re.compile(r"^[\x00-\x20]+|[\t\n\r]")
_ELSEWHERE = re.compile(r"//|[^/?#]*:")
_WEB = re.compile(r"https?:|//", re.IGNORECASE)


@attrs.frozen
class Effect:
    """An order to the browser."""

    kind: str
    args: dict[str, Any]
    droppable: bool = False
    """Whether it may be dropped, oldest first, when too many wait for a slow browser."""

    def __attrs_post_init__(self) -> None:
        # What cannot be encoded would break the stream, and with it all that the session sends.
        for value in self.args.values():
            if isinstance(value, str | int | float):
                encode_value(value)


def _message(value: object) -> str:
    """Return text to be read by people: a character that is none does not keep it from them."""
    return str(value).encode("utf-8", "replace").decode()


def toast(message: str, level: Level = "info") -> Effect:
    """Show a short message that goes away by itself."""
    return Effect("toast", {"message": _message(message), "level": level}, droppable=True)


def console_log(message: object) -> Effect:
    """Write to the browser's console."""
    return Effect("console_log", {"message": _message(message)}, droppable=True)


def redirect(url: str, *, external: bool = False) -> Effect:
    """Go to another page of the app, or with ``external=True`` to another site.

    Raises ValueError for a scheme other than http and https, and for another site's address
    without ``external``.
    """
    if not _is_here(url) and not (external and _WEB.match(_as_browsers_read(url))):
        raise ValueError(
            f"redirect to {url[:80]!r} is refused: another site needs external=True, "
            "and only http and https are followed"
        )
    return Effect("redirect", {"url": url, "external": external})


def _as_browsers_read(url: str) -> str:
    return _DROPPED.sub("", url).replace("\\", "/")


def _is_here(url: str) -> bool:
    """Whether an address is of this app: a path, a query, a fragment. In doubt it is not."""
    return _ELSEWHERE.match(_as_browsers_read(url)) is None


def set_value(id: str, value: str | int | float | bool) -> Effect:
    """Set the value of the control with this id.

    Raises UnsendableValueError for an int beyond 2**53 - 1 and for text that is no Unicode.
    """
    return Effect("set_value", {"id": id, "value": value})


def set_focus(id: str) -> Effect:
    """Focus the element with this id."""
    return Effect("set_focus", {"id": id})


def download(url: str, filename: str | None = None) -> Effect:
    """Let the browser download an address of this app; raise ValueError for any other."""
    if not _is_here(url):
        raise ValueError(f"download of {url[:80]!r} is refused: it is no path of this app")
    return Effect("download", {"url": url, "filename": filename})


def set_color_mode(mode: Literal["light", "dark", "system"]) -> Effect:
    """Set the colour mode of the browser: ``"light"``, ``"dark"`` or ``"system"``.

    To bind or to return from a handler; raises ValueError for anything else. It is remembered, and
    shown in all tabs.
    """
    if mode not in _MODES:
        raise ValueError(f"set_color_mode({mode!r}): one of {', '.join(map(repr, _MODES))}")
    return Effect("color_mode", {"mode": mode})


def toggle_color_mode() -> Effect:
    """Change from light to dark mode or back; to bind or to return from a handler."""
    return Effect("color_mode", {"mode": "toggle"})
