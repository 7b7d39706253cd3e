"""User code that is right: both checkers, at their strictest, find nothing in it."""

import attrs
import trio

import triostate as ts


class Counter(ts.State):
    value: int = 0
    limit: int = 10
    _runs: int = 0

    @ts.event
    def reset_value(self) -> None:
        self.value = 0

    @ts.event(background=True, policy="drop")
    async def count_up(self) -> None:
        while True:
            async with self:
                if self.value >= self.limit:
                    return
                self.value += 1
            await trio.sleep(0.5)


@ts.page(route="/", title="Counter")
def index() -> ts.Component:
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


class MyTaskState(ts.State):
    counter: int = 0
    max_counter: int = 10
    running: bool = False
    _n_tasks: int = 0

    @ts.background
    async def my_task(self) -> None:
        async with self as s:
            if s._n_tasks > 0:
                return
            s._n_tasks += 1

        while True:
            async with self as s:
                if s.counter >= s.max_counter:
                    s.running = False
                if not s.running:
                    s._n_tasks -= 1
                    return
                s.counter += 1
            await trio.sleep(0.5)

    def toggle_running(self) -> object:
        self.running = not self.running
        return MyTaskState.my_task if self.running else None

    def clear_counter(self) -> None:
        self.counter = 0


def background_task_example() -> ts.Component:
    return ts.hstack(
        ts.heading(MyTaskState.counter, " /"),
        ts.number_input(
            value=MyTaskState.max_counter, on_change=MyTaskState.set_max_counter, width="8em"
        ),
        ts.button(
            ts.cond(~MyTaskState.running, "Start", "Stop"), on_click=MyTaskState.toggle_running
        ),
        ts.button("Reset", on_click=MyTaskState.clear_counter),
    )


@attrs.define
class Item:
    name: str
    price: float = 1.0


class Cart(ts.State):
    items: list[Item] = []
    note: ts.Field[str] = ts.field("")

    @ts.var
    def total(self) -> float:
        return sum(item.price for item in self.items)

    @ts.event
    def add(self, name: str) -> None:
        self.items.append(Item(name))
        self.note = name.upper()

    @ts.event
    def remove(self, index: int) -> None:
        del self.items[index]


def _row(item: Item) -> ts.Component:
    return ts.text(item.name, f"{item.price:.2f}")


def cart() -> ts.Component:
    return ts.vstack(
        ts.foreach(Cart.items, _row),
        ts.text("Total ", Cart.total, " of ", ts.length(Cart.items)),
        ts.input(value=Cart.note, on_change=Cart.note.set),
        ts.button("Add", on_click=Cart.add("apple")),
        ts.button("Remove", on_click=[Cart.remove(0), Cart.add("pear")]),
    )


async def from_outside(app: ts.App, token: str) -> None:
    async with app.modify_state(token) as state:
        state.get_substate(Cart).note = "outside"
        state.get_substate(["state", "cart"]).note = "by name"
