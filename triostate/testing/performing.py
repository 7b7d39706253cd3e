"""`Performing`: what a tab does because the server says so: effects, and answers to forms.

It does what a browser does, as far as a test can see it. Knows nothing of what a user does.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

from triostate.protocol.effects import Effect
from triostate.testing.connection import Event
from triostate.testing.errors import ExpectationError
from triostate.testing.forms import controls_in
from triostate.testing.navigating import Navigating
from triostate.testing.showing import Surroundings
from triostate.testing.values import from_wire

__all__ = ["Download", "Performing", "ScriptCall"]


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


class Performing(Navigating):
    """A tab that obeys the server."""

    def __init__(self, browser: Surroundings, document: str) -> None:
        super().__init__(browser, document)
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
        self._emptied: dict[Any, Any] = {}
        """What was entered in forms that were emptied, by form."""

    async def answer_script(self, result: object, at: int = -1) -> None:
        """Give the result of a script's call, which is in `script_calls`, to its callback.

        Raises RefusedError if the server refuses it.
        """
        number = self.script_calls[at].callback
        if number is None:
            raise ExpectationError(f"{self.script_calls[at]!r} has no callback")
        await self.send_events([Event(-number, (result,))])

    def perform(self, effect: Effect) -> None:
        """Do what a browser does when an effect arrives, as far as a test can see it."""
        perform = _PERFORMED.get(effect.kind)
        if perform is not None:
            perform(self, effect.args)

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


_Args = Mapping[str, Any]


def _toast(tab: Performing, args: _Args) -> None:
    tab.toasts.append(args["message"])


def _redirect(tab: Performing, args: _Args) -> None:
    if not args["external"]:
        tab.browser._start_soon(tab._follow, args["url"])


def _set_clipboard(tab: Performing, args: _Args) -> None:
    tab.clipboard = args["text"]


def _set_focus(tab: Performing, args: _Args) -> None:
    tab.focused = args["id"]


def _open_window(tab: Performing, args: _Args) -> None:
    tab.opened.append(args["url"])


def _download(tab: Performing, args: _Args) -> None:
    data = base64.b64decode(args["data"]) if "data" in args else None
    tab.downloads.append(Download(args.get("url"), args["filename"], data))


def _call_script(tab: Performing, args: _Args) -> None:
    name = f"{args['module']}.{args['function']}"
    tab.script_calls.append(ScriptCall(name, args["args"], args.get("callback")))


def _form_error(tab: Performing, args: _Args) -> None:
    form = tab.forms.get((args["doc"], args["n"]))
    if form is not None:
        tab._view.bring_back(tab._emptied.pop(form, {}))
        tab._view.tell(form, args["fields"])


def _set_value(tab: Performing, args: _Args) -> None:
    value = from_wire(args["value"])
    tab._view.set_value(args["id"], value if isinstance(value, bool) else str(value))


#: By the effect's kind. Of the others, such as what is written to the console, a test sees nothing.
_PERFORMED: Final[Mapping[str, Callable[[Performing, _Args], None]]] = {
    "toast": _toast,
    "redirect": _redirect,
    "set_clipboard": _set_clipboard,
    "set_focus": _set_focus,
    "open_window": _open_window,
    "download": _download,
    "call_script": _call_script,
    "form_error": _form_error,
    "set_value": _set_value,
}
