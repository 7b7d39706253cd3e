"""An operations dashboard behind a login: live tiles, 10,000 orders, a job, a form."""

import random
from functools import partial

import attrs
import trio

import triostate as ts
from examples.accounts import HOME, Visitor, sign_out_button, signed_in

ORDERS_PAGE, JOBS_PAGE, FORM_PAGE = f"{HOME}/orders", f"{HOME}/jobs", f"{HOME}/new"
MENU = {HOME: "Overview", ORDERS_PAGE: "Orders", JOBS_PAGE: "Jobs", FORM_PAGE: "New order"}
PRICES = {"Desk lamp": 39, "Keyboard": 74, "Monitor arm": 89, "Office chair": 249}
STOCK = dict.fromkeys(PRICES, 30)
STATUSES = {"new": "blue", "paid": "violet", "shipped": "green", "late": "red"}
CUSTOMERS = ["Ada Lovelace", "Alan Turing", "Barbara Liskov", "Edsger Dijkstra", "Radia Perlman"]
muted = partial(ts.text, size="2", color_scheme="gray")


@attrs.define
class Order:
    number: int
    customer: str
    product: str
    total: int
    status: str


def make_order(number):
    customer, product, status = map(random.choice, (CUSTOMERS, [*PRICES], [*STATUSES]))
    return Order(number, customer, product, PRICES[product] * random.randint(1, 3), status)


# On the server, once for all tabs. A real app would ask a database.
ORDERS = [make_order(number) for number in range(1, 10_001)]


# What every page stands in. Whom `signed_in` refuses gets no page, and no handler of it runs.
def page(route, *on_load):
    def layout(content):
        header = ts.hstack(
            ts.el.nav(*map(menu_link, MENU), aria_label="Operations", margin_left="-0.75rem"),
            ts.spacer(),
            ts.cond(Jobs.reindex.running, ts.badge(ts.spinner(size="1"), "Re-indexing")),
            muted(Visitor.name),
            ts.color_mode_button(size="1"),
            sign_out_button(),
        )
        return ts.vstack(header, ts.heading(MENU[route]), content, spacing="5", align="stretch")

    events, title = [Visitor.enter, *on_load], f"{MENU[route]} - Operations"
    return ts.page(route, title=title, layout=layout, require=signed_in, on_load=events)


def menu_link(route):
    is_here = ts.State.router.page.path == route
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


METRICS = {  # what is counted, a typical number, seconds from one measurement to the next
    "Throughput": ("orders a minute", 840, 0.5),
    "Errors": ("in 10,000 requests", 24, 1),
    "Queue": ("orders to pack", 36, 2),
}


class Overview(ts.State):
    trends: dict[str, list[int]] = {name: [0] * 32 for name in METRICS}

    # A run for each metric, for as long as the page is shown.
    @ts.event(background=True, policy="drop", key=lambda name: name, scope="page")
    async def watch(self, name: str):
        _, typical, seconds = METRICS[name]
        while True:
            async with self:
                measured = round(typical * random.uniform(0.75, 1.25))
                self.trends[name] = [*self.trends[name][1:], measured]
            await trio.sleep(seconds)


@page(HOME, *map(Overview.watch, METRICS))
def overview():
    def tile(name):
        def bar(measured):
            height = f"{measured / typical * 60}%"
            return ts.box(height=height, border_radius=2, background="var(--primary)")

        (unit, typical, _), trend = METRICS[name], Overview.trends[name]
        is_high = trend[-1] > typical * 1.15
        level, color = ts.cond(is_high, "High", "Normal"), ts.cond(is_high, "amber", "green")
        shown = ts.fragment(
            ts.hstack(muted(name), ts.badge(level, color_scheme=color), justify="between"),
            ts.heading(trend[-1], size="8", as_="h2"),
            muted(unit),
            ts.grid(ts.foreach(trend, bar), columns=32, align="end", spacing="1", height=88),
        )
        return ts.card(ts.skeleton(shown, loading=trend[-1] == 0))

    return ts.grid(*map(tile, METRICS), columns=["1", "2", "3"], spacing="4")


# The orders are filtered, sorted and cut on the server: one page of them goes to the browser.
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


@page(ORDERS_PAGE, Orders.show(0))
def orders():
    def head(column):
        arrow = ts.cond(Orders.column == column, ts.cond(Orders.descending, " ↓", " ↑"), "")
        sort = ts.el.button(column.title(), arrow, type="button", on_click=Orders.sort_by(column))
        return ts.table.column_header_cell(sort, justify="end" if column == "total" else None)

    def row(order):
        status = ts.badge(order.status, color_scheme=ts.match(order.status, *STATUSES.items()))
        total = ts.table.cell(f"{order.total:,}", justify="end")
        words = map(ts.table.cell, (order.number, order.customer, order.product))
        return ts.table.row(*words, total, ts.table.cell(status))

    def turn(label, page, disabled):
        return ts.button(label, on_click=Orders.show(page), disabled=disabled, variant="soft")

    look, choose = Orders.search.debounce(0.25), (Orders.set_status, Orders.show(0))
    search = ts.input(value=Orders.text, on_change=look, type="search", placeholder="Search")
    status = ts.select(["any", *STATUSES], value=Orders.status, on_change=choose, label="Status")
    header = ts.table.header(ts.table.row(*map(head, attrs.fields_dict(Order))))
    body = ts.table.body(ts.foreach(Orders.rows, row))
    before = Orders.page * 15
    shown = before + ts.length(Orders.rows)
    turning = ts.hstack(
        muted(f"{before + 1:,} to {shown:,} of {Orders.found:,}"),
        ts.spacer(),
        turn("Previous", Orders.page - 1, Orders.page == 0),
        turn("Next", Orders.page + 1, shown >= Orders.found),
    )
    return ts.fragment(
        ts.hstack(search, status),
        ts.skeleton(ts.table.root(header, body, label="Orders"), loading=Orders.found < 0),
        ts.cond(Orders.found == 0, ts.callout("No order is like that.", icon="search-x"), turning),
    )


# A job goes on while its tab is on other pages, and ends with the tab.
class Jobs(ts.State):
    past: list[str] = []

    @ts.event(background=True, policy="drop")
    async def reindex(self):
        done = 0
        try:
            for first in ts.track(range(0, len(ORDERS), 100)):
                await trio.sleep(0.1)  # the work
                done = min(first + 100, len(ORDERS))
        finally:
            async with self:  # works after a cancellation, too
                outcome = "Finished" if done == len(ORDERS) else "Stopped"
                self.past = [f"{outcome} after {done:,} orders", *self.past[:7]]


@page(JOBS_PAGE)
def jobs():
    running, progress = Jobs.reindex.running, Jobs.reindex.progress
    start = ts.button("Re-index", on_click=Jobs.reindex)
    stop = ts.button("Stop", on_click=Jobs.reindex.cancel, variant="soft")
    return ts.card(
        ts.vstack(
            muted("Reads all orders anew, and goes on while you look at other pages."),
            ts.progress(value=ts.cond(running, progress, 0), label="Orders read"),
            ts.cond(running, stop, start),
            ts.foreach(Jobs.past, muted),
        )
    )


def is_somebody(_entry, _field, customer):
    if not customer.strip():
        raise ValueError("Who is it for?")


# A form fills a class. What is wrong stands beside its field, and what was entered stays.
@attrs.frozen
class Entry:
    customer: str = attrs.field(validator=is_somebody)
    product: str
    quantity: int


class NewOrder(ts.State):
    @ts.event
    def place(self, entry: Entry):
        in_stock = STOCK.get(entry.product, 0)  # which only the server knows
        if not 1 <= entry.quantity <= in_stock:
            raise ts.FormError({"quantity": f"From 1 to {in_stock}, which are in stock."})
        STOCK[entry.product] -= entry.quantity
        number, total = len(ORDERS) + 1, PRICES[entry.product] * entry.quantity
        ORDERS.append(Order(number, entry.customer, entry.product, total, "new"))
        return [ts.toast(f"Order {number:,} is placed.", "success"), ts.redirect(ORDERS_PAGE)]


@page(FORM_PAGE)
def new_order():
    form = ts.form(
        ts.form_field("Customer", ts.input(name="customer", max_length=80)),
        ts.form_field("Product", ts.select([*PRICES], name="product", placeholder="Choose one")),
        ts.form_field("Quantity", ts.number_input(name="quantity", default_value=1)),
        ts.button("Place the order", type="submit"),
        on_submit=NewOrder.place,
    )
    return ts.card(form, width="min(28rem, 100%)")
