"""The operations that an expression may hold, each with what it means in Python.

The table is the single list of names: the browser runtime implements the same names with the
same meaning, and an unknown name cannot be built. Knows nothing of vars, states or pages.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any

__all__ = ["LAZY", "OPERATIONS"]


def _slice(value: Any, start: Any, stop: Any, step: Any) -> Any:
    return value[start:stop:step]


def _join(items: Iterable[Any], separator: str) -> str:
    return separator.join(items)


def _reverse(value: Any) -> Any:
    return value[::-1]


def _concat(*parts: Any) -> str:
    return "".join(map(str, parts))


def _range(*bounds: Any) -> list[int]:
    return list(range(*bounds))


def _list(*items: Any) -> list[Any]:
    return list(items)


def _dict(*flat: Any) -> dict[Any, Any]:
    return dict(zip(flat[::2], flat[1::2], strict=True))


def _keys(value: Mapping[Any, Any]) -> list[Any]:
    return list(value.keys())


def _values(value: Mapping[Any, Any]) -> list[Any]:
    return list(value.values())


def _items(value: Mapping[Any, Any]) -> list[tuple[Any, Any]]:
    return list(value.items())


def _contains(container: Any, item: Any) -> bool:
    return item in container


def _get(value: Mapping[Any, Any], key: Any, default: Any = None) -> Any:
    return value.get(key, default)


def _method(name: str) -> Callable[..., Any]:
    def call(value: Any, *args: Any) -> Any:
        return getattr(str, name)(value, *args)

    return call


#: Operations whose arguments are evaluated one by one, as Python's own keywords do.
LAZY = frozenset({"and", "or", "cond"})

#: Name of an operation to its meaning on evaluated arguments (`LAZY` ones are in `expr`).
OPERATIONS: dict[str, Callable[..., Any]] = {
    # displays
    "list": _list,
    "dict": _dict,
    # arithmetic
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "truediv": operator.truediv,
    "floordiv": operator.floordiv,
    "mod": operator.mod,
    "pow": operator.pow,
    "neg": operator.neg,
    "pos": operator.pos,
    "abs": abs,
    "round": round,
    # comparison
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
    # logic
    "not": operator.not_,
    # access
    "index": operator.getitem,
    "slice": _slice,
    "attr": getattr,
    "get": _get,
    # containers and text
    "len": len,
    "contains": _contains,
    "join": _join,
    "reverse": _reverse,
    "keys": _keys,
    "values": _values,
    "items": _items,
    "range": _range,
    "split": _method("split"),
    "lower": _method("lower"),
    "upper": _method("upper"),
    "strip": _method("strip"),
    "replace": _method("replace"),
    "startswith": _method("startswith"),
    "endswith": _method("endswith"),
    # conversion
    "str": str,
    "repr": repr,
    "int": int,
    "float": float,
    "bool": bool,
    "format": format,
    "concat": _concat,
}
