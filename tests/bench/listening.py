"""A browser that applies nothing: what it gets goes to the measurement instead."""

from __future__ import annotations

from collections.abc import Callable

from triostate.testing import Client
from triostate.testing.browser import StreamLine

__all__ = ["Listening", "ignore"]


class Listening(Client):
    """A browser that asks for ``append`` as the runtime does."""

    listener: Callable[[bytes], None] | None = None
    """Takes the bytes of every stream, once set; until then frames are applied."""

    def start_stream(self, path: str, take: Callable[[bytes], None]) -> StreamLine:
        """Ask for a stream."""

        def pass_on(chunk: bytes) -> None:
            (self.listener or take)(chunk)

        return super().start_stream(f"{path}&append=1", pass_on)


def ignore(chunk: bytes) -> None:
    """Take bytes of a stream."""
