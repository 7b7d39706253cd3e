"""From the rows of a compiled page to what a session runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from triostate.errors import NotConvertibleError
from triostate.protocol.effects import Effect, OpenEffect
from triostate.runtime.calls import Call, Chain
from triostate.runtime.submissions import Submission
from triostate.state.codec import JSON
from triostate.state.convert import convert
from triostate.state.fields import Setter
from triostate.state.form_fields import read_form
from triostate.state.handlers import EventSpec
from triostate.ui import Call as BoundCall
from triostate.ui import Slot

__all__ = ["answer_to", "chain_of"]


def chain_of(
    calls: Sequence[BoundCall],
    values: Sequence[JSON],
    where: str,
    submission: Submission | None = None,
) -> Chain:
    """Return the calls with the browser's values in their slots, as the annotated types.

    Raises NotConvertibleError, which starts with ``where``, for a value that does not convert;
    FormError for a form's entries that make no instance, and what the class raises besides.
    """
    return tuple(_call(call, values, where, submission) for call in calls)


def _call(
    bound: BoundCall, values: Sequence[JSON], where: str, submission: Submission | None
) -> Call | Effect:
    if isinstance(bound.handler, OpenEffect):
        return _filled(bound.handler, bound, values, where)
    if isinstance(bound.handler, Effect):
        return bound.handler
    params = bound.handler.params
    args: list[Any] = []
    for position, arg in enumerate(bound.args):
        if isinstance(arg, Slot):
            annotation = params[position].annotation if position < len(params) else Any
            what = f"{where}, argument {position + 1} of {bound.handler.name}"
            if arg.form is not None:
                entries = convert(values[arg.index], list[tuple[str, str]], what)
                args.append(read_form(arg.form, entries, arg.controls))
                continue
            value = convert(values[arg.index], annotation, what)
            if isinstance(bound.handler.definition, Setter):
                bound.handler.definition.check(value)
            args.append(value)
        else:
            args.append(arg.value)
    return Call(bound.handler, tuple(args), submission)


def _filled(effect: OpenEffect, bound: BoundCall, values: Sequence[JSON], where: str) -> Effect:
    """Return the effect that a constructor makes of a browser's values, unless it refuses them."""
    what = f"{where}, {effect.kind}"
    given = [
        convert(values[arg.index], Any, what) if isinstance(arg, Slot) else arg.value
        for arg in bound.args
    ]
    try:
        return effect.fill(given)
    except (TypeError, ValueError) as error:
        raise NotConvertibleError(f"{what}: {error}") from None


def answer_to(spec: EventSpec, values: Sequence[JSON]) -> Chain:
    """Return the call of a handler with the result of a script as its next argument.

    Raises NotConvertibleError as `chain_of` does.
    """
    handler = spec.handler
    at = len(spec.args)
    if at >= len(handler.params) and not handler.takes_any:
        return (Call(handler, spec.args),)
    annotation = handler.params[at].annotation if at < len(handler.params) else Any
    result = convert(values[0], annotation, f"the result for {handler.full_name}")
    return (Call(handler, (*spec.args, result)),)
