"""Keys of dicts and members of sets, as they stand on the wire.

A dict travels as an object if all its keys are plain text, else as a ``$map``; so one key may
change the form of all. And two keys that differ in Python may be one on the wire (an enum member
and its value), which is refused before it happens. `Keys` knows both of one container at no more
than the cost of looking at its keys once. Knows nothing of the container's values.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from triostate.errors import UnsendableValueError
from triostate.state.codec import encode_key, encode_member, is_plain_key
from triostate.state.kinds import SCALARS

__all__ = ["Keys", "stored_key"]


class Keys:
    """The keys of one tracked dict, or the members of one tracked set."""

    __slots__ = ("_encode", "_odd", "_texts")

    def __init__(self, container: dict[Any, Any] | set[Any]) -> None:
        self._encode = encode_member if isinstance(container, set) else encode_key
        self._odd = sum(not is_plain_key(key) for key in container)
        self._texts: set[str] | None = None
        """What they are on the wire; None while each can only be itself there."""
        if self._odd and any(map(_may_clash, container)):
            self._list_texts(container)

    def _list_texts(self, keys: Iterable[Any]) -> None:
        self._texts = {self._encode(key) for key in keys}

    @property
    def are_odd(self) -> bool:
        """Whether a dict with these keys travels as a ``$map``."""
        return self._odd > 0

    def token(self, key: Any) -> str:
        """Return what stands for a key in a ``$map``, for a member in a ``$set``."""
        return self._encode(key)

    def admit(self, new: Iterable[Any], others: Iterable[Any]) -> None:
        """Raise UnsendableValueError if new keys cannot be sent, or not beside the others."""
        came = [self._encode(key) for key in new]
        if self._texts is None and any(map(_may_clash, new)):
            self._list_texts(others)
        if self._texts is not None and (
            len(set(came)) < len(came) or not self._texts.isdisjoint(came)
        ):
            raise UnsendableValueError(
                "a dict with two keys, or a set with two members, that are one in a browser "
                "cannot be sent"
            )

    def change(self, came: Iterable[Any], went: Iterable[Any]) -> None:
        """Take note of keys that came, and were admitted, and of keys that went."""
        for key in came:
            self._odd += not is_plain_key(key)
            if self._texts is not None:
                self._texts.add(self._encode(key))
        for key in went:
            self._odd -= not is_plain_key(key)
            if self._texts is not None:
                self._texts.discard(self._encode(key))


def _may_clash(key: Any) -> bool:
    """Whether the wire form may be that of another value as well."""
    return type(key) not in SCALARS or key != key


class _Probe:
    """Equal to one key; remembers what it was found to be equal to."""

    __slots__ = ("found", "key")

    def __init__(self, key: Any) -> None:
        self.key = self.found = key

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        if not self.key == other:
            return False
        self.found = other
        return True


def stored_key(container: dict[Any, Any] | set[Any], key: Any) -> Any:
    """Return the key that a container has in place of an equal one, such as 1 for True.

    What the container does not have is returned as it is.
    """
    if type(key) is str:
        return key
    probe = _Probe(key)
    # The lookup compares with what is stored, which leaves the answer to the probe.
    return probe.found if probe in container else key
