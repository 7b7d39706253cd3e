"""Names of keys, as a filter of ``on_key_down`` writes them: ``"Enter"``, ``"Ctrl+Shift+s"``.

A filter is checked while the page is compiled and applied in the browser: other keys send nothing.
Knows nothing of what a key runs.
"""

from __future__ import annotations

import difflib
from typing import Final

from ..errors import PageError

__all__ = ["KeyFilter", "key_filter"]

#: What the browser compares with: the key's name, and a sum of what is held down with it.
KeyFilter = tuple[str, int]

_ALT, _CTRL, _META, _SHIFT, _MOD = 1, 2, 4, 8, 16
_MODIFIERS: Final = {
    "alt": _ALT,
    "option": _ALT,
    "ctrl": _CTRL,
    "control": _CTRL,
    "meta": _META,
    "cmd": _META,
    "command": _META,
    "win": _META,
    "shift": _SHIFT,
    "mod": _MOD,
}
_NAMES: Final = tuple(
    """
    Enter Escape Tab Space Backspace Delete Insert Home End PageUp PageDown
    ArrowUp ArrowDown ArrowLeft ArrowRight CapsLock ContextMenu Pause PrintScreen
    """.split()  # noqa: SIM905 - a table to be read
) + tuple(f"F{number}" for number in range(1, 25))
_ALIASES: Final = {
    "return": "Enter",
    "esc": "Escape",
    "del": "Delete",
    "up": "ArrowUp",
    "down": "ArrowDown",
    "left": "ArrowLeft",
    "right": "ArrowRight",
    "plus": "+",
}
_KNOWN: Final = {**{name.lower(): name for name in _NAMES}, **_ALIASES}
#: The browser calls it by the character that it types.
_SPACE: Final = "Space"


def key_filter(text: object, where: str) -> KeyFilter:
    """Return what the browser compares a key with.

    Args:
        text: a key by its character or name, after what has to be held down with it, in any case:
            ``"s"``, ``"Ctrl+s"``, ``"Shift+Tab"``, ``"Mod+Enter"``. ``Mod`` is Command on a Mac and
            Ctrl elsewhere. Nothing else may be held down; but Shift for characters that are no
            letters, which need it on some keyboards and not on others.
        where: the beginning of an error's text.
    """
    if not isinstance(text, str) or not text:
        raise PageError(f"{where}: a key is named by a text, such as 'Enter', not {text!r}")
    *held, key = _split(text)
    modifiers = 0
    for name in held:
        if name.lower() not in _MODIFIERS:
            raise PageError(f"{where}: {text!r} holds down {name!r}; {_near(name, _HELD)}")
        modifiers |= _MODIFIERS[name.lower()]
    return _key(key, text, where), modifiers


def _split(text: str) -> list[str]:
    """Return what stands between plus signs; the last may be one itself."""
    if text == "+" or text.endswith("++"):
        return [*filter(None, text[:-1].split("+")), "+"]
    return text.split("+")


def _key(key: str, text: str, where: str) -> str:
    name = _KNOWN.get(key.lower(), key.lower() if len(key) == 1 else None)
    if name is None and key.lower() in _MODIFIERS:
        raise PageError(
            f"{where}: {text!r} has no key but those held down; such as '{text}+s', or bind a "
            "handler without a filter"
        )
    if name is None:
        raise PageError(f"{where}: {text!r} names no key; {_near(key, _NAMES)}")
    return " " if name == _SPACE else name


_HELD: Final = ("Ctrl", "Alt", "Shift", "Meta", "Mod")


def _near(name: str, known: tuple[str, ...]) -> str:
    by_lower = {one.lower(): one for one in known}
    found = difflib.get_close_matches(name.lower(), by_lower, 1, 0.5)
    if found:
        return f"did you mean {by_lower[found[0]]!r}?"
    return f"there are {', '.join(known if len(known) < 10 else [*known[:14], 'F1 to F24'])}" + (
        "" if len(known) < 10 else ", and characters"
    )
