"""The page of 1,000 rows that is measured: each row shows texts, a badge and a button.

At `/` the rows come by the first snapshot, as from a database; at `/standing` they stand in the
page's own HTML. Beside a hand-written page, in `bare_rows`.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

import triostate as ts

app = ts.App(modules=[__name__])

ROWS = 1000
COLORS = {"paid": "green", "open": "amber", "late": "red"}
STATES = tuple(COLORS)


@attrs.define
class Order:
    """One row."""

    number: int
    customer: str
    field: str
    amount: float
    state: str


def make_order(number: int) -> Order:
    """Return the order of that number; the same on every run."""
    state = STATES[number % len(STATES)]
    return Order(number, f"Customer {number}", f"Field {number % 7}", number * 1.5 + 0.25, state)


class Orders(ts.State):
    """The orders, none until the page is opened."""

    orders: list[Order] = []
    chosen: int = 0
    made: int = ROWS

    @ts.event
    def load(self) -> None:
        """Fetch the orders."""
        self.orders = [make_order(number) for number in range(ROWS)]

    @ts.event
    def append(self) -> None:
        """Put one more row at the end."""
        self.orders.append(make_order(self.made))
        self.made += 1

    @ts.event
    def change(self) -> None:
        """Change one cell in the middle."""
        self.orders[ROWS // 2].amount += 1

    @ts.event
    def remove(self) -> None:
        """Take the first row away, by which the place of every other one changes."""
        del self.orders[0]

    @ts.event
    def assign(self) -> None:
        """Put a list made anew in place of the list, with one more row."""
        self.orders = [*ts.plain(self.orders), make_order(self.made)]
        self.made += 1

    @ts.event
    def choose(self, number: int) -> None:
        """Take the click of a row's button."""
        self.chosen = number


class Standing(ts.State):
    """Orders that are there from the first."""

    orders: list[Order] = [make_order(number) for number in range(ROWS)]


def _row(order: Order) -> ts.Component:
    return ts.el.tr(
        ts.el.td(order.number),
        ts.el.td(order.customer),
        ts.el.td(order.field),
        ts.el.td(order.amount),
        ts.el.td(ts.badge(order.state, color_scheme=ts.match(order.state, *COLORS.items()))),
        ts.el.td(ts.button("Choose", size="1", on_click=Orders.choose(order.number))),
    )


def _table(orders: list[Order]) -> ts.Component:
    key: Callable[[Order], int] = lambda order: order.number  # noqa: E731
    return ts.el.table(ts.el.tbody(ts.foreach(orders, _row, key=key), id="rows"))


@ts.page(route="/", title="Orders", on_load=Orders.load)
def index() -> ts.Component:
    """Show the orders, and a button for each way to change them."""
    return ts.vstack(
        ts.hstack(
            ts.button("Append", id="append", on_click=Orders.append),
            ts.button("Change", id="change", on_click=Orders.change),
            ts.button("Remove", id="remove", on_click=Orders.remove),
            ts.button("Assign", id="assign", on_click=Orders.assign),
            ts.text(ts.length(Orders.orders), " orders"),
        ),
        _table(Orders.orders),
    )


@ts.page(route="/standing", title="Standing orders")
def standing() -> ts.Component:
    """Show orders that are in the page's HTML."""
    return _table(Standing.orders)
