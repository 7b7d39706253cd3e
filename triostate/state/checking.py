"""Whether what a State class declares can work: at import, and once more when an app starts.

A name in an annotation may not be known yet where a class body is read; by the time that an app
starts, everything has been imported, and what is still unknown never will be.
"""

from __future__ import annotations

import typing
from collections.abc import Iterable
from typing import Any

from triostate.errors import DefinitionError
from triostate.state.admission import validate
from triostate.state.annotations import Unresolved, a_or_an, type_name
from triostate.state.convert import unconvertible
from triostate.state.fields import Field
from triostate.state.fitting import fits, unknown_names, unsendable
from triostate.state.storage import refuse_shared_places

__all__ = ["check_field", "check_states"]

_BUILT_IN = "builtins", "datetime", "decimal", "uuid"


def check_states(states: Iterable[type[Any]]) -> None:
    """Raise DefinitionError for what only the whole app can tell.

    An annotation of a public var with a name that is not known, or that cannot be sent; two vars
    kept in one place of the browser.
    """
    fields = [field for cls in states for field in cls._fields.values()]
    for field in fields:
        annotation = field.annotation
        unknown = unknown_names(annotation) if field.is_public else None
        if unknown is not None:
            raise DefinitionError(
                f"var {field.label}: {type_name(annotation)}: {unknown.problem}; import it "
                "where it runs (not under `if TYPE_CHECKING:` alone), or write Any"
            )
        check_field(field)
    refuse_shared_places(
        (field.label, field.place.kind, field.place.key(field.path))
        for field in fields
        if field.place is not None
    )


def check_field(field: Field[Any]) -> None:
    """Raise DefinitionError for a default or an annotation that cannot be that of the var."""
    if field.place is not None and not field.is_public:
        raise DefinitionError(
            f"var {field.label}: a name with a leading underscore stays on the server, "
            "what is kept in the browser does not: choose one"
        )
    _check_default(field)
    annotation = field.annotation
    if isinstance(annotation, Unresolved):
        return
    if _holds_field(annotation):
        raise DefinitionError(
            f"var {field.label}: Field names the type of the value, and stands outside of all "
            f"else: write `{field.name}: ts.Field[<type>] = ts.field(<default>)`"
        )
    if field.is_public and (problem := unsendable(annotation)) is not None:
        raise DefinitionError(
            f"var {field.label} cannot be sent to a browser: {problem}; call it _{field.name} to "
            "keep it on the server, make its class an attrs or dataclass, or declare a "
            "@ts.serializer for it before this class"
        )
    if field.place is not None and (problem := unconvertible(annotation)) is not None:
        raise DefinitionError(
            f"var {field.label} cannot be read back from the browser that keeps it: {problem}; "
            "keep what it is made from"
        )
    if not fits(field.default, annotation) and (field.is_public or _is_built_in(annotation)):
        kind = type(field.default).__name__
        hint = f"{type_name(annotation)} | None" if field.default is None else kind
        raise DefinitionError(
            f"var {field.label} is {a_or_an(type_name(annotation))}, but its default is "
            f"{'None' if field.default is None else f'of type {kind}'}: "
            f"change the default, or the annotation to `{hint}`"
        )


def _check_default(field: Field[Any]) -> None:
    try:
        validate(field.default, sendable=field.is_public)
    except (TypeError, ValueError) as error:
        raise DefinitionError(
            f"var {field.label}: {error}; a name with a leading underscore stays on the server"
        ) from None


def _holds_field(annotation: Any) -> bool:
    kind = typing.get_origin(annotation) or annotation
    return kind is Field or any(map(_holds_field, typing.get_args(annotation)))


def _is_built_in(annotation: Any) -> bool:
    """Whether a mistake is obvious: of an opaque type's var, None is a common first value."""
    return getattr(annotation, "__module__", "") in _BUILT_IN
