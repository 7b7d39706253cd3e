"""The outbox: what a session has to send, as one merged delta and the effects, bounded.

A fast session and a slow reader must cost no more than the state's size, and the newest value must
always arrive. Operations wait in one log per var. An operation folds into the one just before it
where both are on one path; a log that has doubled since it was last looked at, and outgrown the
value as it was then, is compared with the value itself and gives way to it where that is smaller.
Before the first reader there is no log at all. After a reader that was lost the log goes on, so
that one who comes back in time gets what was missed (`protocol.resume`), anybody else a snapshot.

All of it is synchronous, so what a commit hands over is handed over whole. Whoever reads is told
when there is something again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

import attrs

from triostate.errors import OutboxFullError
from triostate.limits import CONFLATE_AFTER_OPS, MAX_WAITING_EFFECTS
from triostate.protocol.effects import Effect
from triostate.protocol.frames import Delta, NumberedEffect, Snapshot, encode_op
from triostate.protocol.resume import SentFrames
from triostate.state.codec import JSON, encode_json
from triostate.state.patch import PatchOp

__all__ = ["Outbox"]


@attrs.define(eq=False)
class _Log:
    """The operations that wait for one var."""

    ops: list[PatchOp] = attrs.field(factory=list)
    grown: list[str] = attrs.field(factory=list)
    """What the last operation, an ``append``, has grown by: joined once, not at every token."""
    limit: int = CONFLATE_AFTER_OPS
    """Operations at which their size is looked at next."""

    def add(self, op: PatchOp) -> None:
        last = self.ops[-1] if self.ops else None
        if last is None or last.path != op.path or not self._fold(last, op):
            self._join()
            self.ops.append(op)

    def _fold(self, last: PatchOp, op: PatchOp) -> bool:
        """Make the last operation do what both do; return whether that can be."""
        if last.op not in ("replace", "append") or op.op not in ("replace", "append"):
            return False
        if op.op == "append" and last.op == "append":
            self.grown.append(op.value)
            self.ops[-1] = PatchOp("append", op.path, last.value, op.whole)
        else:
            self.grown.clear()
            self.ops[-1] = PatchOp("replace", op.path, op.value if op.whole is None else op.whole)
        return True

    def _join(self) -> None:
        if self.grown:
            last = self.ops[-1]
            value = "".join([last.value, *self.grown])
            self.ops[-1] = PatchOp("append", last.path, value, last.whole)
            self.grown.clear()

    def taken(self) -> list[PatchOp]:
        """Return the operations."""
        self._join()
        return self.ops


class Outbox:
    """What one session has to send.

    ``state`` returns the committed public state that a snapshot tells, ``value`` that of one var
    by its pointer.
    """

    def __init__(
        self,
        token: str,
        state: Callable[[], dict[str, dict[str, JSON]]],
        value: Callable[[str], JSON],
    ) -> None:
        self._token = token
        self._state = state
        self._value = value
        self._logs: dict[str, _Log] = {}
        self._sizes: dict[str, int] = {}
        """Bytes that a var's value took when it was last compared with its log."""
        self._effects: list[tuple[NumberedEffect, bool]] = []
        self._effect_id = 0
        self._seq = 0
        self._ack = 0
        self._ack_is_new = False
        self._sent = SentFrames()
        self._resumed_at: int | None = None
        """The last frame that the reader had when it came back; None if it starts anew."""
        self._append = False
        self._only: Collection[str] | None = None
        """Pointers of the vars that the reader is told of; None for all."""
        self._is_kept = False
        """Whether changes are kept: there is or was a reader."""
        self.on_news: Callable[[], object] = _nobody
        """Called when something has been put in, once until it has been emptied."""

    # Filling

    def push(self, ops: Iterable[PatchOp]) -> None:
        """Take over what a commit changed."""
        if not self._is_kept:
            return
        long: set[str] = set()
        was_empty = self.is_empty
        for op in ops:
            # Whole vars are what changes most.
            var = op.path if op.path in self._logs else _var_of(op.path)
            if self._only is not None and var not in self._only:
                continue
            log = self._logs.get(var)
            if log is None or (op.path == var and op.op == "replace"):
                self._logs[var] = _Log([op])
                continue
            log.add(op)
            if len(log.ops) >= log.limit:
                long.add(var)
        # Only now: the value that a long log may give way to has all of the commit in it.
        for var in long:
            if len(self._logs[var].ops) >= self._logs[var].limit:
                self._conflate(var, self._logs[var])
        self._tell(was_empty)

    def _tell(self, was_empty: bool) -> None:
        if was_empty and not self.is_empty:
            self.on_news()

    def _conflate(self, var: str, log: _Log) -> None:
        """Let a long log give way to the value, if that is smaller.

        Encoding the value to learn its size must not cost more than the log is worth: it is done
        only when the log has outgrown the size that the value had when it was last looked at.
        """
        log.limit = 2 * len(log.ops)
        size = sum(_size(op) for op in log.taken())
        if size < self._sizes.get(var, 0):
            return
        value = self._value(var)
        self._sizes[var] = len(encode_json(value))
        if self._sizes[var] < size:
            self._logs[var] = _Log([PatchOp("replace", var, value)])

    def add_effect(self, effect: Effect) -> None:
        """Queue an effect.

        Raises OutboxFullError if too many wait and none of those may be dropped.
        """
        if len(self._effects) >= MAX_WAITING_EFFECTS:
            self._drop_oldest(effect)
        was_empty = self.is_empty
        self._effect_id += 1
        numbered = NumberedEffect(self._effect_id, effect.kind, effect.args)
        self._effects.append((numbered, effect.droppable))
        self._tell(was_empty)

    def _drop_oldest(self, effect: Effect) -> None:
        for entry in self._effects:
            if entry[1]:
                self._effects.remove(entry)
                return
        raise OutboxFullError(
            f"{MAX_WAITING_EFFECTS} effects wait for the browser: {effect.kind!r} was not queued"
        )

    def acknowledge(self, number: int) -> None:
        """Tell the browser that its events up to this number are done."""
        was_empty = self.is_empty
        self._ack = number
        self._ack_is_new = True
        self._tell(was_empty)

    # Emptying

    def attach(
        self,
        ack: int,
        seen: int | None = None,
        *,
        append: bool = False,
        only: Collection[str] | None = None,
    ) -> None:
        """Begin with a reader, who is told of the vars of these pointers ``only``.

        ``seen`` is the last frame that this same document has applied, 0 if it has had none: it
        goes on from there if it can. Without it, or where too much was missed, the reader starts
        with a snapshot.
        """
        self._resumed_at = None
        if self._is_kept and seen and (append, only) == (self._append, self._only):
            self._sent.seen(seen)
            self._resumed_at = seen if self._sent.reaches(seen) else None
        if self._resumed_at is None:
            self._logs.clear()
            self._ack_is_new = False
        self._is_kept = True
        self._append, self._only = append, only
        self._ack = ack

    def detach(self) -> None:
        """Have no reader; changes go on being kept for one who comes back."""
        self.on_news = _nobody

    def seen(self, seq: int) -> None:
        """Take note that the browser has applied the frames up to this one."""
        self._sent.seen(seq)

    @property
    def missed(self) -> bytes | None:
        """What the reader has to get first: frames that it missed; None if that is a snapshot."""
        return None if self._resumed_at is None else self._sent.since(self._resumed_at)

    def snapshot(self, epoch: str, *, fresh: bool) -> Snapshot:
        """Return the state as the next frame, with the effects that may not have arrived."""
        self._logs.clear()
        effects = (*self._sent.unseen_effects(), *self._take_effects())
        seq = self._next()
        self._sent.restart(seq, effects)
        return Snapshot(self._token, seq, self._ack, epoch, fresh, self._state(), effects)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to send."""
        return not (self._logs or self._effects or self._ack_is_new)

    def take(self) -> Delta | None:
        """Return all that is due as the next frame, or None; what is sent of it goes to `sent`."""
        if self.is_empty:
            return None
        ops = tuple(op for log in self._logs.values() for op in log.taken())
        self._logs.clear()
        self._ack_is_new = False
        return Delta(self._token, self._next(), self._ack, ops, self._take_effects())

    def sent(self, frame: Delta, data: bytes) -> None:
        """Keep a frame that was taken, as it was encoded, in case its connection breaks."""
        self._sent.add(frame.seq, data, frame.effects)

    def _next(self) -> int:
        self._seq += 1
        return self._seq

    def _take_effects(self) -> tuple[NumberedEffect, ...]:
        effects = tuple(effect for effect, _ in self._effects)
        self._effects.clear()
        return effects


def _nobody() -> None: ...


def _var_of(path: str) -> str:
    """Return the pointer of the var that a path is in: state and var, without the rest."""
    end = path.find("/", path.find("/", 1) + 1)
    return path if end < 0 else path[:end]


def _size(op: PatchOp) -> int:
    return len(encode_json(encode_op(op, append=True)))
