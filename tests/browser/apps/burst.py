"""An app whose background handler commits as fast as Python can, for a while."""

import time

import trio

import triostate as ts

BURST_SECONDS = 2.5

app = ts.App(modules=[__name__])
ends: dict[str, tuple[int, float]] = {}


class Burst(ts.State):
    token: str = ""
    value: int = 0
    clicks: int = 0

    @ts.event
    def arrive(self):
        self.token = self.get_token()

    @ts.event
    def click(self):
        self.clicks += 1

    @ts.event(background=True)
    async def burst(self):
        """Run without a pause, and note the last value and when it was committed."""
        end = trio.current_time() + BURST_SECONDS
        while trio.current_time() < end:
            async with self:
                self.value += 1
        ends[self.get_token()] = (self.value, time.time())


@app.quart.get("/end/<token>")
async def tell_end(token: str) -> list[float]:
    return list(ends.get(token, ()))


@ts.page(route="/", title="Burst", on_load=Burst.arrive)
def index() -> ts.Component:
    return ts.vstack(
        ts.text(Burst.token, id="token"),
        ts.text(Burst.value, id="value"),
        ts.text(Burst.clicks, id="clicks"),
        ts.text(Burst.burst.running, id="running"),
        ts.button("Burst", on_click=Burst.burst),
        ts.button("Click", on_click=Burst.click, id="click"),
    )
