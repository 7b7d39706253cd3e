"""The operations that an expression may hold, each with what it means in Python.

The table is the single list of names: the browser runtime implements the same names with the
same meaning, and an unknown name cannot be built. Each takes values of the state or results of
other operations and gives what Python gives for them, type included, or raises where Python
raises. Knows nothing of vars, states or pages.

**What differs from plain Python**, on both sides alike:

- Values are those that travel (`seen`): an enum member is its value, a path its text, a frozenset
  a set, an instance of a subclass one of the type above it, an aware datetime has an offset but no
  named zone, and an object is its fields: equal to one with equal fields, true, without text,
  order or methods.
- An int beyond 2**53 - 1, also on the way to a smaller one, is an OverflowError: a JavaScript
  number would no longer be exact. A complex number is an error, and so is a text with half a
  surrogate pair.
- Arithmetic is with numbers, and with text, lists and tuples where it means repeating and joining.
  Decimals, dates and times, UUIDs, bytes and sets are shown, formatted, compared, looked up and,
  where Python does, converted to numbers; more than that is an error that says to use a computed
  var. So is ``text % values``.
- Attributes are the fields of objects, and year to microsecond of dates and days, seconds and
  microseconds of durations. Methods are not attributes.
- Formats are those of the C locale and the default decimal context, and widths end at
  `MAX_FORMAT_WIDTH`; a date's format knows the codes that are the same on every machine. A
  repetition or range makes at most `MAX_EXPRESSION_ITEMS` items.

**Where the two sides may still differ**:

- ``**`` with a float may differ by one unit in the last place.
- ``lower``, ``upper``, and the escapes in ``repr`` follow the Unicode of each side; they agree on
  every character that was there in Unicode 14 and has not been given another case since.
- A set's text, and the order of its items, is that of the set which was sent.
- Python finds the very same nan in a container although nan equals nothing; two places of a value
  are two nans in the browser.
"""

from __future__ import annotations

import datetime as dt
import math
import operator
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from triostate.errors import ExpressionError
from triostate.limits import MAX_EXPRESSION_ITEMS
from triostate.state.codec import MAX_SAFE_INT
from triostate.state.formats import format_value
from triostate.state.seen import Fields, is_hashable, kind_of, seen, surface

__all__ = ["LAZY", "OPERATIONS", "text_of", "truth"]

_NUMBERS = (bool, int, float)
_ARITHMETIC = frozenset({type(None), bool, int, float, str, list, tuple, dict})

#: No power of an int above 1 with a larger exponent is below 2**53.
_MAX_EXPONENT = 53
#: Rounding an int of 16 digits any further left gives 0.
_MAX_LEFT_PLACES = 17


def _checked(result: Any) -> Any:
    """Let through what the browser can hold as well."""
    if type(result) is int and abs(result) > MAX_SAFE_INT:
        raise OverflowError("an int beyond 2**53 - 1 is not exact in a browser")
    if type(result) is complex:
        raise ExpressionError("a complex number cannot be shown in a browser")
    return result


def _refuse(what: str, value: object) -> ExpressionError:
    return ExpressionError(
        f"{what} of a value of type {kind_of(value)} is not known in the browser: "
        "use a computed var"
    )


# Arithmetic


def _arithmetic(sign: str, operate: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any) -> Any:
        values = [surface(arg) for arg in args]
        for value in values:
            if type(value) not in _ARITHMETIC:
                raise _refuse(sign, value)
        return _checked(operate(*values))

    return call


def _mod(a: Any, b: Any) -> Any:
    if type(a) is str:
        raise ExpressionError("text % values is not known in the browser: use an f-string")
    return a % b


def _mul(a: Any, b: Any) -> Any:
    for items, times in ((a, b), (b, a)):
        if isinstance(items, str | list | tuple) and isinstance(times, int):
            _check_length(len(items) * times)
    return a * b


def _check_length(length: int) -> None:
    if length > MAX_EXPRESSION_ITEMS:
        raise ExpressionError(f"{length} items are more than an expression may make")


def _pow(a: Any, b: Any) -> Any:
    if isinstance(a, int) and isinstance(b, int) and abs(a) > 1 and b > _MAX_EXPONENT:
        return _checked(MAX_SAFE_INT + 1)  # without working it out, which may take for ever
    return a**b


def _round(value: Any, places: Any = None) -> Any:
    if places is None:
        return round(value)
    if isinstance(value, int) and isinstance(places, int) and places < -_MAX_LEFT_PLACES:
        return 0
    return round(value, places)


# Truth and comparison


def truth(value: Any) -> bool:
    """Return the truth of a value, as an expression sees it."""
    return bool(seen(value))


def _compare(operate: Callable[[Any, Any], Any]) -> Callable[[Any, Any], bool]:
    def call(a: Any, b: Any) -> bool:
        return bool(operate(seen(a), seen(b)))

    return call


# Access


def _items_of(value: Any, what: str) -> Any:
    """Return a value as it is seen if it has items that the browser can reach."""
    value = surface(value)
    if isinstance(value, bytes):
        raise _refuse(what, value)
    return value


def _key(key: Any) -> Any:
    key = seen(key)
    if not is_hashable(key):
        raise TypeError(f"a value of type {kind_of(key)} cannot be a key")
    return key


def _index(value: Any, key: Any) -> Any:
    if isinstance(key, str) and type(surface(value)) is Fields:
        return _attr(value, key)  # a field with the name of one of Var's own methods
    value = _items_of(value, "an item")
    if isinstance(value, dict):
        return _entries(value)[_key(key)]
    return value[surface(key)]


def _slice(value: Any, *bounds: Any) -> Any:
    value = _items_of(value, "a slice")
    if isinstance(value, dict):
        raise TypeError("a dict has no slices")
    return value[slice(*map(surface, bounds))]


def _entries(value: dict[Any, Any]) -> dict[Any, Any]:
    return {seen(key): item for key, item in value.items()}


def _dict_of(value: Any) -> dict[Any, Any]:
    value = surface(value)
    if not isinstance(value, dict):
        raise AttributeError(f"a value of type {kind_of(value)} is no dict")
    return value


def _get(value: Any, key: Any, default: Any = None) -> Any:
    return _entries(_dict_of(value)).get(_key(key), default)


def _attr(value: Any, name: str) -> Any:
    value = surface(value)
    if type(value) is Fields and name in value.fields:
        return value.fields[name]
    if name not in _ATTRIBUTES.get(type(value), ()):
        raise AttributeError(
            f"a value of type {kind_of(value)} has no field {name!r} in the browser: "
            "methods and properties stay on the server, use a computed var"
        )
    return getattr(value, name)


_ATTRIBUTES: dict[type, tuple[str, ...]] = {
    dt.date: ("year", "month", "day"),
    dt.datetime: ("year", "month", "day", "hour", "minute", "second", "microsecond"),
    dt.time: ("hour", "minute", "second", "microsecond"),
    dt.timedelta: ("days", "seconds", "microseconds"),
}


# Containers


def _contains(container: Any, item: Any) -> bool:
    container, item = seen(_items_of(container, "`in`")), seen(item)
    # Python looks for a set in a set as for the frozenset that it equals.
    if isinstance(container, dict | set) and not (type(container) is type(item) is set):
        item = _key(item)
    return item in container


def _join(items: Any, separator: Any) -> str:
    return str.join(surface(separator), map(surface, surface(items)))


def _reverse(value: Any) -> Any:
    return _slice(value, None, None, -1)


def _range(*bounds: Any) -> list[int]:
    made = range(*map(surface, bounds))
    _check_length(len(made))
    return list(made)


def _list(*items: Any) -> list[Any]:
    return list(items)


def _tuple(*items: Any) -> tuple[Any, ...]:
    return items


def _dict(*flat: Any) -> dict[Any, Any]:
    return dict(zip(map(_key, flat[::2]), flat[1::2], strict=True))


def _views(name: str, each: Callable[[Any], Iterable[Any]]) -> Callable[[Any], list[Any]]:
    def call(value: Any) -> list[Any]:
        return list(each(_dict_of(value)))

    call.__name__ = name
    return call


def _str_method(name: str) -> Callable[..., Any]:
    method = getattr(str, name)

    def call(value: Any, *args: Any) -> Any:
        return method(surface(value), *map(seen, args))

    return call


# Text and conversion


def text_of(value: Any) -> str:
    """Return ``str(value)``, of what an expression sees."""
    return str(seen(value))


def _concat(*parts: Any) -> str:
    return "".join(map(text_of, parts))


def _format(value: Any, spec: Any = "") -> str:
    text = format_value(seen(value), surface(spec))
    if not text.isascii():
        text.encode()  # the only place where half a surrogate pair could come from: f"{n:c}"
    return text


def _number(to: type[int] | type[float]) -> Callable[[Any], Any]:
    def call(value: Any) -> Any:
        value = surface(value)
        if not isinstance(value, bool | int | float | str | Decimal):
            raise TypeError(f"a value of type {kind_of(value)} does not convert to {to.__name__}")
        if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) > 400:
            # Far from every float: not by way of an int of as many digits.
            value = math.copysign(math.inf if value and value.adjusted() > 0 else 0.0, value)
        return _checked(to(value))

    return call


#: Operations whose arguments are evaluated one by one, as Python's own keywords do.
LAZY = frozenset({"and", "or", "cond"})

#: Name of an operation to its meaning on evaluated arguments (`LAZY` ones are in `expr`).
OPERATIONS: dict[str, Callable[..., Any]] = {
    # displays
    "list": _list,
    "tuple": _tuple,
    "dict": _dict,
    # arithmetic
    "add": _arithmetic("+", operator.add),
    "sub": _arithmetic("-", operator.sub),
    "mul": _arithmetic("*", _mul),
    "truediv": _arithmetic("/", operator.truediv),
    "floordiv": _arithmetic("//", operator.floordiv),
    "mod": _arithmetic("%", _mod),
    "pow": _arithmetic("**", _pow),
    "neg": _arithmetic("-", operator.neg),
    "pos": _arithmetic("+", operator.pos),
    "abs": _arithmetic("abs()", abs),
    "round": _arithmetic("round()", _round),
    # comparison
    "eq": _compare(operator.eq),
    "ne": _compare(operator.ne),
    "lt": _compare(operator.lt),
    "le": _compare(operator.le),
    "gt": _compare(operator.gt),
    "ge": _compare(operator.ge),
    # logic
    "not": lambda value: not truth(value),
    # access
    "index": _index,
    "slice": _slice,
    "attr": _attr,
    "get": _get,
    # containers and text
    "len": lambda value: len(surface(value)),
    "contains": _contains,
    "join": _join,
    "reverse": _reverse,
    "keys": _views("keys", dict.keys),
    "values": _views("values", dict.values),
    "items": _views("items", dict.items),
    "range": _range,
    **{
        name: _str_method(name)
        for name in ("split", "lower", "upper", "strip", "replace", "startswith", "endswith")
    },
    # conversion
    "str": text_of,
    "repr": lambda value: repr(seen(value)),
    "int": _number(int),
    "float": _number(float),
    "bool": truth,
    "format": _format,
    "concat": _concat,
}
