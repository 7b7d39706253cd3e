"""What a handler says of the form that started it: `FormError`, on its way to the browser.

It goes down as an effect that names the event by which the form was sent, so that the page knows
which form it was, in a row or not. Where that document is gone, or no form started the handler,
it is a toast. Knows nothing of forms.
"""

from __future__ import annotations

import attrs

from triostate.errors import FormError
from triostate.limits import MAX_FORM_ERROR_CHARS
from triostate.protocol.effects import Effect, toast
from triostate.protocol.uplink import EventSequence

__all__ = ["Submission", "form_error_in", "told_by", "wire_fields"]


@attrs.frozen(eq=False)
class Submission:
    """The event by which a form was sent."""

    events: EventSequence
    """Of its document."""
    number: int


def form_error_in(error: BaseException) -> FormError | None:
    """Return what an exception says to the user of a form; None if it says anything else.

    A group says so if all in it do, as of tasks that each check one thing.
    """
    if isinstance(error, FormError):
        return error
    if not isinstance(error, BaseExceptionGroup):
        return None
    fields: dict[str, str] = {}
    for part in error.exceptions:
        told = form_error_in(part)
        if told is None:
            return None
        for name, text in told.fields.items():
            fields[name] = f"{fields[name]} {text}" if name in fields else text
    return FormError(fields)


def wire_fields(error: FormError) -> dict[str, str]:
    """Return the texts by field as they can be sent: cut, and without what is no character."""
    return {
        _clean(name): _clean(text)[:MAX_FORM_ERROR_CHARS] for name, text in error.fields.items()
    }


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def told_by(error: FormError, submission: Submission | None, events: EventSequence) -> Effect:
    """Return the effect that shows what is wrong; ``events`` are those of the document now."""
    if submission is None or submission.events is not events:
        return toast(str(error), "error")
    args = {"doc": events.epoch, "n": submission.number, "fields": wire_fields(error)}
    return Effect("form_error", args)
