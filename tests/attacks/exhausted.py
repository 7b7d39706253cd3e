"""The app that real servers serve to those who would exhaust it; clients say where they are."""

import triostate as ts

app = ts.App(modules=[__name__], trusted_proxies=["127.0.0.1"])


class Counter(ts.State):
    n: int = 0

    @ts.event
    def add(self) -> None:
        self.n += 1


@ts.page(route="/")
def index() -> ts.Component:
    return ts.button(Counter.n, on_click=Counter.add)


@app.quart.get("/counts")
async def counts() -> dict[str, int]:
    engine = app._engine
    return {"sessions": len(engine.sessions), "streams": len(engine.streams._open)}
