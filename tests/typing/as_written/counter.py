"""The counter, as it is shown first."""

import trio
import triostate as ts


class Counter(ts.State):
    value: int = 0
    limit: int = 10
    _runs: int = 0                      # backend var: never leaves the server

    @ts.event
    def reset_value(self):
        self.value = 0

    @ts.event(background=True, policy="drop")
    async def count_up(self):
        while True:
            async with self:            # the state block: exclusive, atomic
                if self.value >= self.limit:
                    return
                self.value += 1
            await trio.sleep(0.5)       # the page stays live meanwhile


@ts.page(route="/", title="Counter")
def index():
    return ts.hstack(
        ts.heading(Counter.value, " / ", Counter.limit),
        ts.number_input(value=Counter.limit, on_change=Counter.set_limit, width="8em"),
        ts.cond(
            Counter.count_up.running,
            ts.button("Stop", on_click=Counter.count_up.cancel),
            ts.button("Start", on_click=Counter.count_up),
        ),
        ts.button("Reset", on_click=Counter.reset_value),
    )
