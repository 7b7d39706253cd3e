"""Filling an attrs class or a dataclass from a form: texts by name become an instance, or errors.

All that is wrong with the entries is found at once and said for people, by field. A value is never
quoted, nor the text of an exception, but for one: the text of a ValueError that a validator, a
converter or ``__post_init__`` of the class raises is what its author wrote for the user. Of its
subclasses, of TypeError and of what else means a wrong entry the user is told no more than that it
is not valid; anything else is the class's own failure and is raised.

What each annotation takes is what `convert` says of texts, and besides:

- ``X | None``: an empty entry is None, also where X is ``str``;
- any other type but ``str``: an empty entry is none, so that the default holds, if there is one;
- ``bool``: a box that is not ticked is not sent, and is False;
- ``list``, ``set``, ``frozenset``, ``tuple``: all entries of the name, of which there may be none;
- else, of several entries of one name, the last.

Only fields that the constructor takes can be entered; names that are none of them are passed over.
Knows nothing of pages.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import decimal
import enum
import types
import typing
from collections import abc
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any

import attrs

from triostate.errors import FormError
from triostate.limits import MAX_FORM_ERROR_CHARS
from triostate.state.annotations import field_hints, type_name
from triostate.state.codec import by_value_fields
from triostate.state.complaints import NOT_VALID, ONE_OF, in_words
from triostate.state.converters import MisfitError, NoConverterError, converter

__all__ = ["FormClass", "FormField", "form_class", "read_form"]

REQUIRED = "is required"

_COMPLAINTS: dict[type, str] = {
    bool: "must be yes or no",
    int: "must be a whole number",
    float: "must be a number",
    decimal.Decimal: "must be a number",
    dt.datetime: "must be a date and time",
    dt.date: "must be a date",
    dt.time: "must be a time",
    dt.timedelta: "must be a duration, such as 1:30",
}
_SEVERAL = frozenset(
    {list, set, frozenset, tuple, abc.Sequence, abc.MutableSequence, abc.Collection, abc.Iterable}
    | {abc.Set, abc.MutableSet, abc.Reversible}
)
_MISSING: Any = object()


@attrs.frozen(eq=False)
class FormField:
    """One field of a class, as a form fills it."""

    name: str
    argument: str
    """What the constructor calls it."""
    has_default: bool
    is_several: bool
    """Whether it takes all entries of its name."""
    is_box: bool
    """Whether it is False where there is no entry."""
    takes_none: bool
    is_text: bool
    """Whether an empty entry is one."""
    complaint: str
    """What is said of an entry that does not convert."""
    convert: Callable[[Any], Any]
    check: Callable[[Any, Any], Any] | None = None
    """Of attrs: given a bare instance and the converted value, returns what the field would hold
    there; raises as the field's converter and validator do."""


@attrs.frozen(eq=False)
class FormClass:
    """An attrs class or a dataclass that forms fill."""

    cls: type
    fields: Mapping[str, FormField]


def form_class(cls: Any) -> FormClass | None:
    """Return how forms fill a class; None for what is neither an attrs class nor a dataclass.

    Raises NoConverterError, which says why, for a class with a field that no control can fill.
    """
    if not isinstance(cls, type) or not (attrs.has(cls) or dataclasses.is_dataclass(cls)):
        return None
    return _shape(cls)


@lru_cache(maxsize=1024)
def _shape(cls: type) -> FormClass:
    return FormClass(cls, {field.name: field for field in _fields(cls)})


def _fields(cls: type) -> Iterable[FormField]:
    hints = field_hints(cls)
    if attrs.has(cls):
        for part in attrs.fields(cls):
            if part.init:
                hint = hints.get(part.name, part.type or Any)
                default = part.default is not attrs.NOTHING
                yield _field(
                    cls, part.name, part.alias or part.name, hint, default, _check_of(part)
                )
        return
    for one in dataclasses.fields(cls):
        if one.init:
            has_default = not (
                one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING
            )
            yield _field(cls, one.name, one.name, hints.get(one.name, Any), has_default)


def _field(
    cls: type,
    name: str,
    argument: str,
    hint: Any,
    has_default: bool,
    check: Callable[[Any, Any], Any] | None = None,
) -> FormField:
    inner, takes_none = _without_none(hint)
    kind = typing.get_origin(inner) or inner
    item = inner
    is_several = kind in _SEVERAL
    if is_several:
        args = [arg for arg in typing.get_args(inner) if arg is not ...]
        item, _ = _without_none(args[0] if args else Any)
    leaf = typing.get_origin(item) or item
    if isinstance(leaf, type) and leaf is not str and _is_nested(leaf):
        raise NoConverterError(
            f"no control fills {cls.__name__}.{name}, which is of type {type_name(item)}: "
            "give it a type that a text can become"
        )
    try:
        convert = converter(inner)
    except NoConverterError as error:
        raise NoConverterError(f"no control fills {cls.__name__}.{name}: {error}") from None
    return FormField(
        name=name,
        argument=argument,
        has_default=has_default,
        is_several=is_several,
        is_box=kind is bool,
        takes_none=takes_none,
        is_text=not is_several and (inner is Any or inner is str or str in typing.get_args(inner)),
        complaint=_complaint(item),
        convert=convert,
        check=check,
    )


def _without_none(hint: Any) -> tuple[Any, bool]:
    """Return a type without its None, and whether it had one."""
    while hasattr(hint, "__supertype__"):
        hint = hint.__supertype__
    if typing.get_origin(hint) is typing.Annotated:
        return _without_none(typing.get_args(hint)[0])
    members = typing.get_args(hint)
    if typing.get_origin(hint) not in (typing.Union, types.UnionType) or type(None) not in members:
        return hint, False
    rest = tuple(member for member in members if member is not type(None))
    return (rest[0] if len(rest) == 1 else typing.Union[rest]), True  # noqa: UP007 - it is made


def _is_nested(kind: type) -> bool:
    """Whether values of a type are made of several, so that no text becomes one."""
    is_data = by_value_fields(kind) is not None or attrs.has(kind) or dataclasses.is_dataclass(kind)
    return is_data or issubclass(kind, dict | list | tuple | set | frozenset | abc.Mapping)


def _complaint(item: Any) -> str:
    if typing.get_origin(item) is typing.Literal:
        return ONE_OF
    if isinstance(item, type):
        if issubclass(item, enum.Enum):
            return ONE_OF
        for base, text in _COMPLAINTS.items():
            if issubclass(item, base):
                return text
    return NOT_VALID


def _check_of(part: attrs.Attribute[Any]) -> Callable[[Any, Any], Any] | None:
    if part.converter is None and part.validator is None:
        return None

    wants_more = isinstance(part.converter, attrs.Converter)

    def check(bare: Any, value: Any) -> Any:
        convert: Any = part.converter
        if wants_more:
            value = convert.__call__(value, bare, part)  # as attrs calls it
        elif convert is not None:
            value = convert(value)
        object.__setattr__(bare, part.name, value)
        if part.validator is not None:
            part.validator(bare, part, value)
        return value

    return check


# Reading


def read_form(
    shape: FormClass, entries: Iterable[tuple[str, str]], controls: Collection[str] | None = None
) -> Any:
    """Return an instance made of a form's entries, pairs of a control's name and its text.

    ``controls`` are the names that the form is known to have, None if that is not known: a box or
    list that it has no control for keeps its default, if it has one.

    Raises FormError with all that is wrong by field; what the class raises that means no wrong
    entry.
    """
    texts: dict[str, list[str]] = {}
    for name, text in entries:
        if name in shape.fields:
            texts.setdefault(name, []).append(text)
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, field in shape.fields.items():
        may_default = field.has_default and controls is not None and name not in controls
        try:
            value = _value(field, texts.get(name), may_default)
        except _WrongError as error:
            errors[name] = str(error)
        else:
            if value is not _MISSING:
                values[name] = value
    if not errors:
        made = _made(shape, values, errors)
        if not errors:
            return made
    else:
        _check_each(shape, values, errors)
    raise FormError(errors)


class _WrongError(Exception):
    """A wrong entry; the text is for people."""


def _value(field: FormField, texts: list[str] | None, may_default: bool) -> Any:
    """Return a field's value, or _MISSING where its default holds."""
    if texts is None and (may_default or not (field.is_box or field.is_several)):
        return _none(field)
    if field.is_several:
        filled = [text for text in texts or () if text != ""]
        return _converted(field, filled)
    text = texts[-1] if texts else ""
    if text == "" and field.takes_none:
        return None
    if text == "" and not (field.is_text or field.is_box):
        return _none(field)
    return _converted(field, text)


def _none(field: FormField) -> Any:
    if field.has_default:
        return _MISSING
    if field.takes_none:
        return None
    raise _WrongError(REQUIRED)


def _converted(field: FormField, value: Any) -> Any:
    try:
        return field.convert(value)
    except MisfitError:
        raise _WrongError(field.complaint) from None


def _made(shape: FormClass, values: Mapping[str, Any], errors: dict[str, str]) -> Any:
    """Return an instance; else put into ``errors`` what is wrong."""
    try:
        return shape.cls(**{shape.fields[name].argument: value for name, value in values.items()})
    except FormError as error:
        told: dict[str, str] = error.fields
    except (ValueError, TypeError) as error:
        told = {"": in_words(error, None)}
    _check_each(shape, values, errors)
    if not errors:  # it was no single field's
        errors.update({name: _short(text) for name, text in told.items()})
    return None


def _check_each(shape: FormClass, values: Mapping[str, Any], errors: dict[str, str]) -> None:
    """Put into ``errors`` what converters and validators of attrs say of each field by itself."""
    if all(field.check is None for field in shape.fields.values()):
        return
    bare: Any = object.__new__(shape.cls)
    for name, value in values.items():
        object.__setattr__(bare, name, value)
    for name, value in values.items():
        check = shape.fields[name].check
        if check is None:
            continue
        try:
            check(bare, value)
        except FormError as error:
            errors.update({key or name: _short(text) for key, text in error.fields.items()})
        except (ValueError, TypeError) as error:
            # As texts of attrs begin, and of those who follow it.
            errors[name] = _short(in_words(error, value).removeprefix(f"'{name}' "))
        except AttributeError:
            if not errors:
                raise  # else it may have asked for a field that is wrong


def _short(text: str) -> str:
    return text if len(text) <= MAX_FORM_ERROR_CHARS else f"{text[: MAX_FORM_ERROR_CHARS - 3]}..."
