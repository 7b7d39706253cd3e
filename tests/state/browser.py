"""`Browser`: a session's tree without a session, and the copy of it that a browser would hold."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import jsonpatch

import triostate as ts
from triostate.protocol.frames import encode_op
from triostate.runtime.snapshot import public_state
from triostate.state.codec import encode_value
from triostate.state.patch import PatchOp
from triostate.state.state import State, instance_of
from triostate.state.tree import StateTree

__all__ = ["Browser", "FakeHost", "text_of"]


class FakeHost:
    """What a tree needs of a session to guard writes and to report failures."""

    token = "token"
    app = session = router = None

    def __init__(self) -> None:
        self.reports: list[tuple[str, Exception]] = []

    def report(self, where: str, error: Exception) -> None:
        self.reports.append((where, error))


class Browser:
    """A guarded tree of some State classes, with a wire copy kept by a foreign patch library."""

    def __init__(self, *classes: type[State], max_bytes: float = math.inf) -> None:
        self.host = FakeHost()
        self.tree = StateTree(self.host, max_bytes)
        self.classes = classes
        self.state: Any
        self.state, *_ = [instance_of(self.tree, cls) for cls in classes]
        self.sent: list[PatchOp] = []
        self.store = json.loads(text_of(public_state(self.tree, classes)))

    @contextmanager
    def block(self) -> Iterator[Any]:
        """Open the right to write; commit at the end."""
        with self.tree.transaction():
            yield self.state
            self.commit()

    @contextmanager
    def undone(self) -> Iterator[Any]:
        """Open the right to write, and roll back at the end what was done."""
        with self.tree.transaction():
            yield self.state
            self.tree.rollback()

    def commit(self) -> list[PatchOp]:
        """Commit, apply the delta to the copy as a client without ``append`` would."""
        self.sent = self.tree.commit()
        ops = json.loads(text_of([encode_op(op, append=False) for op in self.sent]))
        self.store = jsonpatch.apply_patch(self.store, ops)
        return self.sent

    def wanted(self) -> dict[str, Any]:
        """Return the public vars of all classes as they are now, in wire form."""
        return {
            cls.get_full_name(): {
                name: encode_value(ts.plain(getattr(instance_of(self.tree, cls), name)))
                for name, field in cls._fields.items()
                if field.is_public
            }
            for cls in self.classes
        }

    def check(self) -> None:
        """Demand that the copy and a snapshot say what the values are, key order included."""
        shown = {
            name: {var: value for var, value in self.store[name].items() if var in wanted}
            for name, wanted in self.wanted().items()
        }
        assert text_of(shown) == text_of(self.wanted())


def text_of(value: object) -> str:
    """Return JSON text, by which True and 1, and two orders of keys, are not the same.

    The members of a set have no order.
    """
    return json.dumps(_with_sorted_sets(value))


def _with_sorted_sets(wire: Any) -> Any:
    if isinstance(wire, list):
        return [_with_sorted_sets(item) for item in wire]
    if not isinstance(wire, dict):
        return wire
    if list(wire) == ["$set"]:
        return {"$set": dict(sorted(wire["$set"].items()))}
    return {key: _with_sorted_sets(item) for key, item in wire.items()}
