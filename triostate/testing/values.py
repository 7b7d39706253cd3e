"""Wire values as the browser holds them, in Python's own types.

An instance travels as its fields, without its class; here it becomes a `Record`. Knows nothing of
states and pages.
"""

from __future__ import annotations

from typing import Any

from triostate.state.codec import (
    JSON,
    by_value_fields,
    encode_value,
    is_plain_key,
)
from triostate.state.decoding import decode_value

__all__ = ["Record", "from_wire", "to_wire"]


class Record:
    """An attrs or dataclass instance as the browser has it: its fields, as attributes.

    Equal to a record or an instance with the same fields and values.
    """

    __slots__ = ("_fields",)

    def __init__(self, fields: dict[str, Any]) -> None:
        self._fields = fields

    def __getattr__(self, name: str) -> Any:
        try:
            return self._fields[name]
        except KeyError:
            raise AttributeError(f"the record has no field {name!r}: {self!r}") from None

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Record):
            return self._fields == other._fields
        kind: Any = type(other)
        names = by_value_fields(kind)
        if names is None:
            return NotImplemented
        return self._fields == {name: getattr(other, name) for name in names}

    __hash__ = None  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]

    def __repr__(self) -> str:
        return f"Record({', '.join(f'{name}={value!r}' for name, value in self._fields.items())})"

    @staticmethod
    def _ts_fields(record: Record) -> dict[str, Any]:
        """Tell expressions what this is: see `state.seen`."""
        return record._fields


def from_wire(wire: JSON) -> Any:
    """Return the value of a wire form; raises ValueError for a form that no value has."""
    if isinstance(wire, list):
        return [from_wire(item) for item in wire]
    if not isinstance(wire, dict):
        return wire
    if len(wire) == 1:
        ((tag, inside),) = wire.items()
        if tag in _BRANCHES:
            return _BRANCHES[tag](inside)
        if tag.startswith("$"):
            return decode_value(wire)
    return {key: from_wire(item) for key, item in wire.items()}


def _map(inside: dict[str, JSON]) -> dict[Any, Any]:
    keys = decode_value({"$map": dict.fromkeys(inside)})
    return dict(zip(keys, map(from_wire, inside.values()), strict=True))


def _record(inside: dict[str, JSON]) -> Record:
    return Record({name: from_wire(item) for name, item in inside.items()})


_BRANCHES = {
    "$map": _map,
    "$set": lambda inside: decode_value({"$set": inside}),
    "$tuple": lambda inside: tuple(map(from_wire, inside)),
    "$obj": _record,
}


def to_wire(value: Any) -> JSON:
    """Return the wire form of a value of the browser's; what it holds may be records."""
    if isinstance(value, Record):
        return {"$obj": {name: to_wire(item) for name, item in value._fields.items()}}
    if isinstance(value, list):
        return [to_wire(item) for item in value]
    if isinstance(value, tuple):
        return {"$tuple": [to_wire(item) for item in value]}
    if isinstance(value, dict) and all(map(is_plain_key, value)):
        return {key: to_wire(item) for key, item in value.items()}
    return encode_value(value)
