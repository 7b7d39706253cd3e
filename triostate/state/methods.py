"""Methods of a State class as they are declared: their name, parameters and options.

Knows what was written, not what a page sees of it (`handlers`) nor how it is run.
"""

from __future__ import annotations

import ast
import copy
import dis
import inspect
import textwrap
import tokenize
from collections.abc import Callable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal, Self

import attrs

from triostate.errors import DefinitionError
from triostate.state.annotations import Unresolved, a_or_an, function_hints

__all__ = [
    "BackgroundOptions",
    "HandlerDefinition",
    "Param",
    "Policy",
    "Scope",
    "check_method",
    "written_attribute",
]

Policy = Literal["parallel", "drop", "replace", "queue"]
Scope = Literal["session", "page"]


@attrs.frozen
class BackgroundOptions:
    """What was asked of a background handler where it was declared."""

    policy: Policy = "parallel"
    key: Callable[..., object] | None = None
    max_running: int | None = None
    timeout_seconds: float | None = None
    scope: Scope = "session"


@attrs.frozen
class Param:
    """A parameter of a handler, ``self`` apart."""

    name: str
    annotation: Any
    """The resolved type, ``Any`` where there is none, `Unresolved` where a name is not known."""
    has_default: bool


def check_method(thing: object, decorator: str) -> None:
    """Raise DefinitionError for a decorator on anything but a method without another of ours."""
    if inspect.isfunction(thing):
        return
    remedies = {
        staticmethod: "a handler takes self: take @staticmethod away",
        classmethod: "a handler takes self: take @classmethod away",
        property: "take @property away; for a value that pages show use @ts.var",
    }
    remedy = remedies.get(type(thing))
    if remedy is None and hasattr(thing, "fn"):
        remedy = "it is declared by another decorator already: take one away"
    kind = "None" if thing is None else a_or_an(type(thing).__name__)
    raise DefinitionError(
        f"{decorator} goes on a method of a State class, not on {kind}"
        + (
            f" ({getattr(thing, '__name__', repr(thing)[:60])})"
            if remedy is None
            else f"; {remedy}"
        )
    )


class HandlerDefinition:
    """A method of a State class that a page may bind: what both kinds have in common."""

    owner: Any = None
    """The State class that declares it: what it runs on, and under whose name it is known, also
    when it is reached through a substate."""
    hints: Mapping[str, Any] = MappingProxyType({})
    """Types of parameters, of a class that was defined in a function: as they were known there."""
    options: BackgroundOptions | None = None
    """What was asked of a background handler; None for one that runs in turn."""

    def __init__(self, fn: Callable[..., Any]) -> None:
        self.fn = fn
        self.name = fn.__name__
        self.__doc__ = fn.__doc__

    def bind(self, owner: Any, name: str) -> None:
        """Take the place in a class that it was declared at."""
        self.owner, self.name = owner, name

    def copy(self) -> Self:
        """Return the same declaration, for another class (what a mixin's handlers become)."""
        return copy.copy(self)

    @cached_property
    def params(self) -> tuple[Param, ...]:
        """The parameters after ``self``; variadic ones are left out."""
        return tuple(
            Param(
                parameter.name,
                self._hints.get(parameter.name, Any),
                parameter.default is not parameter.empty,
            )
            for parameter in self._parameters
            if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
        )

    @cached_property
    def takes_any(self) -> bool:
        """Whether there is a ``*args``."""
        return any(parameter.kind == parameter.VAR_POSITIONAL for parameter in self._parameters)

    @property
    def _parameters(self) -> list[inspect.Parameter]:
        return list(inspect.signature(self.fn).parameters.values())[1:]

    @property
    def _hints(self) -> dict[str, Any]:
        found = function_hints(self.fn)
        # What is not known in the module may have been where the class was defined.
        known = {n: h for n, h in self.hints.items() if not isinstance(h, Unresolved)}
        return {**found, **known}


def written_attribute(fn: Callable[..., Any]) -> str | None:
    """Return the attribute of ``self`` that a method assigns or deletes, as its source says.

    None if there is none, or no source to read; what is changed by other means is not seen.
    """
    if _WRITES.isdisjoint(fn.__code__.co_code[::2]):
        return None  # nearly always: the source is read only where something is assigned
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(fn)))
    except (OSError, SyntaxError, TypeError, tokenize.TokenError):
        return None
    # A file that has changed since may have other code in the same lines.
    written = {step.argval for step in dis.get_instructions(fn) if step.opcode in _WRITES}
    own = fn.__code__.co_varnames[0]
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()) if name == own:
                if node.attr in written:
                    return node.attr
    return None


_WRITES = frozenset({dis.opmap["STORE_ATTR"], dis.opmap["DELETE_ATTR"]})
