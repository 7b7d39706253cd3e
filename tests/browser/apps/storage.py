"""An app with vars that live in the browser, one of each kind."""

import triostate as ts

app = ts.App(modules=[__name__])
sessions = {}

DEFAULT = "default"


class Kept(ts.State):
    local: str = ts.LocalStorage(DEFAULT, name="local")
    shared: str = ts.LocalStorage(DEFAULT, name="shared", sync=True)
    tab: str = ts.SessionStorage(DEFAULT, name="tab")
    cookie: str = ts.Cookie(DEFAULT, name="cookie", max_age_seconds=3600, same_site="strict")
    brief: str = ts.Cookie(DEFAULT, name="brief")
    numbers: list[int] = ts.LocalStorage([1], name="numbers")
    plain: str = DEFAULT
    on_loading: str = ""
    token: str = ""

    @ts.event
    def arrive(self):
        self.on_loading = self.local
        self.token = self.get_token()
        sessions[self.token] = self.session

    @ts.event
    def change(self, to: str):
        self.local = self.shared = self.tab = self.cookie = self.brief = self.plain = to
        self.numbers.append(len(self.numbers) + 1)

    @ts.event
    def fail(self):
        self.local = self.tab = self.cookie = "half done"
        raise ValueError("on purpose")


@app.quart.get("/forget/<token>")
async def forget(token: str) -> dict[str, str]:
    """End a session, as a restart of the server ends all."""
    await sessions.pop(token).aclose()
    return {}


@ts.page(route="/", title="Storage", on_load=Kept.arrive)
def index() -> ts.Component:
    return ts.vstack(
        ts.text(Kept.local, id="local"),
        ts.text(Kept.shared, id="shared"),
        ts.text(Kept.tab, id="tab"),
        ts.text(Kept.cookie, id="cookie"),
        ts.text(Kept.brief, id="brief"),
        ts.text(Kept.numbers, id="numbers"),
        ts.text(Kept.plain, id="plain"),
        ts.text(Kept.on_loading, id="on_loading"),
        ts.text(Kept.token, id="token"),
        ts.link("There", href=Kept.local, id="link"),
        ts.button("Change", on_click=Kept.change("ä;b, c%41 \N{SNOWMAN}")),
        ts.button("Again", on_click=Kept.change("again")),
        ts.button("Fail", on_click=Kept.fail),
    )
