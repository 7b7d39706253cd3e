"""Which addresses a page may hold: a scheme allow-list for ``href``, ``src`` and their kin.

The browser runtime applies the same rule to addresses that arrive later. Knows nothing of
components.
"""

from __future__ import annotations

import re

__all__ = ["URL_ATTRIBUTES", "is_safe_url"]

_FOLLOWED = frozenset({"http", "https", "mailto", "tel"})
_LOADED = frozenset({"http", "https"})
_SCHEMES = {
    **dict.fromkeys(("href", "action", "formaction", "data"), _FOLLOWED),
    **dict.fromkeys(("src", "poster"), _LOADED),
}

#: Attributes whose value is an address.
URL_ATTRIBUTES = frozenset(_SCHEMES)

# Browsers drop these inside an address, and white space and controls at its ends, before they
# look for the scheme: "java\nscript:" is "javascript:".
_DROPPED = re.compile(r"[\t\n\r]")
_EDGE = "".join(map(chr, range(0x21)))
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_IMAGE = re.compile(r"data:image/(png|jpeg|gif|webp|avif|svg\+xml)[;,]", re.IGNORECASE)


def is_safe_url(attribute: str, url: str) -> bool:
    """Whether ``url`` may be the value of this attribute.

    Relative addresses may; of absolute ones http and https, for ``href`` and what is followed like
    it also mailto and tel, for ``src`` and ``poster`` also images as data (an SVG there runs no
    script). An address whose first segment holds a colon but no scheme is refused: browsers do not
    agree on what it means.
    """
    text = _DROPPED.sub("", url).strip(_EDGE)
    if _SCHEMES[attribute] is _LOADED and _IMAGE.match(text):
        return True
    if (match := _SCHEME.match(text)) is not None:
        return match[1].lower() in _SCHEMES[attribute]
    return ":" not in re.split(r"[/?#]", text, maxsplit=1)[0]
