"""The errors that triostate raises on purpose.

Each docstring says when you get it and which sibling you get otherwise. Knows nothing of the
layers that raise them, so that every layer may import it.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = [
    "AssetsMissingError",
    "AsyncioCancelledError",
    "CleanupTimeoutError",
    "DefinitionError",
    "EventRefusedError",
    "ExpressionError",
    "FormError",
    "ImmutableStateError",
    "MisroutedError",
    "NotConvertibleError",
    "NotServableError",
    "OutboxFullError",
    "PageError",
    "ProtocolError",
    "QueueFullError",
    "SessionClosedError",
    "SessionNotFoundError",
    "SetUndefinedStateVarError",
    "StateDeadlockError",
    "StateTooLargeError",
    "TooManyError",
    "TriostateError",
    "UnsendableValueError",
]


class TriostateError(Exception):
    """What all errors of triostate have in common."""


class DefinitionError(TriostateError, TypeError):
    """A State class, var or handler is declared in a way that cannot work.

    Raised while the module that declares it is imported, or when an app that would hold two
    classes of one name starts. Names the class, the offender and the remedy.
    """


class ImmutableStateError(TriostateError, RuntimeError):
    """State was written where nothing may be written.

    Outside ``async with self`` in a background handler, by a task that did not open the block,
    from a worker thread, after the block has ended, or on entering a block inside a block.
    An undeclared name gives `SetUndefinedStateVarError` instead.
    """


class StateDeadlockError(TriostateError, RuntimeError):
    """A wait for another session's state would never end, because that one waits for this one.

    Raised at once, in the task whose wait would close the circle; its open blocks stay usable. A
    second block of the same session gives `ImmutableStateError` instead.
    """


class CleanupTimeoutError(TriostateError, TimeoutError):
    """The state blocks in which a cancelled task cleans up took too long and were cut.

    Nobody can catch it: it is reported once for the task, whose code sees `trio.Cancelled`.
    """


class SetUndefinedStateVarError(TriostateError, AttributeError):
    """An attribute was assigned that the State class does not declare as a var."""


class UnsendableValueError(TriostateError, TypeError):
    """A public var was given a value that cannot be sent to the browser."""


class StateTooLargeError(TriostateError, RuntimeError):
    """A commit would have made a session's state larger than ``App(max_state_bytes=)``.

    What the block has changed is undone; the state stays usable, and what takes something out goes
    through. Raised where the block is left or, in a foreground handler, yields or ends.
    """


class NotConvertibleError(TriostateError, ValueError):
    """A value that came from a browser does not convert to the annotated type."""


class FormError(TriostateError, ValueError):
    """What a user entered is not taken: for people to read, beside the fields that it names.

    Raised by a handler that a form's ``on_submit`` runs, or that such a handler hands over to: what
    it has changed is undone, as by any exception, and the form shows the texts; it is no failure
    of the app, so no ``on_error`` hook hears of it. ``raise ts.FormError({"email": "is taken"})``
    names fields as their controls are named; ``ts.FormError("Sold out.")``, and the key ``""``,
    are about the whole. Where no form waits for an answer the texts are shown as a toast.

    A validator or ``__post_init__`` of a class that a form fills may raise it too.
    """

    def __init__(self, errors: str | Mapping[str, str]) -> None:
        fields = {"": errors} if isinstance(errors, str) else dict(errors)
        self.fields = {str(name): str(text) for name, text in fields.items()}
        """Texts by name of the field; ``""`` for the whole form."""
        super().__init__(
            "; ".join(f"{name}: {text}" if name else text for name, text in self.fields.items())
        )


class ExpressionError(TriostateError, TypeError):
    """An expression on vars was used in a way that has no meaning in a page.

    For instance ``if Counter.value:`` while the page is built. The text names the right call.
    """


class PageError(TriostateError, ValueError):
    """A page cannot be compiled. Names the page, the component, the prop and the remedy.

    ``place`` is ``file:line`` of the component where that is not in the traceback; else empty.
    """

    def __init__(self, message: str = "", *, place: str = "") -> None:
        super().__init__(message)
        self.place = place


class SessionNotFoundError(TriostateError, LookupError):
    """A token names no live session: it never existed, or the session is closing or closed."""


class SessionClosedError(TriostateError, RuntimeError):
    """Work was handed to a session that no longer takes any."""


class QueueFullError(TriostateError, RuntimeError):
    """A session's queue of events is at its bound; the event was not queued."""


class OutboxFullError(TriostateError, RuntimeError):
    """Too many effects wait for a browser that does not read; the effect was not queued."""


class AsyncioCancelledError(TriostateError, RuntimeError):
    """An asyncio call ended as cancelled, though nobody cancelled the handler that made it.

    If the handler is cancelled, `trio.Cancelled` is raised instead, as by any other call.
    """


class ProtocolError(TriostateError, ValueError):
    """What a client sent does not follow the protocol; ``status`` is the HTTP answer to it."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class EventRefusedError(ProtocolError):
    """One event of a batch was refused; the others of the batch are judged alone."""


class MisroutedError(ProtocolError):
    """A request came to a worker, and what it is about is another one's, which is alive.

    What is nobody's any more is told by other statuses, or made anew.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message, 421)


class TooManyError(ProtocolError):
    """A client asks for more than its share.

    ``wait_seconds`` says when it may try again; 0.0 if that depends on something else.
    """

    def __init__(self, message: str, wait_seconds: float = 0.0) -> None:
        super().__init__(message, 429)
        self.wait_seconds = wait_seconds


class AssetsMissingError(TriostateError, RuntimeError):
    """The front-end files have not been built; the text holds the command that builds them."""


class NotServableError(TriostateError, RuntimeError):
    """The app named for serving cannot be imported or is no app; the text says which and why."""
