"""Vars that live in the browser: how long each kind stays there, and what may stand there."""

import json
import re
from typing import Any, Literal

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Served
from tests.browser.looking import expect_live, get_json, open_live, press

STORAGE = "tests.browser.apps.storage:app"
KINDS = ("local", "shared", "tab", "cookie", "brief")
CHANGED = "ä;b, c%41 \N{SNOWMAN}"

# A page whose session is gone asks for another.
LOSES_ITS_SESSION = pytest.mark.expect_page_errors("410")


def stored(page: Page) -> dict[str, Any]:
    """Return what the browser has under the vars' names, read there and then."""
    return page.evaluate("""() => {
        const cookies = Object.fromEntries(document.cookie.split("; ").map((c) => c.split("=")));
        return {
            local: localStorage.getItem("local"), shared: localStorage.getItem("shared"),
            numbers: localStorage.getItem("numbers"), tab: sessionStorage.getItem("tab"),
            cookie: cookies.cookie && decodeURIComponent(cookies.cookie),
            brief: cookies.brief && decodeURIComponent(cookies.brief),
        }
    }""")


def keep(page: Page, where: Literal["local", "session"], **texts: str) -> None:
    """Put texts into the browser's storage, as another script or its user may."""
    # As JSON in ASCII: a lone surrogate does not come through otherwise.
    put = f"([key, text]) => {where}Storage.setItem(key, JSON.parse(text))"
    for key, text in texts.items():
        page.evaluate(put, [key, json.dumps(text)])


def expect_shown(page: Page, **values: str) -> None:
    """Wait until the page shows each value at its name."""
    for name, value in values.items():
        expect(page.locator(f"#{name}")).to_have_text(value)


def token_of(page: Page) -> str:
    """Return the token that the session itself wrote on the page."""
    expect(page.locator("#token")).to_have_text(re.compile(r"^\S{20,}$"))
    return page.locator("#token").inner_text()


def lose_session(page: Page, url: str) -> None:
    """End the page's session and wait until the page has come back with another."""
    token = token_of(page)
    get_json(f"{url}/forget/{token}")
    expect(page.locator("#token")).not_to_have_text(token)
    expect_live(page)


@LOSES_ITS_SESSION
def test_by_kind(served: Served, context: BrowserContext) -> None:
    """A new tab has what all tabs share, and no more; a lost session has its tab's own as well."""
    url = served(STORAGE)
    first = context.new_page()
    open_live(first, url)
    expect_shown(first, **dict.fromkeys(KINDS, "default"), numbers="[1]", on_loading="default")
    assert set(stored(first).values()) == {None}  # a default is not written
    press(first, "Change")
    expect_shown(first, **dict.fromkeys(KINDS, CHANGED), numbers="[1, 2]", plain=CHANGED)

    second = context.new_page()
    open_live(second, url)
    expect_shown(second, local=CHANGED, shared=CHANGED, cookie=CHANGED, brief=CHANGED)
    expect_shown(second, numbers="[1, 2]", tab="default", plain="default", on_loading=CHANGED)

    lose_session(first, url)
    expect_shown(first, **dict.fromkeys(KINDS, CHANGED), numbers="[1, 2]", on_loading=CHANGED)
    expect_shown(first, plain="default")
    first.reload()
    expect_shown(first, **dict.fromkeys(KINDS, CHANGED), numbers="[1, 2]")


def test_written_at_once(served: Served, page: Page) -> None:
    """What a handler sets is in the browser as soon as it is on the page, before any reload."""
    url = served(STORAGE)
    open_live(page, url)
    press(page, "Change")
    expect_shown(page, plain=CHANGED)
    assert stored(page) == {**dict.fromkeys(KINDS, CHANGED), "numbers": "[1,2]"}
    press(page, "Again")
    page.reload()
    expect_shown(page, **dict.fromkeys(KINDS, "again"), numbers="[1, 2, 3]")
    assert stored(page) == {**dict.fromkeys(KINDS, "again"), "numbers": "[1,2,3]"}


def test_cookie(served: Served, page: Page) -> None:
    """A cookie has the attributes it was declared with, and the script of the page can read it."""
    open_live(page, served(STORAGE))
    press(page, "Change")
    expect_shown(page, plain=CHANGED)
    found = {cookie["name"]: cookie for cookie in page.context.cookies() if "name" in cookie}
    assert {name: found["cookie"].get(name) for name in ("path", "sameSite", "httpOnly")} == {
        "path": "/",
        "sameSite": "Strict",
        "httpOnly": False,
    }
    assert found["cookie"].get("expires", -1) > 0
    assert (found["brief"].get("expires"), found["brief"].get("sameSite")) == (-1, "Lax")


def test_failed_handler(served: Served, page: Page) -> None:
    """What a handler set before it raised is not written (31)."""
    open_live(page, served(STORAGE))
    press(page, "Change")
    expect_shown(page, plain=CHANGED)
    before = stored(page)
    press(page, "Fail")
    expect(page.locator("#ts-toasts .toast")).to_have_count(1)
    assert stored(page) == before
    expect_shown(page, local=CHANGED, tab=CHANGED, cookie=CHANGED)


def test_two_tabs(served: Served, context: BrowserContext) -> None:
    """A synchronised var follows the other tab at once; the others keep to their sessions (54)."""
    url = served(STORAGE)
    first, second = context.new_page(), context.new_page()
    for page in (first, second):
        open_live(page, url)
    press(first, "Change")
    expect_shown(second, shared=CHANGED)
    expect_shown(second, local="default", cookie="default", tab="default", plain="default")
    assert stored(second)["tab"] is None
    press(second, "Again")
    expect_shown(first, shared="again", local=CHANGED, tab=CHANGED)
    assert (stored(first)["tab"], stored(second)["tab"]) == (CHANGED, "again")
    # The last to write has written; what a tab did not write is news to it at its reload.
    first.reload()
    expect_shown(first, local="again", cookie="again", tab=CHANGED, plain=CHANGED)


def test_copied_tab(served: Served, context: BrowserContext) -> None:
    """A tab that is opened as a copy begins with its own copy of the tab's values."""
    first = context.new_page()
    open_live(first, served(STORAGE))
    press(first, "Change")
    expect_shown(first, tab=CHANGED)
    with context.expect_page() as opened:
        first.evaluate("() => { window.open(location.href) }")
    copy = opened.value
    expect_shown(copy, tab=CHANGED, plain="default")
    press(copy, "Again")
    expect_shown(copy, tab="again")
    expect_shown(first, tab=CHANGED)
    assert (stored(first)["tab"], stored(copy)["tab"]) == (CHANGED, "again")


UNREADABLE = [
    *("", "{", "null", '"text"', '{"$float": "x"}', "[1, 9007199254740993]", "1e999"),
    *('["\\ud800"]', "\ud800", '{"__proto__": 1}', '{"$set": [1]}'),
    *("[" * 9999, "[" * 40 + "]" * 40, f"[{'1,' * 40_000}1]"),
]


@LOSES_ITS_SESSION
def test_tampered(served: Served, page: Page) -> None:
    """What does not read as the var's type is the default, and spoils no other var."""
    url = served(STORAGE)
    open_live(page, url)
    for text in UNREADABLE:
        keep(page, "local", numbers=text, local="kept")
        page.evaluate("() => { document.cookie = 'cookie=%E0%A4%A; Path=/' }")
        keep(page, "session", **{"ts-stored": "{"})
        lose_session(page, url)
        expect_shown(page, numbers="[1]", local="kept", cookie="default", tab="default")
        press(page, "Change")
        expect_shown(page, numbers="[1, 2]", cookie=CHANGED, plain=CHANGED)
        assert (stored(page)["numbers"], stored(page)["cookie"]) == ("[1,2]", CHANGED)
        page.evaluate("() => sessionStorage.removeItem('tab')")


RUNNABLE = [
    "<img src=x onerror='window.hacked = 1'>",
    "<script>window.hacked = 1</script>",
    "javascript:window.hacked=1",
    "{{window.hacked = 1}} ${window.hacked = 1}",
    "state.kept.plain",
]


@LOSES_ITS_SESSION
def test_nothing_is_run(served: Served, page: Page) -> None:
    """What stands there is a value: shown as text, and no address to go to if it is none."""
    url = served(STORAGE)
    open_live(page, url)
    for text in RUNNABLE:
        keep(page, "local", local=text)
        keep(page, "session", tab=text)
        lose_session(page, url)
        expect_shown(page, local=text, tab=text)
        assert not (page.locator("#link").get_attribute("href") or "").startswith("javascript:")
        assert page.evaluate("() => window.hacked") is None
