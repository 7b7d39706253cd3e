"""The outbox: folds what it can, is bounded, and always ends with the newest value."""

from __future__ import annotations

import contextlib
import copy
from typing import Any

import jsonpatch
import pytest

import triostate as ts
from tests.state.browser import Browser, text_of
from triostate.limits import CONFLATE_AFTER_OPS, MAX_KEPT_BYTES, MAX_WAITING_EFFECTS
from triostate.protocol.effects import Effect
from triostate.protocol.frames import encode_frame, encode_op
from triostate.runtime.outbox import Outbox
from triostate.runtime.snapshot import public_state, public_value
from triostate.state.patch import PatchOp
from triostate.testing import isolated


class Sender:
    """An outbox on a tree, and the copy of a reader who takes now and then."""

    def __init__(self, value: Any) -> None:
        with isolated():
            body = {"value": value, "n": 0, "__annotations__": {"value": Any, "n": int}}
            self.browser = Browser(type(ts.State)("Box", (ts.State,), body))  # pyright: ignore[reportCallIssue]
        tree, classes = self.browser.tree, self.browser.classes
        self.outbox = Outbox(
            "tok", lambda: public_state(tree, classes), lambda var: public_value(tree, classes, var)
        )
        self.outbox.attach(0)
        self.store: Any = self.outbox.snapshot("doc", fresh=True).state
        self.taken: tuple[PatchOp, ...] = ()

    @property
    def state(self) -> Any:
        return self.browser.state

    def block(self, change: Any) -> None:
        with self.browser.tree.transaction():
            change(self.state)
            self.outbox.push(self.browser.tree.commit())

    def take(self) -> int:
        """Take what waits; return how many bytes it was."""
        frame = self.outbox.take()
        self.taken = () if frame is None else frame.ops
        ops = [encode_op(op, append=False) for op in self.taken]
        self.store = jsonpatch.apply_patch(self.store, ops)
        return len(text_of([encode_op(op, append=True) for op in self.taken]))

    def check(self) -> None:
        state = public_state(self.browser.tree, self.browser.classes)
        assert text_of(self.store) == text_of(state)


def set_value(value: Any) -> Any:
    return lambda state: setattr(state, "value", value)


def test_replacing_folds() -> None:
    """Many new values of one var are one operation with the newest."""
    sender = Sender(0)
    for n in range(1, 100):
        sender.block(set_value(n))
    sender.take()
    assert [(op.op, op.value) for op in sender.taken] == [("replace", 99)]
    sender.check()


def test_growing_folds() -> None:
    """Many additions to a string are one addition."""
    sender = Sender("x")
    for n in range(10):
        sender.block(lambda state, n=n: setattr(state, "value", state.value + str(n)))
    sender.take()
    assert [(op.op, op.value, op.whole) for op in sender.taken] == [
        ("append", "0123456789", "x0123456789")
    ]
    sender.check()


def test_new_then_growing_folds() -> None:
    """A new string that then grows is one replacement; one that is replaced after is, too."""
    sender = Sender("x")
    for text in ("a", "ab", "abc"):
        sender.block(set_value(text))
    sender.take()
    assert [(op.op, op.value) for op in sender.taken] == [("replace", "abc")]
    sender.block(set_value("abcd"))
    sender.block(set_value("z"))
    sender.take()
    assert [(op.op, op.value) for op in sender.taken] == [("replace", "z")]
    sender.check()


def test_only_neighbours_fold() -> None:
    """Operations on one path with others between are kept in their order."""
    sender = Sender([[0], [1]])
    sender.block(lambda state: state.value[0].__setitem__(0, 5))
    sender.block(lambda state: state.value.insert(0, [9]))
    sender.block(lambda state: state.value[0].__setitem__(0, 6))
    sender.take()
    sender.check()


def test_many_ops_of_one_block() -> None:
    """One block with hundreds of changes of one var arrives as it ended."""
    sender = Sender([])

    def change(state: Any) -> None:
        for n in range(500):
            state.value.append(n)

    sender.block(change)
    sender.take()
    sender.check()


def test_a_long_list_is_not_encoded_for_every_frame() -> None:
    """Frames of many new rows cost the rows, however long the list is already (37)."""
    sender = Sender([{"n": n} for n in range(3_000)])
    looked: list[str] = []
    value = sender.outbox._value
    sender.outbox._value = lambda var: looked.append(var) or value(var)
    for _ in range(10):
        for n in range(200):
            sender.block(lambda state, n=n: state.value.append({"n": n}))
        sender.take()
    assert len(looked) <= 1  # how long it is has to be learned once
    sender.check()


def test_a_value_that_shrank_takes_the_place_of_its_log() -> None:
    """What was long once does not keep a log long for ever."""
    sender = Sender([{"n": n} for n in range(1_000)])
    for n in range(200):
        sender.block(lambda state, n=n: state.value.append({"n": n}))
    sender.take()
    sender.block(lambda state: setattr(state, "value", [0]))
    sender.take()
    for n in range(1_000):
        sender.block(lambda state, n=n: state.value.insert(0, n))
        sender.block(lambda state: state.value.pop())
    sender.take()
    assert len(sender.taken) <= CONFLATE_AFTER_OPS
    sender.check()


def test_many_ops_of_two_vars() -> None:
    """The same with two vars changed in turn, and a reader that takes in between."""
    sender = Sender({})

    def change(state: Any) -> None:
        for n in range(200):
            state.value[f"k{n % 90}"] = [n]
            state.n += 1

    for _ in range(3):
        sender.block(change)
        sender.block(change)
        sender.take()
        sender.check()


@pytest.mark.parametrize(
    "start, change",
    [
        ([], lambda state, n: (state.value.append(n), state.value.pop(0) if n > 50 else 0)),
        ({"a": [0]}, lambda state, n: state.value["a"].__setitem__(0, n)),
        ("", lambda state, n: setattr(state, "value", (state.value + "x")[-200:])),
    ],
    ids=["sliding list", "nested", "sliding text"],
)
def test_state_changes_without_a_reader(start: Any, change: Any) -> None:
    """Thousands of real commits that nobody takes end in one small, right delta (60)."""
    sender = Sender(start)
    for n in range(1, 3001):
        sender.block(lambda state, n=n: change(state, n))
    assert sender.take() < 10_000
    sender.check()


VAR = "/s/v"


def _set_int(value: Any, n: int) -> tuple[Any, PatchOp]:
    return n, PatchOp("replace", VAR, n)


def _set_item(value: Any, n: int) -> tuple[Any, PatchOp]:
    value[n % 50] = n
    return value, PatchOp("replace", f"{VAR}/{n % 50}", n)


def _grow(value: Any, n: int) -> tuple[Any, PatchOp]:
    if n % 500 == 0:
        return "", PatchOp("replace", VAR, "")
    return value + "x", PatchOp("append", VAR, "x", value + "x")


@pytest.mark.parametrize("start, change", [(0, _set_int), ([0] * 50, _set_item), ("", _grow)])
def test_not_reading_costs_bounded_memory(start: Any, change: Any) -> None:
    """100,000 changes wait as no more than the value's size; the newest arrives (60)."""
    value, most = start, 0
    outbox = Outbox("tok", lambda: {"s": {"v": value}}, lambda _: copy.copy(value))
    outbox.attach(0)
    store = copy.deepcopy(outbox.snapshot("doc", fresh=True).state)
    for n in range(1, 100_001):
        value, op = change(value, n)
        outbox.push([op])
        most = max(most, len(outbox._logs[VAR].ops))
    assert most <= 128
    frame = outbox.take()
    assert frame is not None
    ops = [encode_op(op, append=False) for op in frame.ops]
    assert len(text_of(ops)) < 10_000
    assert jsonpatch.apply_patch(store, ops) == {"s": {"v": value}}


def test_before_a_reader_nothing_is_kept() -> None:
    """Before the first reader nothing is kept; who attaches gets a snapshot with the newest."""
    outbox = Outbox("tok", lambda: {"s": {"v": 99}}, lambda _: 99)
    for n in range(100):
        outbox.push([PatchOp("replace", VAR, n)])
    assert outbox.is_empty
    outbox.attach(7)
    assert outbox.take() is None
    frame = outbox.snapshot("doc2", fresh=False)
    assert (frame.state["s"]["v"], frame.ack, frame.fresh) == (99, 7, False)


class TestResume:
    """A reader who comes back names the last frame that it applied."""

    def send(self, sender: Sender) -> bytes:
        frame = sender.outbox.take()
        assert frame is not None
        data = encode_frame(frame, append=False)
        sender.outbox.sent(frame, data)
        return data

    def test_gets_what_it_missed(self) -> None:
        """Frames that were lost on the way come again, then what has changed since (56)."""
        sender = Sender(0)
        sender.block(set_value(1))
        self.send(sender)
        sender.block(set_value(2))
        lost = self.send(sender)
        sender.block(set_value(3))  # while nobody reads
        sender.outbox.attach(0, 2)
        assert sender.outbox.missed == lost
        frame = sender.outbox.take()
        assert frame is not None
        assert [op.value for op in frame.ops] == [3]

    def test_missed_nothing(self) -> None:
        """A reader that had it all gets nothing twice."""
        sender = Sender(0)
        sender.block(set_value(1))
        self.send(sender)
        sender.outbox.attach(0, 2)
        assert sender.outbox.missed == b""
        assert sender.outbox.take() is None

    @pytest.mark.parametrize("seen", [None, 0, 4, 10**15])
    def test_snapshot_otherwise(self, seen: int | None) -> None:
        """A new document, one before the last snapshot, or an impossible number: a snapshot."""
        sender = Sender(0)
        for n in (1, 2):
            sender.block(set_value(n))
            self.send(sender)
        sender.outbox.attach(0, seen)
        assert sender.outbox.missed is None

    def test_before_the_first_snapshot(self) -> None:
        """A reader that was lost before its first frame has nothing to go on from: a snapshot."""
        outbox = Outbox("tok", lambda: {"s": {"v": 1}}, lambda _: 1)
        outbox.attach(0)
        outbox.attach(0, 0)
        assert outbox.missed is None

    def test_the_other_coding(self) -> None:
        """Frames kept with `append` are not for a reader that does not know it."""
        sender = Sender("a")
        sender.outbox.attach(0, 1, append=True)
        assert sender.outbox.missed is None

    def test_too_much_missed(self) -> None:
        """Frames beyond the bound are forgotten, oldest first: a snapshot, not a gap."""
        sender = Sender("")
        for n in range(4):
            sender.block(set_value(str(n) * (MAX_KEPT_BYTES // 3)))
            self.send(sender)
        sender.outbox.attach(0, 1)
        assert sender.outbox.missed is None
        sender.outbox.attach(0, 3)
        assert sender.outbox.missed is not None

    def test_named_frames_are_forgotten(self) -> None:
        """A frame that the browser has named is not kept any longer."""
        sender = Sender("")
        sender.block(set_value("x" * 1000))
        self.send(sender)
        sender.outbox.seen(2)
        assert sender.outbox._sent._bytes == 0

    def test_effects_come_again_until_named(self) -> None:
        """A snapshot carries the effects of frames that nobody has named, ids unchanged (64)."""
        sender = Sender(0)
        sender.outbox.add_effect(ts.redirect("/x"))
        self.send(sender)
        sender.outbox.attach(0)  # a new document
        frames = [sender.outbox.snapshot("doc2", fresh=False) for _ in range(2)]
        for frame in frames:
            assert [(effect.id, effect.kind) for effect in frame.effects] == [(1, "redirect")]
        sender.outbox.seen(frames[-1].seq)
        assert sender.outbox.snapshot("doc3", fresh=False).effects == ()


def test_snapshot_covers_what_waited() -> None:
    """A snapshot makes waiting operations superfluous: they are not sent after it."""
    sender = Sender([0])
    sender.block(lambda state: state.value.append(1))
    frame = sender.outbox.snapshot("doc", fresh=False)
    assert frame.state["state.box"]["value"] == [0, 1]
    assert sender.outbox.take() is None


def test_seq_and_ack() -> None:
    """Seq rises by one a frame; an ack alone is a frame of its own, once."""
    sender = Sender(0)
    sender.block(set_value(1))
    first = sender.outbox.take()
    sender.outbox.acknowledge(1)
    second = sender.outbox.take()
    assert first is not None
    assert second is not None
    assert (first.seq, first.ack, second.seq, second.ack, second.ops) == (2, 0, 3, 1, ())
    assert sender.outbox.take() is None


class TestEffects:
    def test_numbered_in_order(self) -> None:
        """Effects go with the next frame, after its operations, with ids rising by one."""
        sender = Sender(0)
        sender.outbox.add_effect(ts.toast("a"))
        sender.outbox.add_effect(ts.redirect("/x"))
        frame = sender.outbox.take()
        assert frame is not None
        assert [(e.id, e.kind) for e in frame.effects] == [(1, "toast"), (2, "redirect")]
        assert sender.outbox.take() is None

    def test_toasts_are_dropped_oldest_first(self) -> None:
        """When too many wait, the oldest toasts and logs go, nothing else."""
        sender = Sender(0)
        sender.outbox.add_effect(ts.redirect("/kept"))
        for n in range(MAX_WAITING_EFFECTS + 10):
            sender.outbox.add_effect(ts.toast(str(n)))
        frame = sender.outbox.take()
        assert frame is not None
        assert len(frame.effects) == MAX_WAITING_EFFECTS
        assert frame.effects[0].kind == "redirect"
        assert [e.args["message"] for e in frame.effects[1:3]] == ["11", "12"]
        assert frame.effects[-1].args["message"] == str(MAX_WAITING_EFFECTS + 9)

    def test_others_are_refused(self) -> None:
        """When nothing may be dropped, a new effect is an OutboxFullError."""
        sender = Sender(0)
        for _ in range(MAX_WAITING_EFFECTS):
            sender.outbox.add_effect(Effect("redirect", {"url": "/"}))
        with pytest.raises(ts.OutboxFullError, match="'redirect' was not queued"):
            sender.outbox.add_effect(ts.redirect("/"))

    def test_a_toast_does_not_push_out_what_may_not_go(self) -> None:
        """A toast that finds no room, and no other toast to drop, is dropped itself."""
        sender = Sender(0)
        for _ in range(MAX_WAITING_EFFECTS):
            sender.outbox.add_effect(ts.redirect("/"))
        with contextlib.suppress(ts.OutboxFullError):
            sender.outbox.add_effect(ts.toast("late"))
        frame = sender.outbox.take()
        assert frame is not None
        assert {e.kind for e in frame.effects} == {"redirect"}
