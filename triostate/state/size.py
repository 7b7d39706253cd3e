"""How large a session's state is, and the bound on it.

**What is counted**: bytes, as `sys.getsizeof` gives them,

- of each list, dict, set, tuple and by-value instance that a var holds, at any depth, public and
  backend vars alike: once, however many places hold it;
- of each text, number, date and other single value in them or in a var itself, dict keys and
  members of sets included: at each place that holds it.

**What is not**: opaque objects (a client, a model, an array) in backend vars, defaults that the
session has not used yet, what is computed, and what waits to be sent.

To measure is to walk over all of it, so it is done when it may matter only. What comes in is
counted as it comes, which is a sum and no more; the state cannot have passed the bound before that
much has come. From then on a measurement is due each time that a sixteenth of the bound has come
in, so its cost is in proportion to what came. A commit that is found to pass the bound fails. If
what is left then is nearly as much, what does not fit is refused without a look until a sixteenth
has been taken out, and each 16th time all the same: or a full state would be walked over with each
click.

Knows nothing of sessions, nor of who is told.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping
from itertools import chain
from sys import getsizeof
from typing import Any

import attrs

from triostate.errors import StateTooLargeError
from triostate.state.declared import DeclaredVar
from triostate.state.inverse import UndoLog
from triostate.state.kinds import SCALARS, children, is_container, kind_of
from triostate.state.links import Links
from triostate.state.transaction import MISSING

__all__ = ["SHARE", "StateSize"]

#: Of the bound: how much comes in between two measurements.
SHARE = 16

#: What an entry of a dict or set takes beside its key and value, about: a list's takes 8.
_ENTRY_BYTES = 64
_ITEM_BYTES = 8

#: What travels as a single value though its type is the user's own.
_SINGLE = (str, bytes, int, float)


def loose_bytes(value: Any) -> int:
    """Return the bytes of a value; of a container, which the links know, none."""
    if type(value) in SCALARS:
        return getsizeof(value)
    return 0 if value is MISSING or is_container(value) else weigh([value])


def weigh(values: Iterable[Any], seen: set[int] | None = None, known: Container[int] = ()) -> int:
    """Return the bytes of values with all that they hold, of containers seen before none.

    Those whose ids are ``known`` are left out, with what is in them.
    """
    seen = set() if seen is None else seen
    size, waiting = 0, list(values)
    while waiting:
        value = waiting.pop()
        if type(value) in SCALARS or isinstance(value, _SINGLE):
            size += getsizeof(value)
        elif id(value) not in seen and id(value) not in known:
            seen.add(id(value))
            size += _itself(value, waiting)
    return size


def _itself(value: Any, below: list[Any]) -> int:
    """Return the bytes of a container and of the single values in it; add the others to a list."""
    parts = _parts(value)
    if parts is None:
        return 0
    size = getsizeof(value)
    for part in parts:
        if type(part) in SCALARS:
            size += getsizeof(part)
        else:
            below.append(part)
    return size


def _parts(value: Any) -> Iterable[Any] | None:
    """Return what a container holds; None for what is opaque."""
    kind = kind_of(value)
    if kind is dict:
        return chain(value, value.values())
    if kind is object:
        return (item for _, item in children(value))
    return value if kind is not None or isinstance(value, frozenset) else None


@attrs.define(eq=False)
class StateSize:
    """The size of one session's state."""

    limit: float
    """Bytes; infinite for a state that is nobody's session."""
    _values: Mapping[DeclaredVar, Any]
    _links: Links
    came: int = 0
    """Bytes that have come in since the last measurement."""
    measurements: int = 0
    _allowed: float = attrs.field(init=False)
    """Bytes that may come in before something has to be done."""
    _came_before: int = 0
    """Of it what has been committed."""
    _largest: str = ""
    """The var that held most at the last measurement."""
    _is_full: bool = False
    """Whether a commit was refused, and not enough has been taken out since."""
    _freed: int = 0
    _freeing: int = 0
    """What the commit under way takes out; at most, as some of it may only have moved."""
    _refused: int = 0
    """Commits refused without a look since the last measurement."""
    _is_refused: bool = False
    """A measurement has refused the commit under way: another is due when that is undone."""

    def __attrs_post_init__(self) -> None:
        self._allowed = self.limit

    @property
    def _share(self) -> float:
        return self.limit / SHARE

    def replace(self, old: Any, new: Any) -> None:
        """Count that a place which had one value has another."""
        grown = loose_bytes(new) - loose_bytes(old)
        if grown > 0:
            self.came += grown

    def replace_items(self, old: Collection[Any], new: Collection[Any]) -> None:
        """Count that a list has some items in place of others."""
        grown = sum(map(loose_bytes, new)) - sum(map(loose_bytes, old))
        self.came += max(grown + _ITEM_BYTES * (len(new) - len(old)), 0)

    def add_entries(self, values: Collection[Any]) -> None:
        """Count that a dict or set has more keys or members."""
        self.came += sum(map(loose_bytes, values)) + _ENTRY_BYTES * len(values)

    def check(self, log: UndoLog) -> None:
        """Raise StateTooLargeError if what is about to be committed is too much."""
        for node in self._links.fresh:
            below: list[Any] = []
            self.came += _itself(node.raw, below) + sum(map(loose_bytes, below))
        if self._is_full:
            self._freeing = weigh(_taken_out(log), known=self._links.nodes)
        if self.came > self._allowed:
            self._look()

    def _look(self) -> None:
        if self._is_full and self._freed + self._freeing < self._share and self._refused < SHARE:
            self._refused += 1
            raise self._refusal()
        if self._measure() <= self.limit:
            return
        self._is_refused = True
        raise self._refusal()

    def _refusal(self) -> StateTooLargeError:
        return StateTooLargeError(
            f"the state of this tab would be more than {self.limit:,.0f} bytes, and what the block "
            f"has changed is undone; most of it is in {self._largest}: keep less there, take "
            f"{self._share:,.0f} bytes out before more goes in, or set App(max_state_bytes=)"
        )

    def committed(self) -> None:
        """Take note that what was checked is committed."""
        self._came_before = self.came
        if self._is_full:
            self._freed += self._freeing

    def undone(self) -> None:
        """Take note that everything since the last commit is undone."""
        self.came = self._came_before
        if self._is_refused:
            self._is_refused = False
            left = self.limit - self._measure()
            if left < self._share:
                self._is_full, self._allowed = True, max(left, 0)

    def _measure(self) -> int:
        """Walk over all of it, and begin to count anew; return its size."""
        self.measurements += 1
        seen: set[int] = set()
        size = most = 0
        for var, value in self._values.items():
            held = weigh([value], seen)
            size += held
            if held >= most:
                most, self._largest = held, var.label
        self.came = self._came_before = self._freed = self._refused = 0
        self._is_full = False
        self._allowed = max(self.limit - size, self._share)
        return size


def _taken_out(log: UndoLog) -> list[Any]:
    """Return the values that were where there are others now, or none."""
    found: list[Any] = []
    for step in log.latest_first():
        match step:
            case ("assign", _, old) | ("attribute", _, _, old):
                found.append(old)
            case ("put", _, key, old, _):
                found += () if old is MISSING else (key, old)
            case ("splice", _, _, _, old) | ("members", _, _, old):
                found += old
    return found
