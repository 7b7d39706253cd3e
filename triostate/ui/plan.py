"""The plan of a page: its vars, parts, blocks, templates and bindings, each with its number.

The tree is walked once and every node that lives on in the browser gets its place. Painting then
writes those numbers wherever the node is shown: in the page, in a template, in each row. Knows
nothing of HTML.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

import attrs

from ..errors import PageError
from ..protocol.effects import Effect
from ..state.codec import JSON, encode_value
from ..state.expr import Expr, Literal, LocalName, VarRef, encode
from .bindings import Binding, Call, bind
from .calls import PendingCall
from .document import FORMS
from .form_controls import check_form, controls_of
from .gestures import browser_actions, needs_gestures, shows_busy
from .tree import Component, Each, Element, Fragment, Script, Switch, Text
from .triggers import Trigger

__all__ = ["Plan"]

_OTHER_APP: Final = "add its module to App(modules=...), or import it before the app starts"


@attrs.define(eq=False)
class Plan:
    """Numbers for the nodes of one tree; a node that stands in two places has one number."""

    defaults: Callable[[VarRef], Any]
    root: Component | None = None
    """All of the page, where controls stand that belong to a form by its id."""
    states: Collection[str] = ()
    """Full names of the app's states, whose handlers may be bound; of any if there are none."""
    where: str = ""
    """What is being numbered, for error texts: the component and its prop."""
    parent: str = ""
    """The name of the component around it."""
    place: str = ""
    """The line of that component."""
    vars: dict[VarRef, int] = attrs.field(factory=dict[VarRef, int])
    locals: dict[LocalName, int] = attrs.field(factory=dict[LocalName, int])
    local_count: int = 0
    """Ids given out: `locals` holds only those in scope, and no id is used twice."""
    parts: list[dict[str, JSON]] = attrs.field(factory=list[dict[str, JSON]])
    blocks: list[dict[str, JSON]] = attrs.field(factory=list[dict[str, JSON]])
    templates: list[Component] = attrs.field(factory=list[Component])
    bindings: list[Binding] = attrs.field(factory=list[Binding])
    scripts: list[str] = attrs.field(factory=list[str])
    """Of `Script` nodes, each once, in the order of the tree."""
    has_gestures: bool = False
    """Whether the browser needs the chunk for the rarer triggers."""
    modules: dict[str, str] = attrs.field(factory=dict[str, str])
    """Addresses of scripts by the name that they are called by."""
    part_of: dict[Component, int] = attrs.field(factory=dict[Component, int])
    block_of: dict[Component, int] = attrs.field(factory=dict[Component, int])

    def add(self, node: Component) -> None:
        """Number a node and everything in it."""
        match node:
            case Text():
                if not isinstance(node.value, Literal) and node not in self.part_of:
                    self.where = f"{self.parent}: " if self.parent else ""
                    self._add_part(node, {"text": self.encode(node.value)})
            case Fragment():
                for child in node.children:
                    self.add(child)
            case Element():
                self._add_element(node)
            case Script():
                self._add_script(node)
            case Switch() if node not in self.block_of:
                self._add_switch(node)
            case Each() if node not in self.block_of:
                self._add_each(node)
            case _:
                pass

    def _add_script(self, node: Script) -> None:
        if node.src not in self.scripts:
            self.scripts.append(node.src)
        if node.name is not None and self.modules.setdefault(node.name, node.src) != node.src:
            raise PageError(
                f"script: {self.modules[node.name]!r} and {node.src!r} are both called "
                f"{node.name!r}: give one another name="
            )

    def encode(self, expr: Expr) -> JSON:
        """Return an expression as JSON, with this page's numbers for vars and locals."""
        return encode(expr, self._var, self.locals)

    def to_json(self, page_id: str) -> dict[str, JSON]:
        """Return the plan as the browser gets it."""
        values = [[ref.state, ref.name, encode_value(self.defaults(ref))] for ref in self.vars]
        plan: dict[str, JSON] = {"v": 1, "page": page_id, "vars": values, "parts": self.parts}
        plan["blocks"] = self.blocks
        if self.has_gestures:
            plan["gestures"] = True
        if self.modules:
            plan["modules"] = self.modules
        return plan

    def _var(self, ref: VarRef) -> int:
        if ref not in self.vars:
            self._check_var(ref)
        return self.vars.setdefault(ref, len(self.vars))

    def _check_var(self, ref: VarRef) -> None:
        if ref.name.startswith("_"):
            raise self._wrong(
                f"{ref.state}.{ref.name} is a backend var: a page cannot show it; make it public "
                "by a name without _, or show what of it may be seen by a computed var, @ts.var"
            )
        try:
            self.defaults(ref)
        except LookupError as error:
            raise self._wrong(f"{ref.state}.{ref.name}: {error}; {_OTHER_APP}") from None

    def check_handler(self, call: PendingCall | Call) -> None:
        """Raise PageError for a handler of a State that the app does not have."""
        handler = call.handler
        if isinstance(handler, Effect) or not self.states:
            return
        name = handler.state.get_full_name()
        if name not in self.states:
            raise self._wrong(
                f"{handler.full_name}: {name!r} is no state of this app; {_OTHER_APP}"
            )

    def _wrong(self, what: str) -> PageError:
        return PageError(f"{self.where}{what}", place=self.place)

    def _add_part(self, node: Component, part: dict[str, JSON]) -> None:
        self.part_of[node] = len(self.parts)
        self.parts.append(part)

    def _add_element(self, node: Element) -> None:
        self.place = node.place
        if node not in self.part_of:
            part = self._part(node)
            if part:
                self._add_part(node, part)
        if not is_only_text(node):
            around, self.parent = self.parent, node.name
            for child in node.children:
                self.place = node.place
                self.add(child)
            self.parent = around

    def _part(self, node: Element) -> dict[str, JSON]:
        part: dict[str, JSON] = {}
        if is_only_text(node):
            text = node.children[0]
            assert isinstance(text, Text)
            self.where = f"{node.name}: "
            part["text"] = self.encode(text.value)
        sections = {"attrs": node.attributes, "props": node.properties, "style": node.style}
        for section, entries in sections.items():
            # A property that only a script knows cannot be painted: constants are set, too.
            whole = section == "props" and node.is_custom
            encoded = self._dynamic(node.name, entries, whole=whole)
            if encoded:
                part[section] = encoded
        if node.class_expr is not None:
            self.where = f"{node.name}: class_name: "
            part["class"] = self.encode(node.class_expr)
        if node.triggers:
            part["on"] = self._triggers(node)
        return part

    def _dynamic(
        self, component: str, entries: Mapping[str, Expr], *, whole: bool
    ) -> dict[str, JSON]:
        encoded: dict[str, JSON] = {}
        for name, expr in entries.items():
            if whole or not isinstance(expr, Literal):
                self.where = f"{component}: {name}: "
                encoded[name] = self.encode(expr)
        return encoded

    def _triggers(self, node: Element) -> dict[str, JSON]:
        """Return what each DOM event sends: one entry, or a list of several."""
        entries: dict[str, list[JSON]] = {}
        for trigger in node.triggers:
            entries.setdefault(trigger.kind.event, []).append(self._trigger(node, trigger))
        return {event: found[0] if len(found) == 1 else found for event, found in entries.items()}

    def _trigger(self, node: Element, trigger: Trigger) -> JSON:
        self.where = f"{node.name}: {trigger.name}: "
        for call in trigger.calls:
            self.check_handler(call)
        controls = None
        if trigger.is_form:
            found = controls_of(node, self.root)
            check_form(node.name, trigger, found)
            controls = found.names if found.is_all else None
            if FORMS not in self.scripts:
                self.scripts.append(FORMS)
        binding, slots = bind(len(self.bindings), node.name, trigger, self.encode, controls)
        self.bindings.append(binding)
        entry: dict[str, JSON] = {"do": [{"b": binding.id, "a": slots}]}
        if trigger.values:
            entry["x"] = list(trigger.values)
        entry.update(dict.fromkeys(trigger.kind.flags, True))
        entry.update(browser_actions(trigger))
        self.has_gestures = self.has_gestures or needs_gestures(trigger)
        if not node.shows_busy and shows_busy(trigger):
            entry["quiet"] = True
        return entry

    def _template(self, node: Component) -> int | None:
        """Number what is shown on demand; nothing at all needs no template."""
        if isinstance(node, Fragment) and not node.children:
            return None
        number = len(self.templates)
        self.templates.append(node)
        self.add(node)
        return number

    def _add_switch(self, node: Switch) -> None:
        self.where = "cond: "
        block: dict[str, JSON] = {"kind": "switch", "tests": list(map(self.encode, node.tests))}
        self.block_of[node] = len(self.blocks)
        self.blocks.append(block)
        block["branches"] = [self._template(branch) for branch in node.branches]

    def _add_each(self, node: Each) -> None:
        self.where = "foreach: "
        block: dict[str, JSON] = {"kind": "each", "in": self.encode(node.items)}
        self.block_of[node] = len(self.blocks)
        self.blocks.append(block)
        for role, local in (("item", node.item), ("index", node.index)):
            block[role] = self.locals[local] = self.local_count
            self.local_count += 1
        self.where = "foreach: key: "
        block["key"] = None if node.key is None else self.encode(node.key)
        block["row"] = self._row(node.row)
        del self.locals[node.item], self.locals[node.index]

    def _row(self, row: Component) -> int:
        number = self._template(row)
        if number is None:
            raise PageError(
                "foreach: render returned nothing to show; return a component, or text, of the item"
            )
        return number


def is_only_text(node: Element) -> bool:
    """Whether one changing text is all that the element holds."""
    if len(node.children) != 1:
        return False
    child = node.children[0]
    return isinstance(child, Text) and not isinstance(child.value, Literal)
