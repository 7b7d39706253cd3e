"""What a page's plan says of the vars that live in the browser.

All of an app's are on every page: a handler may change one that nothing on the page shows. Knows
nothing of how the browser keeps them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..state.codec import JSON
from ..state.expr import VarRef
from ..state.fields import Field
from ..state.handlers import EventHandler
from .bindings import Binding, Call, Slot
from .plan import Plan

__all__ = ["keep"]


def keep(plan: Plan, fields: Iterable[Field[Any]]) -> list[JSON]:
    """Number the vars, and bindings for those that follow other tabs; return their entries."""
    return [_entry(plan, field) for field in fields]


def _entry(plan: Plan, field: Field[Any]) -> JSON:
    place = field.place
    assert place is not None
    ref = VarRef(*field.path)
    entry: dict[str, JSON] = {
        "v": plan.vars.setdefault(ref, len(plan.vars)),
        "in": place.kind,
        "key": place.key(field.path),
    }
    if field.annotation is str:
        entry["text"] = True
    if place.kind == "cookie":
        entry["after"] = place.attributes
        if place.secure is not None:
            entry["secure"] = place.secure
    if place.sync:
        entry["b"] = _binding(plan, field)
    return entry


def _binding(plan: Plan, field: Field[Any]) -> int:
    assert field.setter is not None
    call = Call(EventHandler(field.owner, field.setter), (Slot(0),))
    binding = Binding(len(plan.bindings), (call,), field.label, "sync", 1)
    plan.bindings.append(binding)
    return binding.id
