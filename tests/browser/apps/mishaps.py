"""An app with handlers and a page that fail, and effects."""

import triostate as ts

app = ts.App(modules=[__name__])


def unnamed_effects(session: ts.Session) -> list[str]:
    """Return the effects that the browser has been sent and has not named as performed."""
    return [effect.kind for effect in session.outbox._sent.unseen_effects()]


class Mishaps(ts.State):
    count: int = 0
    unnamed: str = ""

    @ts.event
    def increment(self):
        self.count += 1

    @ts.event
    def fail(self):
        self.count = 99
        raise ValueError("on purpose, and a secret")

    @ts.event(background=True)
    async def fail_behind(self):
        async with self:
            self.count = 99
            raise ValueError("on purpose, and a secret")

    @ts.event
    def toast(self):
        self.count += 1
        return ts.toast("Well done", level="success")

    @ts.event
    def log(self):
        return ts.console_log("logged by the server")

    @ts.event
    def focus(self):
        return ts.set_focus("field")

    @ts.event
    def fill(self):
        return ts.set_value("field", "filled")

    @ts.event
    def go(self):
        self.count += 1
        return ts.redirect("/other?from=start")

    @ts.event
    def arrive(self):
        """Note the effects that the page before has not named as performed."""
        self.unnamed = " ".join(unnamed_effects(self.session))

    @ts.event
    def several(self):
        yield ts.console_log("first")
        self.count += 1
        yield ts.console_log("second")
        yield ts.toast("third")


@app.quart.get("/unnamed")
async def tell_unnamed() -> list[str]:
    """Those of all sessions."""
    return [kind for session in app._engine.sessions.values() for kind in unnamed_effects(session)]


@ts.page(route="/", title="Mishaps")
def index() -> ts.Component:
    return ts.vstack(
        ts.text(Mishaps.count, id="count"),
        ts.button("Increment", on_click=Mishaps.increment),
        ts.button("Fail", on_click=Mishaps.fail),
        ts.button("Fail behind", on_click=Mishaps.fail_behind),
        ts.button("Toast", on_click=Mishaps.toast),
        ts.button("Log", on_click=Mishaps.log),
        ts.button("Focus", on_click=Mishaps.focus),
        ts.button("Fill", on_click=Mishaps.fill),
        ts.button("Go", on_click=Mishaps.go),
        ts.button("Several", on_click=Mishaps.several),
        ts.button("Direct", on_click=ts.toast("bound to the button")),
        ts.input(id="field"),
    )


@ts.page(route="/other", title="Other", on_load=Mishaps.arrive)
def other() -> ts.Component:
    return ts.vstack(
        ts.text("other ", Mishaps.count, id="other"),
        ts.text(Mishaps.unnamed, id="unnamed"),
        ts.link("Back", href="/"),
    )


@ts.page(route="/broken", title="Broken")
def broken() -> ts.Component:
    raise ValueError("a page that fails, and a secret")
