"""An app whose state can be asked for beside its streams: `/state/<token>`, as JSON."""

from __future__ import annotations

import trio

import triostate as ts
from triostate.state.codec import encode_value

app = ts.App(modules=[__name__])


class Ledger(ts.State):
    total: int = 0
    rows: list[dict[str, int]] = []
    log: str = ""

    @ts.var
    def count(self) -> int:
        return len(self.rows)

    @ts.event(background=True)
    async def book(self):
        for number in range(20):
            async with self:
                self.total += number
                self.rows.insert(0, {"number": number})
                self.log += f"{number} "
                if number % 5 == 0:
                    del self.rows[-1]
            await trio.sleep(0.01)


@ts.page(route="/", title="Ledger")
def index():
    return ts.button("Book", on_click=Ledger.book)


@app.quart.get("/state/<token>")
async def state(token: str):
    async with app.modify_state(token) as root:
        ledger = root.get_substate(Ledger)
        values = {name: ts.plain(getattr(ledger, name)) for name in Ledger._fields}
        return {name: encode_value(value) for name, value in values.items()} | {
            "count": ledger.count
        }
