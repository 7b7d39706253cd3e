"""The operations example: who gets in, and what the pages do for those who are."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import urlencode

import pytest
import trio

import triostate as ts
from examples import accounts, operations
from examples.gallery import app
from examples.operations import MENU, METRICS, ORDERS, STOCK, NewOrder, Order, Orders, Overview
from triostate.testing import Answer, Browser, Client, RefusedError, Tab, isolated, virtual

FORM = {"content-type": "application/x-www-form-urlencoded"}


async def sign_in(browser: Browser, user: str = "ada", password: str = "engine") -> Answer:
    """Send what the page to sign in at sends; the cookie stays in the browser."""
    form = urlencode({"user": user, "password": password, "next": "https://evil.example/"})
    return await browser.request("POST", "/operations/sign-in", form.encode(), FORM)


async def open_page(client: Client, path: str) -> Tab:
    """Sign in and open a page."""
    await sign_in(client)
    return await client.open(path)


def numbers(tab: Tab) -> list[int]:
    """Return the numbers of the orders that the browser has."""
    return [order.number for order in tab.value(Orders, "rows")]


@virtual
async def test_all_pages_are_behind_the_login() -> None:
    """Who has not signed in is led to the page for that, and no tab of theirs gets anything."""
    async with Client(app) as client:
        for path in MENU:
            answer = await client.request("GET", path)
            assert (answer.status, answer.headers["location"]) == (303, "/operations/login")
            wish = {"token": "", "page": path}
            assert (await client.post("/_triostate/attach", wish)).status == 403


@pytest.mark.parametrize(
    "user, password",
    [
        ("ada", "wrong"),
        ("ada", ""),
        ("eve", "engine"),
        ("", ""),
        ("Nobody", ""),
        ("ada", "compiler"),
    ],
)
@virtual
async def test_wrong_name_or_password(user: str, password: str) -> None:
    """All that is wrong is answered alike, opens nothing, and is said on the page."""
    async with Client(app) as client:
        answer = await sign_in(client, user, password)
        assert (answer.status, answer.headers["location"]) == (303, "/operations/login?failed")
        assert (await client.request("GET", "/operations")).status == 303
        async with client.tab("/operations/login?failed") as tab:
            await tab.wait_text("Wrong name or password.")


@virtual
async def test_another_site_cannot_sign_in_or_out() -> None:
    """A form of another site is refused: nobody is signed in, or out, unawares."""
    foreign = {**FORM, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    async with Client(app) as client:
        for path in ("/operations/sign-in", "/operations/sign-out"):
            assert (await client.request("POST", path, b"", foreign)).status == 403


@virtual
async def test_signing_in() -> None:
    """The right password leads to the dashboard, wherever the form says, and shows the name."""
    async with Client(app) as client:
        answer = await sign_in(client, "grace", "compiler")
        assert (answer.status, answer.headers["location"]) == (303, "/operations")
        assert "HttpOnly" in answer.headers["set-cookie"]
        async with client.tab("/operations") as tab:
            await tab.wait_text("Grace Hopper")


@virtual
async def test_signing_out_closes_the_tabs_of_the_login() -> None:
    """All tabs of the browser that signs out end at once; another browser's go on."""
    async with Client(app) as client:
        other = client.browser()
        await sign_in(other, "ada", "engine")
        first, second = (
            await open_page(client, "/operations"),
            await client.open("/operations/jobs"),
        )
        third = await other.open("/operations")
        await second.click("Re-index")
        sessions = first.session, second.session
        answer = await client.request("POST", "/operations/sign-out", b"", FORM)
        assert answer.headers["location"] == "/operations/login"
        for session in sessions:
            await session.closed.wait()
        assert {task.token for task in app.background_tasks} == {third.token}
        await second.reload()
        assert second.path == "/operations/login"
        await third.wait_text("Ada Lovelace")


@virtual
async def test_signing_in_as_somebody_else() -> None:
    """It ends the tabs that were open under the former name."""
    async with Client(app) as client:
        tab = await open_page(client, "/operations")
        session = tab.session
        await sign_in(client, "grace", "compiler")
        await session.closed.wait()
        await tab.reload()
        await tab.wait_text("Grace Hopper")


@virtual
async def test_a_cookie_is_worth_nothing_after_signing_out() -> None:
    """A copy of the cookie that somebody has kept opens nothing once its login is over."""
    async with Client(app) as client:
        await sign_in(client)
        kept = dict(client.cookies)
        await client.request("POST", "/operations/sign-out", b"", FORM)
        client.cookies.update(kept)
        assert (await client.request("GET", "/operations")).status == 303
        wish = {"token": "", "page": "/operations"}
        assert (await client.post("/_triostate/attach", wish)).status == 403


def test_secret_key() -> None:
    """The key that signs the logins is random, and of each app's own."""
    keys = []
    for _ in range(2):
        with isolated():
            made = ts.App()
        accounts.install(made)
        keys.append(made.quart.secret_key)
    assert len({*keys}) == 2
    assert all(isinstance(key, str) and len(key) == 64 for key in keys)


@virtual
async def test_tiles_tick() -> None:
    """Each tile is measured at its own pace, as long as the page is shown (12, 48)."""
    async with Client(app) as client:
        tab = await open_page(client, "/operations")
        await trio.sleep(3.1)
        await trio.testing.wait_all_tasks_blocked()
        for name, trend in tab.value(Overview, "trends").items():
            assert sum(measured > 0 for measured in trend) == 1 + int(3.1 / METRICS[name][2])
            assert str(trend[-1]) in tab.text()
        assert len(app.background_tasks) == 4
        await tab.goto("/operations/orders")
        await tab.until(lambda: len(app.background_tasks) == 1)


@virtual
async def test_one_page_of_orders() -> None:
    """Of ten thousand orders the browser has fifteen, the latest first, and pages on and back."""
    async with Client(app) as client:
        tab = await open_page(client, "/operations/orders")
        await tab.wait_text(f"1 to 15 of {len(ORDERS):,}")
        latest = [order.number for order in reversed(ORDERS)]
        assert numbers(tab) == latest[:15]
        assert tab.find("Previous").is_disabled
        await tab.click("Next")
        assert "16 to 30 of" in tab.text()
        assert numbers(tab) == latest[15:30]
        await tab.click("Previous")
        assert numbers(tab) == latest[:15]


@virtual
async def test_filters() -> None:
    """Words and status narrow the orders; what is typed is looked for when the typing pauses."""
    async with Client(app) as client:
        tab = await open_page(client, "/operations/orders")
        await tab.change("Status", "late")
        for text in ("a", "ada", "ada lamp"):
            await tab.fill("Search", text)
            await trio.sleep(0.1)
        assert "late" in {order.status for order in tab.value(Orders, "rows")}
        assert tab.value(Orders, "text") == ""
        fitting = [
            order.number
            for order in reversed(ORDERS)
            if (order.customer, order.product, order.status)
            == ("Ada Lovelace", "Desk lamp", "late")
        ]
        await tab.wait_text(f"1 to 15 of {len(fitting):,}")
        assert numbers(tab) == fitting[:15]
        await tab.fill("Search", "nobody of that name")
        await tab.wait_text("No order is like that.")


@virtual
async def test_last_page() -> None:
    """The last page has what is left, and no next one."""
    async with Client(app) as client:
        tab = await open_page(client, "/operations/orders")
        await tab.fill("Search", "9999")
        await tab.wait_text("1 to 1 of 1")
        assert tab.find("Next").is_disabled


@virtual
async def test_sorts() -> None:
    """A column's name sorts by it, and pressed again the other way round; from the first page."""
    async with Client(app) as client:
        tab = await open_page(client, "/operations/orders")
        await tab.click("Next")
        await tab.click("Total")
        totals = sorted(order.total for order in ORDERS)
        assert [order.total for order in tab.value(Orders, "rows")] == totals[:15]
        assert tab.has("Total ↑")
        await tab.click("Total ↑")
        assert [order.total for order in tab.value(Orders, "rows")] == totals[:-16:-1]


@virtual
async def test_job() -> None:
    """The job shows how far it is, on other pages too, and its end stands in the log (44)."""
    async with Client(app) as client:
        tab = await open_page(client, "/operations/jobs")
        await tab.click("Re-index")
        await trio.sleep(5)
        assert 0.4 < float(tab.find("Orders read").attributes["value"]) < 0.6
        await tab.goto("/operations/new")
        await tab.wait_text("Re-indexing")
        await tab.until(lambda: "Re-indexing" not in tab.text())
        await tab.goto("/operations/jobs")
        await tab.wait_text(f"Finished after {len(ORDERS):,} orders")


@virtual
async def test_stopped_job() -> None:
    """A job that is stopped says so in the log, with what it had done (45)."""
    async with Client(app) as client:
        tab = await open_page(client, "/operations/jobs")
        await tab.click("Re-index")
        await trio.sleep(1.05)
        await tab.click("Stop")
        await tab.wait_text("Stopped after 1,000 orders")
        assert tab.has("Re-index")


@virtual
async def test_order_with_errors() -> None:
    """What is wrong stands beside each field; a wrong entry places nothing."""
    async with Client(app) as client:
        tab = await open_page(client, "/operations/new")
        before = len(ORDERS)
        await tab.fill("Customer", " ")
        await tab.click("Place the order")
        assert tab.errors == {"customer": "Who is it for?", "product": "is required"}
        await tab.fill("Customer", "Alan Kay")
        await tab.change("Product", "Keyboard")
        for quantity in ("0", "31"):
            await tab.fill("Quantity", quantity)
            await tab.click("Place the order")
            told = {"quantity": "From 1 to 30, which are in stock."}
            await tab.until(lambda told=told: tab.errors == told)
        assert len(ORDERS) == before


@virtual
async def test_order_that_no_form_sends() -> None:
    """An entry that was tampered with places nothing."""
    entry = {"customer": "Alan Kay", "product": "Tent", "quantity": "1"}
    async with Client(app) as client:
        tab = await open_page(client, "/operations/new")
        before = len(ORDERS)
        with suppress(RefusedError):
            await tab.fire(NewOrder.place, "submit", form=entry, fields=[*entry.items()])
        assert len(ORDERS) == before


@virtual
async def test_order_is_placed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A right entry places the order, takes it from the stock, and leads to the orders."""
    monkeypatch.setattr(operations, "ORDERS", [*ORDERS])
    monkeypatch.setitem(STOCK, "Keyboard", 3)
    number = len(ORDERS) + 1
    async with Client(app) as client:
        tab = await open_page(client, "/operations/new")
        await tab.fill("Customer", "Alan Kay")
        await tab.change("Product", "Keyboard")
        await tab.fill("Quantity", "3")
        await tab.click("Place the order")
        await tab.wait_path("/operations/orders")
        assert tab.toasts == [f"Order {number:,} is placed."]
        await tab.until(lambda: numbers(tab)[:1] == [number])
        assert tab.value(Orders, "rows")[0] == Order(number, "Alan Kay", "Keyboard", 222, "new")
        assert STOCK["Keyboard"] == 0


@virtual
async def test_current_page_is_marked() -> None:
    """One link of the navigation is of the page on show."""
    async with Client(app) as client:
        tab = await open_page(client, "/operations")
        for path in MENU:
            await tab.goto(path)
            links = [tab.find(name, at=0) for name in MENU.values()]
            current = [link.text for link in links if "aria-current" in link.attributes]
            assert current == [MENU[path]]
