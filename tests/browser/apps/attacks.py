"""An app that shows what attackers send: at once, and once more when a button is pressed."""

import triostate as ts
from tests.attacks.corpora import FOREIGN_ADDRESSES, MARKUP, ODD_PATHS, SCRIPT_ADDRESSES, STYLES

app = ts.App(modules=[__name__])


class Shown(ts.State):
    texts: list[str] = MARKUP
    later_texts: list[str] = []
    addresses: list[str] = SCRIPT_ADDRESSES
    later_addresses: list[str] = []
    styles: list[str] = STYLES
    later_styles: list[str] = []
    style: str = "rgb(1, 2, 3)"
    address: str = "/fine"
    text: str = "fine"
    keys: dict[str, str] = {}
    went: int = 0

    @ts.event
    def change(self):
        self.later_texts = list(MARKUP)
        self.later_addresses = list(SCRIPT_ADDRESSES)
        self.later_styles = list(STYLES)
        self.keys = {"__proto__": "a", "constructor": "b", "hasOwnProperty": "c", "toString": "d"}
        return [ts.toast(text) for text in MARKUP]

    @ts.event
    async def run_through(self):
        for at in range(max(len(MARKUP), len(SCRIPT_ADDRESSES), len(STYLES))):
            self.text = MARKUP[at % len(MARKUP)]
            self.address = SCRIPT_ADDRESSES[at % len(SCRIPT_ADDRESSES)]
            self.style = STYLES[at % len(STYLES)]
            yield
        self.text = "done"

    @ts.event
    def fine(self):
        self.address, self.style = "/fine", "rgb(1, 2, 3)"

    @ts.event
    def go(self):
        # As a server that has been taken in would say it: the constructor refuses these.
        self.went += 1
        effect = ts.redirect("/")
        for url in {*SCRIPT_ADDRESSES, *FOREIGN_ADDRESSES} - {*ODD_PATHS}:
            for kind in ("redirect", "download"):
                yield type(effect)(kind, {"url": url, "external": False, "filename": None})
        yield ts.console_log("been")


def _row(text: str) -> ts.Component:
    return ts.vstack(
        ts.text(text, title=text, class_name="text"),
        ts.input(value=text, placeholder=text),
        ts.cond(text, ts.code(text)),
    )


@ts.page(route="/", title=MARKUP[8], description=MARKUP[3])
def index() -> ts.Component:
    return ts.vstack(
        ts.button("Change", on_click=Shown.change),
        ts.button("Run through", on_click=Shown.run_through),
        ts.button("Fine", on_click=Shown.fine),
        ts.button("Go", on_click=Shown.go),
        ts.text(Shown.went, id="went"),
        ts.text(Shown.text, title=Shown.text, data_x=Shown.text, aria_label=Shown.text, id="text"),
        ts.link("link", href=Shown.address, id="link"),
        ts.box("box", color=Shown.style, background=Shown.style, id="box"),
        ts.box(ts.foreach(Shown.texts, _row), id="texts"),
        ts.box(ts.foreach(Shown.later_texts, _row), id="later-texts"),
        ts.box(ts.foreach(Shown.addresses, lambda a: ts.link("x", href=a)), id="addresses"),
        ts.box(ts.foreach(Shown.later_addresses, lambda a: ts.link("x", href=a)), id="later-a"),
        ts.box(ts.foreach(Shown.styles, lambda s: ts.box("x", background=s)), id="styles"),
        ts.box(ts.foreach(Shown.later_styles, lambda s: ts.box("x", background=s)), id="later-s"),
        ts.box(
            ts.foreach(Shown.keys.items(), lambda pair: ts.text(pair[0], "=", pair[1])), id="keys"
        ),
    )
