"""An operations dashboard behind a login: live tiles, 10,000 orders, a job, a form.

Whom `signed_in` refuses gets no page, and no handler of it runs. So it is handlers that load.
"""

import hashlib
import hmac
import os
import random
import secrets
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

import quart
import trio

import triostate as ts

# The orders: on the server, once for all tabs. A real app would ask a database.

PRICES = {"Desk lamp": 39, "Keyboard": 74, "Monitor arm": 89, "Office chair": 249}
STATUSES = {"new": "blue", "paid": "violet", "shipped": "green", "late": "red"}
CUSTOMERS = ["Ada Lovelace", "Alan Turing", "Barbara Liskov", "Edsger Dijkstra", "Radia Perlman"]


@dataclass
class Order:
    number: int
    customer: str
    product: str
    total: int
    status: str


def make_order(number):
    product = random.choice([*PRICES])
    total = PRICES[product] * random.randint(1, 3)
    return Order(number, random.choice(CUSTOMERS), product, total, random.choice([*STATUSES]))


ORDERS = [make_order(number) for number in range(1, 10_001)]


def find_orders(text, status, column, *, descending):
    def fits(order):
        described = f"{order.number} {order.customer} {order.product}".casefold()
        return status in ("any", order.status) and all(w in described for w in words)

    words = text.casefold().split()
    return sorted(filter(fits, ORDERS), key=lambda o: getattr(o, column), reverse=descending)


# Who may come in. The form goes to a route, as only the answer to a request can set a cookie.

ACCOUNTS = {  # full name, salt, hash of the password
    "ada": ("Ada Lovelace", "5e1f0c9ab3d76428", "f8446942beb3aaeacab169b45675e84c543df5cb"),
    "grace": ("Grace Hopper", "c27b86d4019fe35a", "504c95c300744d6f51f8e7dda883172629a339d1"),
}
NOBODY = ("Nobody", "00", "")
one_at_a_time = trio.Lock()  # so that guessing passwords is slow, and takes one processor at most
sign_outs: WeakValueDictionary[str, trio.Event] = WeakValueDictionary()  # of logins with open tabs


def hash_password(password, salt):
    made = hashlib.scrypt(password.encode(), salt=bytes.fromhex(salt), n=2**14, r=8, p=5, dklen=20)
    return made.hex()


def signed_in(visit: ts.Visit):
    return visit.quart_session.get("user") in ACCOUNTS or "/operations/login"


def end_login():
    sign_outs.pop(quart.session.get("login", ""), trio.Event()).set()
    quart.session.clear()


def install(app: ts.App):
    # Set SECRET_KEY if logins are to outlive the server, or several workers are to know them.
    app.quart.secret_key = os.environ.get("SECRET_KEY") or secrets.token_hex()

    @app.quart.post("/operations/sign-in")
    async def sign_in():
        form = await quart.request.form
        user, password = form.get("user", ""), form.get("password", "")
        _, salt, known = ACCOUNTS.get(user, NOBODY)  # an unknown name takes as long as a known one
        async with one_at_a_time:
            made = await ts.run_in_thread(hash_password, password, salt)
        if not hmac.compare_digest(made, known):
            return quart.redirect("/operations/login?failed", 303)
        end_login()
        quart.session.update(user=user, login=secrets.token_hex())
        return quart.redirect("/operations", 303)

    @app.quart.post("/operations/sign-out")
    async def sign_out():
        end_login()
        return quart.redirect("/operations/login", 303)


class Visitor(ts.State):
    name: str = ""
    failed: bool = False

    @ts.event
    def knock(self):
        self.failed = "failed" in self.router.page.params

    @ts.event
    def enter(self):
        self.name = ACCOUNTS[self.router.quart_session["user"]][0]

    @ts.event(background=True, policy="drop")
    async def close_on_sign_out(self):
        login = self.router.quart_session["login"]
        await sign_outs.setdefault(login, trio.Event()).wait()
        self.session.close()


@ts.page(route="/operations/login", title="Sign in - Operations", on_load=Visitor.knock)
def login():
    sign_in = ts.el.form(
        ts.heading("Operations"),
        ts.cond(
            Visitor.failed,
            ts.callout("Wrong name or password.", color_scheme="red", role="alert", width="100%"),
        ),
        ts.form_field("Name", ts.input(name="user", auto_focus=True)),
        ts.form_field("Password", ts.input(name="password", type="password")),
        ts.button("Sign in", type="submit", width="100%"),
        muted("Demo accounts: ada with “engine”, grace with “compiler”."),
        action="/operations/sign-in",
        method="post",
        class_name="ts-form",
    )
    return ts.center(ts.card(sign_in, size="3", width="min(24rem, 100%)"), min_height="80vh")


# What every page stands in: behind the login, below the navigation.

TITLES = {
    "/operations": "Overview",
    "/operations/orders": "Orders",
    "/operations/jobs": "Jobs",
    "/operations/new": "New order",
}


def page(route, *on_load):
    def declare(content):
        @ts.page(
            route=route,
            title=f"{TITLES[route]} - Operations",
            require=signed_in,
            on_load=[Visitor.enter, Visitor.close_on_sign_out, *on_load],
        )
        def show():
            return ts.vstack(header(route), content(), spacing="5", align="stretch")

        return content

    return declare


def header(route):
    sign_out = ts.button("Sign out", type="submit", variant="soft", size="1")
    return ts.fragment(
        ts.hstack(
            ts.el.nav([nav_link(to, to == route) for to in TITLES], margin_left="-0.75rem"),
            ts.spacer(),
            ts.cond(Jobs.reindex.running, ts.badge(ts.spinner(size="1"), "Re-indexing")),
            muted(Visitor.name),
            ts.el.form(sign_out, action="/operations/sign-out", method="post"),
        ),
        ts.heading(TITLES[route]),
    )


def nav_link(route, is_current):
    looks = {"padding": "0.375rem 0.75rem", "font_size": "0.875rem", "text_decoration": "none"}
    if is_current:
        looks |= {"background": "var(--accent)", "border_radius": "99px"}
    current = "page" if is_current else None
    return ts.link(
        TITLES[route], href=route, aria_current=current, color_scheme="gray", style=looks
    )


def muted(*words):
    return ts.text(*words, size="2", color_scheme="gray")


# Live tiles: a run for each, for as long as the page is shown.


@dataclass
class Tile:
    name: str
    unit: str
    typical: float
    limit: float
    seconds: float  # from one measurement to the next
    value: float = 0
    trend: list[float] = field(default_factory=lambda: [0] * 32)


class Overview(ts.State):
    tiles: list[Tile] = [
        Tile("Throughput", "orders a minute", 840, 1000, 0.5),
        Tile("Errors", "in 10,000 requests", 24, 28, 1),
        Tile("Queue", "orders to pack", 36, 42, 2),
    ]
    latest: list[Order] = []

    @ts.event
    def load(self):
        self.latest = ORDERS[:-6:-1]

    @ts.event(background=True, policy="drop", key=lambda number: number, scope="page")
    async def watch(self, number: int):
        while True:
            async with self:
                tile = self.tiles[number]
                tile.value = measure(tile)
                tile.trend = [*tile.trend[1:], min(100, 60 * tile.value / tile.typical)]
            await trio.sleep(tile.seconds)


def measure(tile):
    before = tile.value or tile.typical
    return round((before + tile.typical * random.uniform(0.5, 1.5)) / 2)


@page("/operations", Overview.load, *map(Overview.watch, range(3)))
def overview():
    columns = "repeat(auto-fit, minmax(min(100%, 15rem), 1fr))"
    return ts.fragment(
        ts.grid(ts.foreach(Overview.tiles, tile_card), columns=columns, spacing="4"),
        ts.heading("Latest orders", size="4", as_="h2"),
        ts.table.root(ts.table.body(ts.foreach(Overview.latest, order_row)), label="Latest orders"),
    )


def tile_card(tile):
    level = ts.cond(tile.value > tile.limit, "High", "Normal")
    color = ts.cond(tile.value > tile.limit, "amber", "green")
    return ts.card(
        ts.skeleton(
            ts.hstack(muted(tile.name), ts.badge(level, color_scheme=color), justify="between"),
            ts.heading(tile.value, size="8", as_="h2"),
            muted(tile.unit),
            ts.grid(ts.foreach(tile.trend, bar), columns=32, align="end", spacing="1", height=56),
            loading=tile.value == 0,
        )
    )


def bar(percent):
    return ts.box(height=f"{percent}%", border_radius=2, background="var(--primary)")


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
        found = find_orders(self.text, self.status, self.column, descending=self.descending)
        self.page, self.found = max(0, page), len(found)
        self.rows = found[self.page * 15 : self.page * 15 + 15]

    @ts.event(background=True, policy="replace")
    async def search(self, text: str):
        await trio.sleep(0.25)  # the next keystroke replaces this run
        async with self:
            self.text = text
            self.show(0)

    @ts.event
    def sort_by(self, column: str):
        self.descending = self.column == column and not self.descending
        self.column = column
        self.show(0)


@page("/operations/orders", Orders.show(0))
def orders():
    before = Orders.page * 15
    shown = before + ts.length(Orders.rows)
    return ts.fragment(
        ts.hstack(
            ts.input(
                type="search",
                placeholder="Number, customer or product",
                aria_label="Search",
                value=Orders.text,
                on_change=Orders.search,
                width="18rem",
            ),
            ts.select(
                ["any", *STATUSES],
                label="Status",
                value=Orders.status,
                on_change=[Orders.set_status, Orders.show(0)],
            ),
        ),
        ts.skeleton(
            ts.table.root(
                ts.table.header(ts.table.row(*map(sort_header, Order.__annotations__))),
                ts.table.body(ts.foreach(Orders.rows, order_row)),
                label="Orders",
            ),
            loading=Orders.found < 0,
        ),
        ts.cond(
            Orders.found == 0,
            ts.callout("No order is like that.", icon="search-x"),
            ts.hstack(
                muted(f"{before + 1:,} to {shown:,} of {Orders.found:,}"),
                ts.spacer(),
                page_button("Previous", Orders.page - 1, Orders.page == 0),
                page_button("Next", Orders.page + 1, shown >= Orders.found),
            ),
        ),
    )


def page_button(label, page, disabled):
    return ts.button(label, on_click=Orders.show(page), disabled=disabled, variant="soft")


def sort_header(column):
    arrow = ts.cond(Orders.column == column, ts.cond(Orders.descending, " ↓", " ↑"), "")
    sort = ts.el.button(column.capitalize(), arrow, type="button", on_click=Orders.sort_by(column))
    return ts.table.column_header_cell(sort, justify="end" if column == "total" else None)


def order_row(order):
    color = ts.match(order.status, *STATUSES.items())
    return ts.table.row(
        ts.table.cell(order.number),
        ts.table.cell(order.customer),
        ts.table.cell(order.product),
        ts.table.cell(f"{order.total:,}", justify="end"),
        ts.table.cell(ts.badge(order.status, color_scheme=color)),
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


@page("/operations/jobs")
def jobs():
    progress = ts.cond(Jobs.reindex.running, Jobs.reindex.progress, 0)
    return ts.fragment(
        ts.card(
            ts.vstack(
                muted("Reads all orders anew, and goes on while you look at other pages."),
                ts.progress(value=progress, label="Orders read"),
                muted(f"{Jobs.done:,} of {len(ORDERS):,} orders"),
                ts.cond(
                    Jobs.reindex.running,
                    ts.button("Stop", on_click=Jobs.reindex.cancel, variant="soft"),
                    ts.button("Re-index", on_click=Jobs.reindex),
                ),
            )
        ),
        ts.card(
            ts.vstack(
                ts.heading("Past runs", size="4", as_="h2"),
                ts.foreach(Jobs.past, past_run),
                ts.cond(Jobs.past, None, muted("None yet.")),
            )
        ),
    )


def past_run(outcome):
    sign = ts.cond(outcome.startswith("Finished"), ts.icon("circle-check"), ts.icon("circle-slash"))
    return ts.hstack(sign, muted(outcome))


# A form: what is wrong stands beside its field, and nothing that was entered is lost.


class NewOrder(ts.State):
    errors: dict[str, str] = {}

    @ts.event
    def place(self, entry: dict[str, str]):
        customer, product, quantity = entry["customer"], entry.get("product", ""), entry["quantity"]
        self.errors = {}
        if not customer.strip():
            self.errors["customer"] = "Who is it for?"
        if product not in PRICES:
            self.errors["product"] = "Choose one."
        if quantity not in map(str, range(1, 51)):
            self.errors["quantity"] = "From 1 to 50."
        if not self.errors:
            number = len(ORDERS) + 1
            ORDERS.append(Order(number, customer, product, PRICES[product] * int(quantity), "new"))
            return [
                ts.toast(f"Order {number:,} is placed.", "success"),
                ts.redirect("/operations/orders"),
            ]


@page("/operations/new", NewOrder.set_errors({}))
def new_order():
    def field(name, control):
        return ts.form_field(name.capitalize(), control, error=NewOrder.errors.get(name, ""))

    return ts.card(
        ts.form(
            field("customer", ts.input(name="customer")),
            field("product", ts.select([*PRICES], name="product", placeholder="Choose one")),
            field("quantity", ts.number_input(name="quantity", default_value=1)),
            ts.button("Place the order", type="submit"),
            on_submit=NewOrder.place,
        ),
        width="min(28rem, 100%)",
    )
