"""`Using`: what a user does to what a tab shows: click, fill in, press keys, send forms.

A click sends what the browser would send, row values included; `gestures` computes it. Nothing here
knows a handler by name that the page does not show.
"""

from __future__ import annotations

from typing import Any

from triostate.testing.element import Element
from triostate.testing.errors import NotShownError, RefusedError
from triostate.testing.finding import Target, owner_of
from triostate.testing.forms import check_entries, entries_of, form_around, sends_form
from triostate.testing.gestures import (
    can_be_changed,
    can_be_pressed,
    can_have,
    carried_by,
    entry_for,
    is_box,
    key_pressed,
    link_at,
    plain_values,
    refuse_disabled,
)
from triostate.testing.navigating import Navigating

__all__ = ["Using"]

#: What the browser runtime makes itself, without the name that keeps it apart from the DOM's.
_MADE_EVENTS = frozenset({"mount", "unmount", "visible", "hidden"})


class Using(Navigating):
    """A tab that somebody uses."""

    async def click(self, target: Target, *, at: int | None = None, wait: bool = True) -> None:
        """Press what is named, as `find` has it; a link is followed.

        Args:
            target: such as ``"Start"``, an id, or ``Counter.count_up``.
            at: which one, where several are named alike.
            wait: until the server says that a foreground handler has finished, or a background
                handler started.

        Raises NotShownError if it is not there or disabled, RefusedError if the server refuses.
        """
        element = self._view.find(target, can_be_pressed, "press", at)
        refuse_disabled(element)
        if is_box(element):
            await self.change(element, not element.is_checked, wait=wait)
            return
        prevented = await self._use(element, "click", carried_by(element), wait=wait)
        if prevented:
            return
        form = form_around(element, self._view.root) if sends_form(element) else None
        if form is not None:
            await self._submit(form, element, wait=wait)
        link = link_at(element)
        if link is not None:
            await self._follow(link)

    async def fill(
        self, target: Target, text: str, *, at: int | None = None, wait: bool = True
    ) -> None:
        """Put a text into a control, as typing it does; arguments and errors as for `click`."""
        await self.change(target, text, at=at, wait=wait)

    async def change(
        self, target: Target, value: object, *, at: int | None = None, wait: bool = True
    ) -> None:
        """Give a control another value: a text, a number, or True and False for a box.

        Other arguments and errors as for `click`. The entry is on show until the server has
        answered it; of one that it refuses nothing stays.
        """
        element = self._view.find(target, can_be_changed, "change", at)
        refuse_disabled(element)
        entry = entry_for(element, value)
        self._view.enter(element, entry)
        for event in ("input", "change"):
            if owner_of(element, event) is None:
                continue
            try:
                await self._use(element, event, carried_by(element, entry), wait=wait)
            except RefusedError:
                self._view.take_back(element)
                raise

    async def press_key(
        self, target: Target | None, key: str, *, at: int | None = None, wait: bool = True
    ) -> None:
        """Press a key in an element, or with None where nothing has the focus.

        The key is named as in a filter, such as ``"Enter"`` or ``"Ctrl+s"``. What listens to the
        window hears it too. Enter in an input of a form sends the form. Other arguments and errors
        as for `click`.
        """
        carried = key_pressed(key)
        if target is None:
            await self.fire_window("keydown", wait=wait, **carried)
            return
        listeners = self._listeners("keydown")
        element = self._view.find(
            target, lambda e: bool(listeners) or _takes_keys(e), f"press {key!r} in", at
        )
        prevented = await self._use(
            element, "keydown", {**carried_by(element), **carried}, wait=wait
        )
        if listeners:
            is_writing = can_be_changed(element) and not is_box(element)
            await self.fire_window("keydown", wait=wait, is_writing=is_writing, **carried)
        form = form_around(element, self._view.root)
        if key == "Enter" and element.tag == "input" and form is not None and not prevented:
            await self._submit(form, None, wait=wait)

    async def fire_window(self, event: str, *, wait: bool = True, **values: Any) -> None:
        """Let the window have an event that a `ts.window_event_listener` on show listens to.

        Args:
            event: ``"resize"``, ``"scroll"``, ``"keydown"``, ``"keyup"``, ``"focus"``, ``"blur"``,
                ``"online"``, ``"offline"`` or ``"visibilitychange"``.
            wait: as for `click`.
            values: what it carries: ``width`` and ``height``, ``scroll=ts.ScrollEvent(...)``,
                ``seen``, ``key`` and ``info=ts.KeyInfo(...)``.

        Raises NotShownError if nothing listens to it.
        """
        listeners = self._listeners(event)
        if not listeners:
            raise NotShownError(f"nothing on {self.path} listens to the window's {event!r}")
        for element in listeners:
            carried = {**carried_by(element), **plain_values(values)}
            await self._use(element, f"window:{event}", carried, wait=wait)

    async def submit(
        self, target: Target | None = None, *, at: int | None = None, wait: bool = True
    ) -> None:
        """Send a form, as Enter in one of its inputs does; what is wrong is then in `errors`.

        Args:
            target: the form, or anything in it; by default the only form on show.
            at: which one, where several are named alike.
            wait: as for `click`.

        Raises NotShownError if it is not there, InvalidEntryError if the browser finds an entry
        wrong by itself, RefusedError if the server refuses it for another reason.
        """
        root = self._view.root
        if target is None:
            forms = [element for element in root.on_show if element.tag == "form"]
            if len(forms) != 1:
                raise NotShownError(f"there are {len(forms)} forms on show: say which to submit")
            form: Element | None = forms[0]
        else:
            form = form_around(self._view.find(target, at=at), root)
        if form is None:
            raise NotShownError(f"{target!r} is in no form")
        await self._submit(form, None, wait=wait)

    async def fire(
        self,
        target: Target,
        event: str,
        *,
        at: int | None = None,
        wait: bool = True,
        **values: Any,
    ) -> None:
        """Let an element have any DOM event, such as ``"blur"``; or ``"visible"``, ``"hidden"``.

        ``values`` are what the event carries, by the names of the browser's extractors: ``value``,
        ``number``, ``checked``, ``key``, ``mouse=ts.MouseEvent(...)``,
        ``scroll=ts.ScrollEvent(...)``; by default what the element has. Other arguments and errors
        as for `click`. Whether an element can be seen is known to no test: it is said with this.
        """
        event = f"ts-{event}" if event in _MADE_EVENTS else event
        element = self._view.find(target, lambda e: can_have(e, event), f"have {event!r}", at)
        carried = {**carried_by(element), **plain_values(values)}
        await self._use(element, event, carried, wait=wait)

    async def _submit(self, form: Element, pressed: Element | None, *, wait: bool) -> None:
        root = self._view.root
        check_entries(form, root)
        if not form.triggers("submit"):
            return
        entries = entries_of(form, root, pressed)
        self._view.tell(form.place, {})
        carried = {"form": dict(entries), "fields": [list(entry) for entry in entries]}
        await self._use(form, "submit", carried, wait=wait, form=form.place)

    def _listeners(self, event: str) -> list[Element]:
        return [e for e in self._view.root.walk() if e.triggers(f"window:{event}")]


def _takes_keys(element: Element) -> bool:
    return can_have(element, "keydown") or element.tag == "input"
