"""What may be bound to a trigger, as type checkers see it.

Handlers, specs, effects, lists of these, functions of the event's values, plain methods of a State
class, or None. A plain method is told by its parameter being *named* ``self``. At run time
`triggers` decides; nothing here is called.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeAlias

from ..protocol.effects import Effect
from ..state.handlers import EventHandler, EventSpec

__all__ = ["CheckedEvent", "Event", "KeyEvent", "NumberEvent", "PlainEvent", "TextEvent"]


class PlainMethod(Protocol):
    """An undecorated method of a State class, as a checker sees it on the class."""

    def __call__(_, self: Any) -> object: ...  # noqa: N805  # pyright: ignore[reportSelfClsParameterName] - the name is the point


#: One thing to run, whatever the trigger.
Event: TypeAlias = EventHandler[...] | EventSpec | Effect

# One bare Callable in each, so that checkers infer the parameters of a lambda.
PlainEvent: TypeAlias = (
    Event | Sequence[Event | PlainMethod] | PlainMethod | Callable[[], object] | None
)
TextEvent: TypeAlias = (
    Event | Sequence[Event | PlainMethod] | PlainMethod | Callable[[str], object] | None
)
NumberEvent: TypeAlias = (
    Event | Sequence[Event | PlainMethod] | PlainMethod | Callable[[int], object] | None
)
CheckedEvent: TypeAlias = (
    Event | Sequence[Event | PlainMethod] | PlainMethod | Callable[[bool], object] | None
)
KeyEvent: TypeAlias = TextEvent
