"""One session under test: its state tree, a plain model of it, and two browsers' copies.

One copy gets each commit's operations at once, without ``append``. The other is behind the outbox:
it gets frames, as bytes, when it asks for them, sometimes much later, and knows ``append``. Both
apply them with a JSON Patch library that knows nothing of this project.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import jsonpatch
import jsonpointer

from tests.properties.values import build, containers, shape
from tests.state.browser import FakeHost, text_of
from triostate.protocol.frames import encode_frame, encode_op
from triostate.runtime.outbox import Outbox
from triostate.runtime.snapshot import public_state, public_value
from triostate.state.codec import encode_value
from triostate.state.copies import unwrap
from triostate.state.state import State, instance_of
from triostate.state.tree import StateTree

__all__ = ["Desk"]


class Desk:
    """A session, and what it should be."""

    def __init__(self, classes: Sequence[type[State]]) -> None:
        self.classes = classes
        self.host = FakeHost()
        self.tree = StateTree(self.host)
        self.states = [instance_of(self.tree, cls) for cls in classes]
        self.outbox = Outbox(
            "token",
            lambda: public_state(self.tree, classes),
            lambda var: public_value(self.tree, classes, var),
        )
        self.direct: Any = json.loads(text_of(public_state(self.tree, classes)))
        self.remote: Any = None
        self.fields = [(number, name) for number, cls in enumerate(classes) for name in cls._fields]
        self.model = [
            SimpleNamespace(
                **{name: copy.deepcopy(field.default) for name, field in cls._fields.items()}
            )
            for cls in classes
        ]
        self.kept_model: list[Any] = []
        """Containers that somebody has kept a reference to, in the model and in the state."""
        self.kept: list[Any] = []
        self.committed_wire = ""
        self.is_filled = False
        """Whether something was put into new values past the state since the last commit."""
        self.remember()

    # Where things are

    def roots(self, side: Sequence[Any], kept: list[Any]) -> list[Any]:
        return [*(getattr(side[number], name) for number, name in self.fields), *kept]

    def model_roots(self) -> list[Any]:
        return self.roots(self.model, self.kept_model)

    def paths(self, kind: Any = object) -> list[tuple[Any, ...]]:
        """Return the paths of all containers of a kind: the index of a root, then keys."""
        return [
            path
            for index, root in enumerate(self.model_roots())
            for path, found in containers(root, (index,))
            if isinstance(found, kind)
        ]

    def find(self, path: tuple[Any, ...], *, model: bool) -> Any:
        roots = self.model_roots() if model else self.roots(self.states, self.kept)
        found = roots[path[0]]
        for key in path[1:]:
            found = found[key] if isinstance(found, list | tuple | dict) else getattr(found, key)
        return found

    def make(self, recipe: Any, *, model: bool) -> Any:
        def resolve(choice: int) -> Any:
            paths = self.paths()
            return self.find(paths[choice % len(paths)], model=model) if paths else 0

        return build(recipe, resolve)

    # What it should be

    def remember(self) -> None:
        """Take the model as it is for committed."""
        self.saved = copy.deepcopy((self.model, self.kept_model))
        self.committed_wire = self.model_wire()
        self.kept_then = len(self.kept)
        self.is_filled = False

    def restore(self) -> None:
        """Give up what the model has gone through since."""
        self.model, self.kept_model = copy.deepcopy(self.saved)
        del self.kept[self.kept_then :]
        self.is_filled = False

    def model_wire(self) -> str:
        """Return the wire form that the model's public vars should have."""
        wire = {}
        for cls, values in zip(self.classes, self.model, strict=True):
            wire[cls.get_full_name()] = {
                **{
                    name: encode_value(getattr(values, name))
                    for name, field in cls._fields.items()
                    if field.is_public
                },
                **{
                    name: encode_value(computed.fn(self.namespace(values)))
                    for name, computed in cls._computed.items()
                },
            }
        return text_of(wire)

    def namespace(self, values: Any) -> Any:
        """Return what a computed var sees of the model."""
        return SimpleNamespace(**vars(values), get_substate=lambda _: self.model[-1])

    # Comparing

    def check_values(self) -> None:
        """Demand the same values, by reading and as they are stored, and the same sharing."""
        viewed = self.roots(self.states, self.kept)
        stored, wanted = shape(map(unwrap, viewed)), shape(self.model_roots())
        assert stored == wanted, f"{stored}\nin place of\n{wanted}"
        for view, model in zip(viewed, self.model_roots(), strict=True):
            assert view == model
            assert isinstance(view, type(model))

    def check_snapshot(self) -> None:
        """Demand that a snapshot taken now shows what is committed."""
        self.check_wire(public_state(self.tree, self.classes))

    def check_wire(self, found: Any) -> None:
        """Demand that wire values are those committed, var by var."""
        if text_of(found) != self.committed_wire:
            wanted = json.loads(self.committed_wire)
            for state, values in wanted.items():
                for name, value in values.items():
                    shown = text_of(found[state][name])
                    assert shown == text_of(value), f"{name}: {shown} in place of {text_of(value)}"
            raise AssertionError("other vars than there should be")

    # Blocks

    def open(self) -> None:
        if self.tree.open is None:
            self.tree.begin()

    def commit(self) -> None:
        """Commit; the copy that hears of everything has to be right at once."""
        ops = self.tree.commit()
        self.outbox.push(ops)
        plain = json.loads(text_of([encode_op(op, append=False) for op in ops]))
        self.direct = jsonpatch.apply_patch(self.direct, plain, in_place=True)
        self.remember()
        assert not self.host.reports  # a computed var that raises keeps its value
        self.check_wire(self.direct)

    def close(self) -> None:
        if self.tree.open is not None:
            self.tree.end(self.tree.open)

    # The browser behind the outbox

    def attach(self) -> None:
        """A tab comes, whatever goes on at the moment."""
        self.outbox.attach(0, append=True)
        self.remote = data_of(encode_frame(self.outbox.snapshot("e", fresh=False), append=True))
        self.remote = self.remote["state"]
        self.check_wire(self.remote)

    def pump(self) -> None:
        """The tab gets all that waits for it."""
        if self.remote is None:
            return
        delta = self.outbox.take()
        if delta is not None:
            data = encode_frame(delta, append=True)
            self.outbox.sent(delta, data)
            self.outbox.seen(delta.seq)
            for op in data_of(data)["ops"]:
                self.apply(op)
        self.check_wire(self.remote)

    def apply(self, op: dict[str, Any]) -> None:
        if op["op"] == "append":
            before = jsonpointer.resolve_pointer(self.remote, op["path"])
            op = {"op": "replace", "path": op["path"], "value": before + op["value"]}
        self.remote = jsonpatch.apply_patch(self.remote, [op], in_place=True)


def data_of(frame: bytes) -> Any:
    """Return the data of a server-sent event."""
    return json.loads(frame.split(b"\ndata: ", 1)[1])
