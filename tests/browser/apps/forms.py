"""An app of inputs, with a background task that changes the page while one types."""

import trio

import triostate as ts

app = ts.App(modules=[__name__])


class Forms(ts.State):
    ticks: int = 0
    note: str = "note"
    shout: str = "LOUD"
    number: int = 7
    amount: int = 5
    ratio: float = 0.5
    done: bool = False
    order: str = ""

    @ts.event
    def shout_it(self, text: str):
        self.shout = text.upper()

    @ts.event
    def clamp(self, amount: int):
        self.amount = max(0, min(10, amount))

    @ts.event
    def put(self, letter: str):
        self.order += letter

    @ts.event
    def replace_note(self):
        self.note = "from the server"

    @ts.event(background=True, policy="drop")
    async def tick(self):
        while True:
            async with self:
                self.ticks += 1
            await trio.sleep(0.02)


@ts.page(route="/", title="Forms")
def index() -> ts.Component:
    return ts.vstack(
        ts.text(Forms.ticks, id="ticks"),
        ts.button("Tick", on_click=Forms.tick),
        ts.label("Note", ts.input(value=Forms.note, on_change=Forms.set_note)),
        ts.text(Forms.note, id="note"),
        ts.button("Replace", on_click=Forms.replace_note),
        ts.label("Shout", ts.input(value=Forms.shout, on_change=Forms.shout_it)),
        ts.text(Forms.shout, id="shout"),
        ts.label("Number", ts.input(value=Forms.number, on_change=Forms.set_number)),
        ts.text(Forms.number, id="number"),
        ts.label("Amount", ts.number_input(value=Forms.amount, on_change=Forms.clamp)),
        ts.text(Forms.amount, id="amount"),
        ts.label("Ratio", ts.number_input(value=Forms.ratio, step=0.1, on_change=Forms.set_ratio)),
        ts.text(Forms.ratio, id="ratio"),
        ts.checkbox("Done", checked=Forms.done, on_change=Forms.set_done),
        ts.text(Forms.done, id="done"),
        ts.hstack(*(ts.button(f"Put {c}", on_click=Forms.put(c)) for c in "abc")),
        ts.text(Forms.order, id="order"),
    )
