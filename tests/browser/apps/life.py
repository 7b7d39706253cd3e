"""An app that shows what becomes of a tab's session and its tasks."""

import trio

import triostate as ts

app = ts.App(modules=[__name__])
ended: list[str] = []


class Life(ts.State):
    token: str = ""
    word: str = "default"
    ticks: int = 0

    @ts.event
    def arrive(self):
        self.token = self.get_token()

    @ts.event
    def change(self):
        self.word = "changed"

    @ts.event(background=True)
    async def tick(self):
        try:
            while True:
                async with self:
                    self.ticks += 1
                await trio.sleep(0.05)
        finally:
            ended.append(self.get_token())


@app.quart.get("/running")
async def running() -> dict[str, object]:
    return {"running": len(app.background_tasks), "ended": ended}


@ts.page(route="/", title="Life", on_load=Life.arrive)
def index() -> ts.Component:
    return ts.vstack(
        ts.text(Life.token, id="token"),
        ts.text(Life.word, id="word"),
        ts.text(Life.ticks, id="ticks"),
        ts.button("Change", on_click=Life.change),
        ts.button("Tick", on_click=Life.tick),
    )
