"""`Tab`: one browser tab, as a user has it before them: what it shows, what can be done to it.

The page is the served HTML, kept up to date by the page's own plan on the browser's copy of the
state; a click sends what the browser would send, row values included. Nothing here knows a handler
by name that the page does not show.
"""

from __future__ import annotations

import base64
import copy
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, NoReturn, Protocol, TypeVar
from urllib.parse import quote, urljoin, urlsplit

import attrs

from triostate.errors import SessionNotFoundError
from triostate.protocol.effects import Effect
from triostate.runtime.session import Session
from triostate.state.handlers import EventHandler
from triostate.state.state import State, instance_of
from triostate.testing.connection import Answer, Connection, Event, Network
from triostate.testing.element import Element
from triostate.testing.errors import ExpectationError, NotShownError, RefusedError
from triostate.testing.finding import Target, owner_of, shows
from triostate.testing.forms import (
    check_entries,
    controls_in,
    entries_of,
    form_around,
    sends_form,
)
from triostate.testing.gestures import (
    Sent,
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
    sent_by,
)
from triostate.testing.holding import Holding
from triostate.testing.markup import read_markup
from triostate.testing.values import from_wire
from triostate.testing.view import View
from triostate.testing.waiting import until
from triostate.ui import Binding, CompiledPage

__all__ = ["Tab"]

S = TypeVar("S", bound=State)

MAX_REDIRECTS = 10

#: What the browser runtime makes itself, without the name that keeps it apart from the DOM's.
_MADE_EVENTS = frozenset({"mount", "unmount", "visible", "hidden"})


def _is_watched(element: Element) -> bool:
    return bool(element.triggers("ts-mount") or element.triggers("ts-unmount"))


@attrs.frozen
class Download:
    """A file that was downloaded: from an address of the app, or of data."""

    url: str | None
    filename: str | None
    data: bytes | None


@attrs.frozen
class ScriptCall:
    """A call of a function of the page's own scripts."""

    function: str
    args: list[Any]
    callback: int | None = attrs.field(default=None, repr=False)


class Surroundings(Network, Protocol):
    """What a tab needs of its browser."""

    app: Any

    @property
    def _stop(self) -> Callable[[], None] | None: ...
    async def request(self, method: str, path: str) -> Answer: ...
    def page(self, name: str) -> CompiledPage: ...
    def _start_soon(self, fn: Callable[..., Any], *args: Any) -> None: ...


class Tab(Connection):
    """One tab of a browser.

    Made by `Browser.tab` and `Browser.open`. Waits end at the very moment at which they may; their
    time-outs are of the run's clock, and the error then says what was on show instead.
    """

    def __init__(self, browser: Surroundings, document: str) -> None:
        super().__init__(browser, document)
        self.browser = browser
        self.path = ""
        """Path and query of the page on show."""
        self.toasts: list[str] = []
        """The messages of all toasts, in order."""
        self.clipboard = ""
        """The text that was last put there."""
        self.opened: list[str] = []
        """Addresses that were opened in tabs of their own."""
        self.downloads: list[Download] = []
        """What was downloaded, in order."""
        self.script_calls: list[ScriptCall] = []
        """Calls of the page's scripts, in order; see `answer_script`."""
        self.focused = ""
        """The id of the element that was last given the focus."""
        self.is_hidden = False
        """Whether another tab or window is in front of it; see `hide`."""
        self._said_hidden = False
        self._emptied: dict[Any, Any] = {}
        """What was entered in forms that were emptied, by form."""
        self.watchers: list[Callable[[], object]] = []
        """Called after each frame: for a test that wants to see every state a user has seen."""
        self._view = View(lambda ref: self.state[ref.state][ref.name], self._bindings)
        self._holding = Holding(browser._start_soon, self._send_held)
        self._mounted: dict[tuple[Any, ...], Element] = {}
        self._history: list[str] = []
        self._at = -1
        """Which of them is on show."""

    # Where it is

    async def goto(self, path: str) -> None:
        """Go to a path of the app, as following a link does: same tab, same session.

        Where a page's ``require=`` leads elsewhere, that is where the tab comes to. Raises
        RefusedError for a path that leads to no live page; the tab has left its page then.
        """
        await self._show(urljoin(self.path or "/", path))
        del self._history[self._at + 1 :]
        self._history.append(self.path)
        self._at += 1

    async def back(self) -> None:
        """Go back to the page before, as the browser's button does; LookupError if it is none."""
        await self._go_by(-1)

    async def forward(self) -> None:
        """Go forward again, after `back`; LookupError if there is nowhere to go."""
        await self._go_by(1)

    async def _go_by(self, step: int) -> None:
        at = self._at + step
        if not 0 <= at < len(self._history):
            raise LookupError(f"the tab's history has no page there; it has {self._history!r}")
        self._at = at
        await self._show(self._history[at])

    async def reload(self) -> None:
        """Load the page again: a new document, the same session."""
        if self.is_connected:
            await self.close()
        await self._show(self.path)

    async def _show(self, path: str) -> None:
        """Show the page at a path. A session that is connected does not notice more than that."""
        if self.is_connected:
            await self._holding.release()  # what was typed here is sent first
        answer = await self._load(path)
        if not read_markup(answer.body).page:
            await self._leave_for(answer)
        self.new_document()
        self._holding.forget()
        self._mounted = {}
        self._view.load(answer.body)
        await self.reconnect()

    async def _load(self, path: str) -> Answer:
        for _ in range(MAX_REDIRECTS):
            self.path = urlsplit(path)._replace(fragment="").geturl()
            answer = await self.browser.request("GET", self.path)
            if answer.status != 303:
                return answer
            path = urljoin(self.path, answer.headers["location"])
        raise RefusedError(f"{self.path}: {MAX_REDIRECTS} redirects, and still no page")

    async def _leave_for(self, answer: Answer) -> NoReturn:
        if self.is_connected:
            await self.close()
        self.new_document()
        self._view.load(answer.body)
        text = " / ".join(self._view.root.text.split("\n"))
        raise RefusedError(f"{self.path} is no live page: {answer.status}, {text[:200]!r}")

    async def reconnect(self) -> None:
        """Come back after `drop`, with the same document; send what was done meanwhile.

        When it returns the tab shows what has been committed meanwhile.
        """
        await self.attach(self.page_id, quote(self.path))
        if self._has_mounts:
            await self._tell_mounted(wait=True)
        if self.is_hidden or self._said_hidden:
            await self._say_hidden()

    async def hide(self) -> None:
        """Put the tab out of sight, as going to another does, or putting the phone away.

        It stays connected. If it is lost then, its session is kept for ``hidden_grace_seconds``.
        """
        await self._be_hidden(True)

    async def show(self) -> None:
        """Bring it back into sight: the session is kept no longer than that of any other."""
        await self._be_hidden(False)

    async def _be_hidden(self, is_hidden: bool) -> None:
        self.is_hidden = is_hidden
        if self.is_connected:
            await self._say_hidden()

    async def _say_hidden(self) -> None:
        self._said_hidden = self.is_hidden
        await self.tell_hidden(is_hidden=self.is_hidden)

    async def close(self) -> None:
        """Close the tab: say goodbye and lose the connection."""
        if self.is_connected:
            await self._holding.release()
        if self.token:
            await self.leave()
        await self.drop()

    async def kill(self) -> None:
        """Lose the tab without a goodbye, as a crash of the browser does."""
        self.unsent.clear()
        await self.drop()

    @property
    def page_id(self) -> str:
        """The id of the page on show."""
        return self._view.markup.page

    @property
    def title(self) -> str:
        """The page's title."""
        return self._view.title

    # What it shows

    def text(self, target: str | None = None) -> str:
        """Return what can be read on the page, or on the element of that id or name: lines.

        Values of controls are no text: see `find`. Raises NotShownError for a name that is not
        there.
        """
        return (self._view.root if target is None else self.find(target)).text

    def find(self, target: Target, at: int | None = None) -> Element:
        """Return the element on show that an id, a name or a handler means.

        Args:
            target: an id; else an accessible name, which is the text of a button or the label of a
                control; else a handler that it runs, or ``Handler(args)``.
            at: which one, counted from 0, where several are named alike; -1 is the last.

        Raises NotShownError if there is none, or several and no ``at``.
        """
        return self._view.find(target, at=at)

    def has(self, target: Target) -> bool:
        """Whether at least one element on show is meant; see `find`."""
        return self._view.has(target)

    def value(self, state: type[State], name: str) -> Any:
        """Return the browser's copy of a var as a Python value; instances come as `Record`."""
        return from_wire(self.state[state.get_full_name()][name])

    def var(self, state: type[State], name: str) -> Any:
        """Return the browser's copy of a var in its wire form, as it is now."""
        return copy.deepcopy(self.state[state.get_full_name()][name])

    # What can be done

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

    async def _use(
        self,
        element: Element,
        event: str,
        carried: dict[str, Any],
        *,
        wait: bool,
        form: tuple[Any, ...] | None = None,
    ) -> bool:
        """Send what an event of an element sends; return whether the browser does nothing more."""
        prevented = False
        for sent in sent_by(element, event, carried, form):
            prevented = prevented or sent.prevents
            await self._holding.take(sent, wait=wait)
        return prevented

    async def _send_held(self, sent: Sent, wait: bool) -> None:
        number = self.last_event + len(sent.events)
        if sent.is_busy and self.is_connected:
            self._view.be_busy(sent.place[:-2], number)
        try:
            await self.send_events(sent.events, wait=wait)
        except RefusedError:
            self._view.calm()
            raise
        self._view.sent(sent.control, self.last_event)

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

    def _listeners(self, event: str) -> list[Element]:
        return [e for e in self._view.root.walk() if e.triggers(f"window:{event}")]

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

    async def _submit(self, form: Element, pressed: Element | None, *, wait: bool) -> None:
        root = self._view.root
        check_entries(form, root)
        if not form.triggers("submit"):
            return
        entries = entries_of(form, root, pressed)
        self._view.tell(form.place, {})
        carried = {"form": dict(entries), "fields": [list(entry) for entry in entries]}
        await self._use(form, "submit", carried, wait=wait, form=form.place)

    @property
    def errors(self) -> dict[str, str]:
        """What is wrong with the entries of the forms on show, by field.

        ``""`` is what is said of a whole form. What is of one control is its ``error``, too.
        """
        return self._view.errors

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

    # What comes and goes

    async def _tell_mounted(self, *, wait: bool) -> None:
        """Send what elements send that have come on show, or have gone."""
        now = {e.place: e for e in self._view.root.walk() if _is_watched(e)}
        before, self._mounted = self._mounted, now
        for place, element in before.items():
            if place not in now:
                await self._use(element, "ts-unmount", carried_by(element), wait=wait)
        for place, element in now.items():
            if place not in before:
                await self._use(element, "ts-mount", carried_by(element), wait=wait)

    @property
    def _has_mounts(self) -> bool:
        parts = self._view.markup.parts
        return any({"ts-mount", "ts-unmount"} & part.triggers.keys() for part in parts)

    async def answer_script(self, result: object, at: int = -1) -> None:
        """Give the result of a script's call, which is in `script_calls`, to its callback.

        Raises RefusedError if the server refuses it.
        """
        number = self.script_calls[at].callback
        if number is None:
            raise ExpectationError(f"{self.script_calls[at]!r} has no callback")
        await self.send_events([Event(-number, (result,))])

    # Waiting

    async def until(
        self,
        condition: Callable[[], object],
        timeout_seconds: float | None = None,
        *,
        what: str = "what the test waits for",
    ) -> None:
        """Wait until a condition holds; see `waiting.until`. The error shows the page."""
        await until(condition, timeout_seconds, what=what, instead=self._on_show)

    async def wait_text(
        self, text: str, target: str | None = None, timeout_seconds: float | None = None
    ) -> None:
        """Wait until a text can be read on the page, or on the element of that id or name."""

        def is_there() -> bool:
            with suppress(NotShownError):
                return text in self.text(target)
            return False

        where = "" if target is None else f" on {target!r}"
        await self.until(is_there, timeout_seconds, what=f"the text {text!r}{where}")

    async def wait_var(
        self,
        state: type[State],
        name: str,
        value: Any,
        timeout_seconds: float | None = None,
        *,
        timeout: float | None = None,  # older name
    ) -> None:
        """Wait until the browser's copy of a var has a value, given as Python has it."""
        await until(
            lambda: self.value(state, name) == value,
            timeout_seconds if timeout is None else timeout,
            what=f"{value!r} in {state.get_full_name()}.{name}",
            instead=lambda: f"It is {self.value(state, name)!r}. {self._on_show()}",
        )

    async def wait_toast(self, message: str, timeout_seconds: float | None = None) -> None:
        """Wait until a toast has been shown whose message has this in it."""
        await until(
            lambda: any(message in toast for toast in self.toasts),
            timeout_seconds,
            what=f"a toast with {message!r}",
            instead=lambda: f"Toasts so far: {self.toasts!r}. {self._on_show()}",
        )

    async def wait_path(self, path: str, timeout_seconds: float | None = None) -> None:
        """Wait until the tab is at a path, live: where a redirect leads."""
        await self.until(
            lambda: self.path == path and self.is_attached,
            timeout_seconds,
            what=f"the page {path}",
        )

    def _on_show(self) -> str:
        lost = "" if self.is_connected else " (its connection is lost)"
        return f"Tab at {self.path}{lost}. {shows(self._view.root)}"

    # The server's side

    @property
    def session(self) -> Session:
        """The session that the server has for this tab; SessionNotFoundError if it has none."""
        session: Session = self.browser.app._engine.get(self.token)
        return session

    def server(self, state: type[S]) -> S:
        """Return the server's instance of a State class for this tab, to read from."""
        return instance_of(self.session.tree, state)

    @property
    def page(self) -> CompiledPage:
        """The page on show as the server compiled it."""
        return self.browser.page(self.page_id)

    async def trigger(self, handler: EventHandler[...], *values: Any) -> Answer:
        """Send the page's first binding of a handler, on show or not; return the raw answer.

        For tests of the wire: ``values`` are the wire values for its slots, and it returns before
        the handler has run. Raises NotShownError if nothing on the page runs it.
        """
        return await self.send(self._binding_of(handler), *values)

    async def send(self, binding: int, *values: Any) -> Answer:
        """Send one event by the number of its binding; return the raw answer."""
        return await self.post_events([Event(binding, values)])

    async def run(self, handler: EventHandler[...], *values: Any) -> None:
        """Trigger a handler as `trigger` does, and wait until it is done, as `click` does."""
        await self.send_events([Event(self._binding_of(handler), values)])

    def _binding_of(self, handler: EventHandler[...]) -> int:
        for binding in self.page.bindings:
            if any(call.handler == handler for call in binding.calls):
                return binding.id
        raise NotShownError(f"nothing on page {self.page.route} runs {handler!r}")

    # Older names, until their last users have gone

    async def connect(self, *, new_document: bool = False) -> None:
        """Open the stream again, without closing the one there may be."""
        if new_document:
            self.new_document()
        await self.reconnect()

    async def wait(self, condition: Callable[[], object], timeout: float | None = None) -> None:
        """Wait until a condition holds; see `until`."""
        await self.until(condition, timeout)

    # What happens to it

    def is_behind(self) -> bool:
        """Whether the session has something to send."""
        try:
            return not self.session.outbox.is_empty
        except SessionNotFoundError:
            return False

    def took(self, name: str) -> None:
        """Draw the page anew when it is next looked at."""
        self._view.change(self.ack)
        if name == "delta" and self._has_mounts:
            self.browser._start_soon(partial(self._tell_mounted, wait=False))
        if name != "bye":
            for watch in self.watchers:
                watch()

    def perform(self, effect: Effect) -> None:
        """Do what a browser does when an effect arrives, as far as a test can see it."""
        args = effect.args
        if effect.kind == "toast":
            self.toasts.append(args["message"])
        elif effect.kind == "redirect" and not args["external"]:
            self.browser._start_soon(self._follow, args["url"])
        elif effect.kind == "set_clipboard":
            self.clipboard = args["text"]
        elif effect.kind == "set_focus":
            self.focused = args["id"]
        elif effect.kind == "open_window":
            self.opened.append(args["url"])
        elif effect.kind == "download":
            data = base64.b64decode(args["data"]) if "data" in args else None
            self.downloads.append(Download(args.get("url"), args["filename"], data))
        elif effect.kind == "call_script":
            name = f"{args['module']}.{args['function']}"
            self.script_calls.append(ScriptCall(name, args["args"], args.get("callback")))
        elif effect.kind == "form_error":
            form = self.forms.get((args["doc"], args["n"]))
            if form is not None:
                self._view.bring_back(self._emptied.pop(form, {}))
                self._view.tell(form, args["fields"])
        elif effect.kind == "set_value":
            value = from_wire(args["value"])
            self._view.set_value(args["id"], value if isinstance(value, bool) else str(value))

    def answered(self, form: Any, errors: dict[str, str] | None) -> None:
        """Show what is wrong with a form; empty one that was taken, if it says so."""
        if errors is not None:
            self._view.tell(form, errors)
            return
        root = self._view.root
        element = next((e for e in root.walk() if e.tag == "form" and e.place == form), None)
        is_wrong = self._view.is_wrong(form)  # a handler may have been faster than the answer
        if element is not None and "data-ts-reset" in element.attributes and not is_wrong:
            self._emptied[form] = self._view.forget(controls_in(element, root))

    async def _follow(self, url: str) -> None:
        parts = urlsplit(url)
        # A test has no other site to go to; a fragment is on the page already.
        if not (parts.scheme or parts.netloc or url.startswith("#")):
            await self.goto(url)

    def _bindings(self) -> Sequence[Binding]:
        return self.page.bindings if self.page_id else ()


def _takes_keys(element: Element) -> bool:
    return can_have(element, "keydown") or element.tag == "input"
