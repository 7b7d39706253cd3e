"""An operations dashboard behind a login: live tiles, 10,000 orders, a job, a form."""

import random
from typing import Literal

import attrs
import trio

import triostate as ts
from examples.accounts import HOME, Visitor, sign_out_button, signed_in

# The orders: on the server, once for all tabs. A real app would ask a database.

Product = Literal["Desk lamp", "Keyboard", "Monitor arm", "Office chair"]
PRICES: dict[Product, int]
PRICES = {"Desk lamp": 39, "Keyboard": 74, "Monitor arm": 89, "Office chair": 249}
STOCK = dict.fromkeys(PRICES, 30)
STATUSES = {"new": "blue", "paid": "violet", "shipped": "green", "late": "red"}
CUSTOMERS = ["Ada Lovelace", "Alan Turing", "Barbara Liskov", "Edsger Dijkstra", "Radia Perlman"]


@attrs.define
class Order:
    number: int
    customer: str
    product: Product
    total: int
    status: str


def make_order(number):
    customer, product = random.choice(CUSTOMERS), random.choice(list(PRICES))
    total = PRICES[product] * random.randint(1, 3)
    return Order(number, customer, product, total, random.choice(list(STATUSES)))


ORDERS = [make_order(number) for number in range(1, 10_001)]

# What every page stands in: below the navigation, and behind the login. Whom `signed_in` refuses
# gets no page, and no handler of it runs. So it is handlers that load.

ORDERS_PAGE = f"{HOME}/orders"
MENU = {HOME: "Overview", ORDERS_PAGE: "Orders", f"{HOME}/jobs": "Jobs", f"{HOME}/new": "New order"}


def page(route, title, *on_load):
    return ts.page(
        route=route,
        title=f"{title} - Operations",
        layout=lambda content: shell(title, content),
        require=signed_in,
        on_load=[Visitor.enter, *on_load],
    )


def shell(title, content):
    header = ts.hstack(
        ts.el.nav(*map(menu_link, MENU), aria_label="Operations", margin_left="-0.75rem"),
        ts.spacer(),
        ts.cond(Jobs.reindex.running, ts.badge(ts.spinner(size="1"), "Re-indexing")),
        muted(Visitor.name),
        ts.color_mode_button(size="1"),
        sign_out_button(),
    )
    return ts.vstack(header, ts.heading(title), content, spacing="5", align="stretch")


def menu_link(route):
    path = ts.State.router.page.path
    is_here = path == route if route == HOME else path.startswith(route)
    return ts.link(
        MENU[route],
        href=route,
        aria_current=ts.cond(is_here, "page", None),
        font_weight=ts.cond(is_here, "600", "400"),
        color_scheme="gray",
        font_size="0.875rem",
        padding="0.375rem 0.75rem",
        border_radius="99px",
        text_decoration="none",
        _hover={"background": "var(--accent)"},
    )


def muted(*words):
    return ts.text(*words, size="2", color_scheme="gray")


# Live tiles: a run for each, for as long as the page is shown.


@attrs.define
class Tile:
    name: str
    unit: str
    typical: float
    limit: float
    seconds: float  # from one measurement to the next
    value: float = 0
    trend: list[float] = attrs.field(factory=lambda: [0.0] * 32)


class Overview(ts.State):
    tiles: list[Tile] = [
        Tile("Throughput", "orders a minute", 840, 1000, 0.5),
        Tile("Errors", "in 10,000 requests", 24, 28, 1),
        Tile("Queue", "orders to pack", 36, 42, 2),
    ]

    @ts.event(background=True, policy="drop", key=lambda number: number, scope="page")
    async def watch(self, number: int):
        while True:
            async with self:
                tile = self.tiles[number]
                measured = tile.typical * random.uniform(0.5, 1.5)
                tile.value = round(((tile.value or tile.typical) + measured) / 2)
                tile.trend = [*tile.trend[1:], min(100, 60 * tile.value / tile.typical)]
            await trio.sleep(tile.seconds)


@page(HOME, "Overview", *map(Overview.watch, range(3)))
def overview():
    def bar(percent):
        return ts.box(height=f"{percent}%", border_radius=2, background="var(--primary)")

    def card(tile):
        high, normal = (
            ts.badge("High", color_scheme="amber"),
            ts.badge("Normal", color_scheme="green"),
        )
        level = ts.cond(tile.value > tile.limit, high, normal)
        shown = ts.fragment(
            ts.hstack(muted(tile.name), level, justify="between"),
            ts.heading(tile.value, size="8", as_="h2"),
            muted(tile.unit),
            ts.grid(ts.foreach(tile.trend, bar), columns=32, align="end", spacing="1", height=88),
        )
        return ts.card(ts.skeleton(shown, loading=tile.value == 0))

    return ts.grid(ts.foreach(Overview.tiles, card), columns=["1", "2", "3"], spacing="4")


# The orders: filtered, sorted and cut on the server. One page of them goes to the browser.


class Orders(ts.State):
    text: str = ""
    status: str = "any"
    column: str = "number"
    descending: bool = True
    page: int = 0
    found: int = -1
    rows: list[Order] = []

    @ts.event
    def show(self, page: int):
        def fits(order):
            described = f"{order.number} {order.customer} {order.product}".casefold()
            return status in ("any", order.status) and all(w in described for w in words)

        words, status, column = self.text.casefold().split(), self.status, self.column
        found = [order for order in ORDERS if fits(order)]
        found.sort(key=lambda order: getattr(order, column), reverse=self.descending)
        self.page, self.found = max(0, page), len(found)
        self.rows = found[self.page * 15 : self.page * 15 + 15]

    @ts.event
    def search(self, text: str):
        self.text = text
        self.show(0)

    @ts.event
    def sort_by(self, column: str):
        self.descending = self.column == column and not self.descending
        self.column = column
        self.show(0)


@page(ORDERS_PAGE, "Orders", Orders.show(0))
def orders():
    def sort_header(column):
        arrow = ts.cond(Orders.column == column, ts.cond(Orders.descending, " ↓", " ↑"), "")
        sort = ts.el.button(column.title(), arrow, type="button", on_click=Orders.sort_by(column))
        return ts.table.column_header_cell(sort, justify="end" if column == "total" else None)

    def row(order):
        return ts.table.row(
            ts.table.cell(ts.link(order.number, href=f"{ORDERS_PAGE}/{order.number}")),
            ts.table.cell(order.customer),
            ts.table.cell(order.product),
            ts.table.cell(f"{order.total:,}", justify="end"),
            ts.table.cell(status_badge(order.status)),
        )

    def turn(label, page, disabled):
        return ts.button(label, on_click=Orders.show(page), disabled=disabled, variant="soft")

    search = ts.input(
        value=Orders.text,
        on_change=Orders.search.debounce(0.25),
        type="search",
        placeholder="Number, customer or product",
        aria_label="Search",
        width="18rem",
    )
    status = ts.select(
        ["any", *STATUSES],
        value=Orders.status,
        on_change=[Orders.set_status, Orders.show(0)],
        label="Status",
    )
    before = Orders.page * 15
    shown = before + ts.length(Orders.rows)
    header = ts.table.header(ts.table.row(*map(sort_header, attrs.fields_dict(Order))))
    table = ts.table.root(header, ts.table.body(ts.foreach(Orders.rows, row)), label="Orders")
    return ts.fragment(
        ts.hstack(search, status),
        ts.skeleton(table, loading=Orders.found < 0),
        ts.cond(
            Orders.found == 0,
            ts.callout("No order is like that.", icon="search-x"),
            ts.hstack(
                muted(f"{before + 1:,} to {shown:,} of {Orders.found:,}"),
                ts.spacer(),
                turn("Previous", Orders.page - 1, Orders.page == 0),
                turn("Next", Orders.page + 1, shown >= Orders.found),
            ),
        ),
    )


def status_badge(status):
    return ts.badge(status, color_scheme=ts.match(status, *STATUSES.items()))


# One order, at an address of its own.


class OneOrder(ts.State):
    order: Order = Order(0, "", "Desk lamp", 0, "new")

    @ts.event
    def load(self):
        number = self.router.page.params["id"]
        order = next((order for order in ORDERS if str(order.number) == number), None)
        if order is None:
            return [ts.toast(f"There is no order {number}.", "error"), ts.redirect(ORDERS_PAGE)]
        self.order = order

    @ts.event
    def ship(self):
        self.order.status = ORDERS[self.order.number - 1].status = "shipped"


@page(f"{ORDERS_PAGE}/[id]", f"Order {ts.State.router.page.params['id']}", OneOrder.load)
def one_order():
    order = OneOrder.order
    return ts.card(
        ts.vstack(
            status_badge(order.status),
            ts.heading(order.product, size="5", as_="h2"),
            muted(f"{order.total:,} for {order.customer}"),
            ts.button("Ship", on_click=OneOrder.ship, disabled=order.status == "shipped"),
        ),
        width="min(28rem, 100%)",
    )


# A job: it goes on while its tab is on other pages, and ends with the tab.


class Jobs(ts.State):
    done: int = 0
    past: list[str] = []

    @ts.event(background=True, policy="drop")
    async def reindex(self):
        outcome = "Stopped"
        try:
            for first in ts.track(range(0, len(ORDERS), 100)):
                await trio.sleep(0.1)  # the work
                async with self:
                    self.done = min(first + 100, len(ORDERS))
            outcome = "Finished"
        finally:
            async with self:  # works after a cancellation, too
                self.past = [f"{outcome} after {self.done:,} orders", *self.past[:7]]
                self.done = 0


@page(f"{HOME}/jobs", "Jobs")
def jobs():
    running, progress = Jobs.reindex.running, Jobs.reindex.progress
    start = ts.button("Re-index", on_click=Jobs.reindex)
    stop = ts.button("Stop", on_click=Jobs.reindex.cancel, variant="soft")
    return ts.card(
        ts.vstack(
            muted("Reads all orders anew, and goes on while you look at other pages."),
            ts.progress(value=ts.cond(running, progress, 0), label="Orders read"),
            muted(f"{Jobs.done:,} of {len(ORDERS):,} orders"),
            ts.cond(running, stop, start),
            ts.foreach(Jobs.past, muted),
        )
    )


# A form fills a class. What is wrong stands beside its field, and what was entered stays.


def is_somebody(_entry, _field, customer):
    if not customer.strip():
        raise ValueError("Who is it for?")


@attrs.frozen
class Entry:
    customer: str = attrs.field(validator=is_somebody)
    product: Product
    quantity: int


class NewOrder(ts.State):
    @ts.event
    def place(self, entry: Entry):
        in_stock = STOCK[entry.product]  # which only the server knows
        if not 1 <= entry.quantity <= in_stock:
            raise ts.FormError({"quantity": f"From 1 to {in_stock}, which are in stock."})
        STOCK[entry.product] -= entry.quantity
        number, total = len(ORDERS) + 1, PRICES[entry.product] * entry.quantity
        ORDERS.append(Order(number, entry.customer, entry.product, total, "new"))
        placed = ts.toast(f"Order {number:,} is placed.", "success")
        return [placed, ts.redirect(f"{ORDERS_PAGE}/{number}")]


@page(f"{HOME}/new", "New order")
def new_order():
    product = ts.select(list(PRICES), name="product", placeholder="Choose one")
    form = ts.form(
        ts.form_field("Customer", ts.input(name="customer", max_length=80)),
        ts.form_field("Product", product),
        ts.form_field("Quantity", ts.number_input(name="quantity", default_value=1)),
        ts.button("Place the order", type="submit"),
        on_submit=NewOrder.place,
    )
    return ts.card(form, width="min(28rem, 100%)")
