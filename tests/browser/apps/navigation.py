"""An app of several pages: parameters, a layout, redirects, a login, routes of the user's own."""

import time
from typing import Any

import quart
import trio

import triostate as ts

log: list[str] = []


class Walk(ts.State):
    count: int = 0
    seen: str = "default"
    heading: str = "default"
    note: str = ""
    ticks: int = 0
    kept: int = 0

    @ts.event
    def add(self) -> None:
        self.count += 1

    @ts.event
    def see(self) -> None:
        router = self.router
        self.seen = f"{router.page.path} {dict(router.page.params)} {router.url}"
        log.append(f"see {router.url}")

    @ts.event
    def name_it(self) -> None:
        self.heading = f"Order {self.router.page.params['id']}"

    @ts.event
    def send_on(self) -> Any:
        return ts.redirect("/plain")

    @ts.event
    def go_to_order(self) -> Any:
        return ts.redirect("/orders/99")

    @ts.event
    def greet(self) -> Any:
        return ts.toast("Hello there")

    @ts.event(background=True, scope="page")
    async def tick(self) -> None:
        try:
            while True:
                async with self:
                    self.ticks += 1
                await trio.sleep(0.05)
        finally:
            log.append("tick over")

    @ts.event(background=True)
    async def keep(self) -> None:
        while True:
            async with self:
                self.kept += 1
            await trio.sleep(0.05)


def shell(content: ts.Component) -> ts.Component:
    """Return the menu that all pages have, and what is beside it."""
    order = ts.State.router.page.params.get("id", "none")
    return ts.vstack(
        ts.hstack(
            ts.link("Start", href="/"),
            ts.link("Plain", href="/plain", id="to-plain"),
            ts.link("One", href="/orders/1"),
            ts.link("Two", href="/orders/2"),
            ts.link("Tall", href="/tall"),
            ts.link("Fragment", href="/tall#end"),
            ts.link("Closed", href="/closed"),
            ts.link("Guarded", href="/guarded"),
            ts.link("Mine", href="/mine"),
            ts.link("Nothing", href="/nothing"),
            ts.link("Moved", href="/moved"),
            ts.link("Docs", href="/docs/a%20b/c?x=1"),
            ts.input(id="search", aria_label="Search", value=Walk.note, on_change=Walk.set_note),
        ),
        ts.text("Count ", Walk.count, id="count"),
        ts.text("Order ", order, id="order"),
        ts.text(Walk.kept, id="kept"),
        ts.el.main(content),
    )


def page(route: str, **options: Any) -> Any:
    """Return the declaration of a page inside the shell."""
    return ts.page(route=route, layout=shell, **options)


@page("/", title="Start")
def start() -> ts.Component:
    """Show buttons."""
    return ts.fragment(
        ts.heading("Start here"),
        ts.button("Add", on_click=Walk.add),
        ts.button("Tick", on_click=Walk.tick),
        ts.button("Keep", on_click=Walk.keep),
        ts.button("Go", on_click=Walk.go_to_order),
        ts.button("Greet", on_click=Walk.greet),
        ts.text(Walk.ticks, id="ticks"),
    )


@page("/plain", title=f"Plain {Walk.count}", description="A plain page", on_load=Walk.see)
def plain() -> ts.Component:
    """Show where it is."""
    return ts.fragment(
        ts.heading("A plain page"),
        ts.text(Walk.seen, id="seen"),
        ts.cond(Walk.count > 0, ts.text("Some", id="some"), ts.text("None", id="none")),
        ts.foreach(ts.Var.range(Walk.count), lambda i: ts.text("row ", i, class_name="row")),
        ts.button("Add", on_click=Walk.add),
        ts.box("Wide", width="321px", id="wide"),
    )


@page("/orders/[id]", title=Walk.heading, on_load=[Walk.name_it, Walk.see])
def order() -> ts.Component:
    """Show the order that the address names."""
    return ts.fragment(
        ts.heading(Walk.heading, id="heading"),
        ts.text(Walk.seen, id="seen"),
        ts.tabs.root(
            ts.tabs.list(ts.tabs.trigger("A", value="a"), ts.tabs.trigger("B", value="b")),
            ts.tabs.content("Content of A", value="a"),
            ts.tabs.content("Content of B", value="b"),
            default_value="a",
        ),
    )


@page("/tall", title="Tall")
def tall() -> ts.Component:
    """Be higher than the window."""
    return ts.fragment(
        ts.heading("Tall"),
        ts.box(height="3000px"),
        ts.link("Down here", href="/plain", id="down"),
        ts.box("End", id="end"),
        ts.box(height="2000px"),
    )


@page("/closed", require=lambda visit: False)
def closed() -> ts.Component:
    """Show what nobody may see."""
    return ts.heading("Closed")


@page("/guarded", require=lambda visit: "/plain")
def guarded() -> ts.Component:
    """Send everybody away."""
    return ts.heading("Guarded")


@page("/moved", on_load=Walk.send_on)
def moved() -> ts.Component:
    """Send on."""
    return ts.heading("Moved")


@page("/docs/[[...path]]", on_load=Walk.see)
def docs() -> ts.Component:
    """Show where it is."""
    return ts.fragment(
        ts.heading("Docs"),
        ts.text(Walk.seen, id="seen"),
        ts.text(ts.State.router.page.params["path"], id="path"),
        ts.text(ts.State.router.url, id="url"),
    )


@page("/404", title="Lost")
def lost() -> ts.Component:
    """Show that there is nothing."""
    return ts.heading("Nobody lives here")


app = ts.App(modules=["tests.browser.apps.navigation"])


@app.quart.get("/mine")
async def mine() -> Any:
    """Answer something that is no page."""
    log.append("mine")
    return (
        "<!doctype html><title>Mine</title><h1>A route of mine</h1>",
        200,
        {
            "content-type": "text/html",
            "content-security-policy": "default-src 'self'; img-src data:",
        },
    )


@app.quart.get("/log")
async def told() -> Any:
    """Answer what has happened, and what there is."""
    return quart.jsonify(
        log=log, sessions=len(app._engine.sessions), runs=len(app.background_tasks), at=time.time()
    )
