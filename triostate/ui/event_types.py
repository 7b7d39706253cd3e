"""What may be bound to a trigger, as type checkers see it.

One event (a handler, a handler with arguments, an effect), a sequence of events, a plain method of
a State class, a function that returns one of these, or None. A handler fits if it takes the values
of the trigger, or none. A plain method is told by its parameter being *named* ``self``. At run time
`calls` decides; nothing here is called.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

if TYPE_CHECKING:
    from ..protocol.effects import Effect
    from ..state.handlers import Bindable, Declared, EventSpec
    from ..state.objects import AttrsObject, DataObject
    from .event_values import KeyInfo, MouseEvent, ScrollEvent

__all__ = [
    "CheckedEvent",
    "ChoiceEvent",
    "ClickEvent",
    "Event",
    "FormEvent",
    "KeyEvent",
    "NumberEvent",
    "PlainEvent",
    "ScrolledEvent",
    "SizeEvent",
    "TextEvent",
]

T = TypeVar("T")
U = TypeVar("U")
#: What a form's entries become: checkers that look at the bound refuse anything else.
D = TypeVar("D", bound="AttrsObject[Any] | DataObject[Any]")


class PlainMethod(Protocol):
    """An undecorated method of a State class, as a checker sees it on the class."""

    def __call__(_, self: Any) -> object: ...  # noqa: N805  # pyright: ignore[reportSelfClsParameterName] - the name is the point


# Text, because nobody reads them when a program runs. None stands inside, so that mypy infers the
# parameters of a lambda, and there is one bare Callable in each for the same reason.

#: One thing to run that takes no value.
Event: TypeAlias = "Bindable[Callable[[], object]] | EventSpec | Effect | PlainMethod"
#: One that may take a value of the trigger.
ValueEvent: TypeAlias = "Event | Bindable[Callable[[T], object]]"
#: One that may take the first of two values, or both.
TwoValuesEvent: TypeAlias = "ValueEvent[T] | Bindable[Callable[[T, U], object]]"

PlainEvent: TypeAlias = "Event | Sequence[Event] | Callable[[], Event | Sequence[Event]] | None"
AnyValueEvent: TypeAlias = (
    "ValueEvent[T] | Sequence[ValueEvent[T]] | Callable[[T], Event | Sequence[Event]] | None"
)
TextEvent: TypeAlias = "AnyValueEvent[str]"
NumberEvent: TypeAlias = "AnyValueEvent[int]"
CheckedEvent: TypeAlias = "AnyValueEvent[bool]"
MouseBound: TypeAlias = "Event | Declared[Callable[[MouseEvent], object]]"
KeyBound: TypeAlias = "TwoValuesEvent[str, KeyInfo] | Bindable[Callable[[KeyInfo], object]]"
SizeBound: TypeAlias = "TwoValuesEvent[int, int]"
Result: TypeAlias = "Event | Sequence[Event]"

#: Of anything pressed: of a function it is asked without a value, or ``lambda: ...`` were wrong.
ClickEvent: TypeAlias = "MouseBound | Sequence[MouseBound] | Callable[[], Result] | None"
#: A key's name and what was held down with it; or a dict from keys to what each runs.
KeyEvent: TypeAlias = "KeyBound | Sequence[KeyBound] | KeyFilters | Callable[[str], Result] | None"
KeyFilters: TypeAlias = "Mapping[str, Event | Sequence[Event] | None]"
ScrolledEvent: TypeAlias = "AnyValueEvent[ScrollEvent]"
#: Width and height.
SizeEvent: TypeAlias = "SizeBound | Sequence[SizeBound] | Callable[[int, int], Result] | None"
#: Of the dict of a form's entries, or of an instance of the class that they become.
FormEvent: TypeAlias = "ValueEvent[dict[str, str]] | Bindable[Callable[[D], object]] | FormEvents"
#: Of several no checker finds a class for each.
FormEvents: TypeAlias = (
    "Sequence[ValueEvent[Any]] | Callable[[dict[str, str]], Event | Sequence[Event]] | None"
)
#: Of any value: text or a number, as the handler declares it.
ChoiceEvent: TypeAlias = "AnyValueEvent[Any]"
