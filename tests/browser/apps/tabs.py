"""An app of which many tabs are open: each counts for itself, and tells when it has ended."""

import os

import trio

import triostate as ts

# Short where a test waits for a grace to end, long where it must not end.
app = ts.App(
    modules=[__name__],
    hosts=["tabs.test"],  # a name that browsers do not trust without TLS
    transport="websocket" if "BY_SOCKET" in os.environ else "stream",
    detach_grace_seconds=float(os.environ.get("DETACH_GRACE_SECONDS", "60")),
)
ended: list[str] = []


class Tab(ts.State):
    token: str = ""
    count: int = 0
    ticks: int = 0
    heard: list[str] = []

    @ts.var
    def said(self) -> str:
        return " ".join(self.heard)

    @ts.event
    def arrive(self):
        self.token = self.get_token()

    @ts.event
    def add(self):
        self.count += 1

    @ts.event
    def hear(self, word: str):
        self.heard.append(word)

    @ts.event(background=True)
    async def tick(self):
        try:
            while True:
                async with self:
                    self.ticks += 1
                await trio.sleep(0.05)
        finally:
            ended.append(self.get_token())


@app.quart.get("/ended")
async def tell_ended() -> list[str]:
    return ended


@app.quart.get("/values/<token>")
async def tell_values(token: str) -> dict[str, str]:
    """What the session's page is to show."""
    async with app.modify_state(token) as root:
        tab = root.get_substate(Tab)
        return {"count": str(tab.count), "ticks": str(tab.ticks), "heard": tab.said}


@app.quart.get("/other")
async def other() -> str:
    return "a page of another kind"


@ts.page(route="/", title="Tab", on_load=Tab.arrive)
def index() -> ts.Component:
    return ts.vstack(
        ts.text(Tab.token, id="token"),
        ts.text(Tab.count, id="count"),
        ts.text(Tab.ticks, id="ticks"),
        ts.text(Tab.said, id="heard"),
        ts.text(Tab.tick.running, id="running"),
        ts.input(id="draft"),
        ts.button("Add", on_click=Tab.add),
        ts.button("Tick", on_click=Tab.tick),
        ts.button("Stop", on_click=Tab.tick.cancel),
        ts.button("a", on_click=Tab.hear("a")),
        ts.button("b", on_click=Tab.hear("b")),
    )
