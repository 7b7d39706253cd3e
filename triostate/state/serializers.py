"""`@ts.serializer`: how values of the user's own types travel to the browser.

A serializer is found by the value's type, then by its bases in their order. Knows nothing of the
forms that values travel in: what a serializer returns is sent as any other value is.
"""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import inspect
import pathlib
import types
import typing
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from triostate.errors import DefinitionError
from triostate.state.annotations import Unresolved, enclosing_names, resolve

__all__ = ["find_serializer", "serializer"]

F = TypeVar("F", bound=Callable[[Any], Any])

_registered: dict[type, Callable[[Any], Any]] = {}
#: What `find_serializer` answered; a later registration may give a better answer.
_found: dict[type, Callable[[Any], Any] | None] = {}


def serializer(fn: F) -> F:
    """Declare how values of a type of one's own are sent.

    ``@ts.serializer`` on ``def of_money(value: Money) -> str`` makes values of `Money` and of its
    subclasses sendable: in vars, inside containers, from computed vars, as arguments bound in
    pages. What it returns is what pages see, and may be anything that can be sent itself. It is
    registered by the annotation of its parameter (a union names several types), before the first
    State class that has such a var.

    Such a value is a scalar to the state, whatever its class: handed out as itself, compared by
    what is sent, replaced by assignment. A change inside one is noticed by nobody. A browser
    cannot send one, so the setter of such a var cannot be bound.

    Raises DefinitionError: no annotation or one that is no class, more than one parameter, a type
    that has a serializer or a form of its own already.
    """
    for kind in _types_of(fn):
        _check_free(kind, fn)
        _registered[kind] = fn
    _found.clear()
    return fn


def find_serializer(kind: type) -> Callable[[Any], Any] | None:
    """Return the serializer for values of exactly this type, or None."""
    if not _registered:
        return None
    try:
        return _found[kind]
    except KeyError:
        found = next((_registered[base] for base in kind.__mro__ if base in _registered), None)
        _found[kind] = found
        return found


def _types_of(fn: Callable[[Any], Any]) -> list[type]:
    name = _name(fn)
    if not inspect.isfunction(fn):
        raise DefinitionError(f"@ts.serializer goes on a function, not on {fn!r:.80}")
    parameters = list(inspect.signature(fn).parameters.values())
    required = [p for p in parameters if p.default is p.empty]
    if len(required) != 1 or parameters[0] is not required[0]:
        raise DefinitionError(f"serializer {name} must take one value and nothing else")
    hint = required[0].annotation
    if hint is inspect.Parameter.empty:
        raise DefinitionError(
            f"serializer {name} does not say whose it is: annotate its parameter, "
            "`def f(value: Money) -> str`"
        )
    hint = resolve(hint, fn.__module__, enclosing_names(fn.__module__))
    if isinstance(hint, Unresolved):
        raise DefinitionError(
            f"serializer {name}: {hint.problem}; "
            "the type of its parameter must be known where it is declared"
        )
    is_union = typing.get_origin(hint) in (typing.Union, types.UnionType)
    kinds = typing.get_args(hint) if is_union else (hint,)
    for kind in kinds:
        if not isinstance(kind, type):
            raise DefinitionError(f"serializer {name}: {kind!r:.80} is no class")
    return list(kinds)


def _check_free(kind: type, fn: Callable[[Any], Any]) -> None:
    if kind in _TAKEN:
        raise DefinitionError(
            f"serializer {_name(fn)}: a {kind.__name__} has a form of its own; "
            "make a class of your own, which may derive from it"
        )
    other = _registered.get(kind)
    # The same function once more is its module, imported anew.
    if other is not None and _name(other) != _name(fn):
        raise DefinitionError(
            f"{kind.__name__} has two serializers: {_name(other)} and {_name(fn)}; remove one"
        )


#: Types that travel by themselves, or that everything derives from.
_TAKEN: frozenset[type] = frozenset(
    {
        *(object, type(None), bool, int, float, str, bytes),
        *(list, dict, set, frozenset, tuple),
        *(decimal.Decimal, uuid.UUID, dt.date, dt.datetime, dt.time, dt.timedelta),
        *(enum.Enum, enum.IntEnum, enum.StrEnum, enum.Flag, enum.IntFlag),
        *(pathlib.PurePath, pathlib.Path),
    }
)


def _name(fn: object) -> str:
    return f"{getattr(fn, '__module__', '?')}.{getattr(fn, '__qualname__', repr(fn)[:80])}"
