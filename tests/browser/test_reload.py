"""`triostate run`: an edit is on the page, a mistake is shown over it, and no tab stays dead."""

import os
import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.developing import Development
from tests.browser.looking import expect_live, open_live, press

# A server that is started again may take a connection along that the browser has kept, and one that
# is broken answers so: the page gets over it, and that it does is what is tested here.
pytestmark = pytest.mark.expect_page_errors(
    "ERR_", r"status 50\d", r"status 404", "Failed to load resource", "request failed"
)

SHOP = """\
import triostate as ts


class Shop(ts.State):
    name: str = "nobody"
    size: str = "small"
    gift: bool = False
    kept: ts.Field[str] = ts.LocalStorage("nothing")
    count: int = 0

    @ts.event
    def add(self):
        self.count += 1

    @ts.event
    def keep(self):
        self.kept = "something"


@ts.page(route="/", title="Shop")
def index():
    return ts.vstack(
        ts.heading("First version"),
        ts.input(value=Shop.name, on_change=Shop.set_name, aria_label="Name"),
        ts.input(aria_label="Note"),
        ts.checkbox(checked=Shop.gift, on_change=Shop.set_gift, aria_label="Gift"),
        ts.text("For ", Shop.name, id="for"),
        ts.text(ts.cond(Shop.gift, "wrapped", "plain"), id="gift"),
        ts.text(Shop.kept, id="kept"),
        ts.button("Add", on_click=Shop.add),
        ts.button("Keep", on_click=Shop.keep),
        ts.text(Shop.count, id="count"),
        ts.box(height="200vh"),
    )


@ts.page(route="/other", title="Other")
def other():
    return ts.heading("The other page")
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a project of one module."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "shop.py").write_text(SHOP, encoding="utf-8")
    (project / "pyproject.toml").write_text('[tool.triostate]\napp = "shop"\n', encoding="utf-8")
    return project


@pytest.fixture
def develop(folder: Path, tmp_path: Path) -> Iterator[Callable[..., Development]]:
    """Give a function that runs `triostate run`; Ctrl-C has to end what still runs."""
    started: list[Development] = []

    def start(**options: int) -> Development:
        made = Development(folder, tmp_path / "run.log", **options)
        started.append(made)
        return made

    try:
        yield start
        for made in started:
            if made.running:
                assert made.stop() == 0, made.log_text
                assert "Traceback (most recent call last)" not in made.log_text.partition("^C")[2]
    finally:
        for made in started:
            made.kill()


@pytest.fixture
def run(develop: Callable[..., Development]) -> Development:
    """Give the project as it is served."""
    return develop()


def expect_overlay(page: Page, *texts: str) -> None:
    """Wait until the page is covered by what is wrong, and look for these texts in it."""
    for text in texts:
        expect(page.get_by_role("dialog")).to_contain_text(text, timeout=20_000)


def test_an_edit_is_on_the_page(run: Development, page: Page) -> None:
    """What is saved is what the page shows, in every tab, each time."""
    open_live(page, run.base_url)
    second = page.context.new_page()
    open_live(second, run.base_url)
    before = "First version"
    for version in ("Second version", "Third version"):
        run.edit("shop.py", before, version)
        for tab in (page, second):
            expect(tab.get_by_role("heading", name=version)).to_be_visible()
            expect_live(tab)
        before = version
    press(page, "Add")
    expect(page.locator("#count")).to_have_text("1")


def test_what_was_entered_is_kept(run: Development, page: Page) -> None:
    """Half-filled forms, the focus, the scroll and what the browser stores survive an edit."""
    open_live(page, run.base_url)
    page.get_by_label("Gift").check()
    page.get_by_label("Note").fill("not bound to anything")
    press(page, "Keep")
    expect(page.locator("#kept")).to_have_text("something")
    page.get_by_label("Name").press_sequentially("!")
    page.get_by_label("Name").fill("Ada")
    expect(page.locator("#for")).to_have_text("For Ada")
    page.evaluate("() => scrollTo(0, 321)")
    run.edit("shop.py", "First version", "Second version")
    expect(page.get_by_role("heading", name="Second version")).to_be_attached()
    expect_live(page)
    expect(page.get_by_label("Name")).to_have_value("Ada")
    expect(page.get_by_label("Name")).to_be_focused()
    expect(page.get_by_label("Note")).to_have_value("not bound to anything")
    expect(page.get_by_label("Gift")).to_be_checked()
    expect(page.locator("#for")).to_have_text("For Ada")  # the server has it again
    expect(page.locator("#gift")).to_have_text("wrapped")
    expect(page.locator("#kept")).to_have_text("something")
    assert page.evaluate("() => scrollY") == 321


def test_a_syntax_error_is_shown_and_goes(run: Development, page: Page) -> None:
    """The overlay names file and line and quotes it; mended, the page is back with its form."""
    open_live(page, run.base_url)
    page.get_by_label("Note").fill("half of it")
    run.edit("shop.py", "    count: int = 0\n", "    count: int = (0\n")
    expect_overlay(page, "SyntaxError", "'(' was never closed", "shop.py:9", "count: int = (0")
    expect(page.get_by_label("Note")).to_have_value("half of it")
    run.edit("shop.py", "= (0", "= 0")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect_live(page)
    expect(page.get_by_label("Note")).to_have_value("half of it")
    press(page, "Add")
    expect(page.locator("#count")).to_have_text("1")


def test_one_mistake_after_another(run: Development, page: Page) -> None:
    """Another mistake takes the place of the first."""
    open_live(page, run.base_url)
    run.edit("shop.py", "import triostate as ts", "import triostate as ts\nimport not_there")
    expect_overlay(page, "ModuleNotFoundError", "not_there", "shop.py:2")
    run.edit("shop.py", "import not_there", "1 / 0")
    expect_overlay(page, "ZeroDivisionError", "shop.py:2")
    run.edit("shop.py", "\n1 / 0", "")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect_live(page)


def test_a_new_tab_of_a_broken_app(run: Development, page: Page) -> None:
    """A tab opened meanwhile says the same, and becomes the page when it is mended."""
    run.edit("shop.py", "class Shop(ts.State):", "class Shop(ts.State:")
    run.wait_for_log(re.compile(r"shop.py:4: importing shop: SyntaxError"))
    page.goto(f"{run.base_url}/other")
    expect_overlay(page, "SyntaxError", "shop.py:4")
    run.edit("shop.py", "class Shop(ts.State:", "class Shop(ts.State):")
    expect(page.get_by_role("heading", name="The other page")).to_be_visible()
    expect_live(page)


def test_started_broken(folder: Path, develop: Callable[..., Development], page: Page) -> None:
    """An app that is broken from the start is served as one, and is there when it is mended."""
    text = (folder / "shop.py").read_text(encoding="utf-8")
    (folder / "shop.py").write_text("sys.exit(3)\n" + text, encoding="utf-8")
    run = develop()
    page.goto(run.base_url)
    expect_overlay(page, "NameError", "shop.py:1")
    run.edit("shop.py", "sys.exit(3)", "import sys; sys.exit(3)")
    expect_overlay(page, "SystemExit", "shop.py:1")
    run.edit("shop.py", "import sys; sys.exit(3)\n", "")
    expect_live(page)


def test_a_page_that_does_not_compile(run: Development, context: BrowserContext) -> None:
    """A bad prop is shown on its own page; the other pages live."""
    broken, well = context.new_page(), context.new_page()
    open_live(broken, run.base_url)
    open_live(well, f"{run.base_url}/other")
    run.edit("shop.py", 'ts.heading("First version")', 'ts.heading("First version", sizes="7")')
    expect_overlay(broken, "PageError", "heading has no prop 'sizes'", "did you mean 'size'")
    expect_overlay(broken, 'ts.heading("First version", sizes="7")', "page /")
    expect_live(well)
    expect(well.get_by_role("dialog")).to_have_count(0)
    run.edit("shop.py", ', sizes="7"', "")
    expect(broken.get_by_role("dialog")).to_have_count(0)
    expect_live(broken)


def test_a_start_that_fails(run: Development, page: Page) -> None:
    """A service that raises before it has started is shown with its line."""
    open_live(page, run.base_url)
    service = (
        "\n\napp = ts.App()\n\n\n@app.service\nasync def feed(task_status):\n    open('none')\n"
    )
    run.edit("shop.py", 'ts.heading("The other page")', f'ts.heading("Other"){service}')
    expect_overlay(page, "FileNotFoundError", "open('none')")
    run.edit("shop.py", "open('none')", "task_status.started()")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect_live(page)


def test_the_overlay_can_be_hidden(run: Development, page: Page) -> None:
    """It is hidden by its button or Escape and does not come back for the same mistake."""
    open_live(page, run.base_url)
    run.edit("shop.py", "    count: int = 0\n", "    count: int = (0\n")
    expect_overlay(page, "SyntaxError")
    press(page, "Hide")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.wait_for_timeout(1000)
    expect(page.get_by_role("dialog")).to_have_count(0)
    run.edit("shop.py", "= (0", "= [0")
    expect_overlay(page, "'[' was never closed")


def test_markup_in_a_mistake_is_text(run: Development, page: Page) -> None:
    """What an exception says, and the source beside it, is shown as text."""
    open_live(page, run.base_url)
    bad = "<img src=x onerror=alert(1)></pre><script>alert(2)</script>"
    run.edit(
        "shop.py", "import triostate as ts", f"import triostate as ts\nraise ValueError('{bad}')"
    )
    expect_overlay(page, f"ValueError {bad}", f"raise ValueError('{bad}')")
    fresh = page.context.new_page()
    fresh.goto(run.base_url)
    expect_overlay(fresh, f"ValueError {bad}")


def test_a_server_that_dies(run: Development, page: Page) -> None:
    """A server process that is killed is replaced, and the tab is live again by itself."""
    open_live(page, run.base_url)
    press(page, "Add")
    for _ in range(2):
        lives = len(re.findall("live after", run.log_text))
        for server in run.servers():
            os.kill(server, signal.SIGKILL)
        run.wait_for_log(re.compile("live after"), lives + 1)
        expect(page.locator("#count")).to_have_text("0")
        expect_live(page)
    press(page, "Add")
    expect(page.locator("#count")).to_have_text("1")


def test_a_server_that_dies_again_and_again(run: Development, page: Page) -> None:
    """An app that ends its process is not started for ever; the page says so until an edit."""
    open_live(page, run.base_url)
    run.edit("shop.py", "import triostate as ts", "import os\nimport triostate as ts\nos._exit(7)")
    expect_overlay(page, "ended by itself, with status 7")
    run.edit("shop.py", "\nos._exit(7)", "")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect_live(page)


def test_the_command_is_killed_and_run_again(
    develop: Callable[..., Development], page: Page
) -> None:
    """A tab outlives the command itself, and is live when it is run again."""
    run = develop()
    open_live(page, run.base_url)
    run.kill()
    expect(page.locator("html[data-ts=reconnecting]")).to_be_attached()
    develop(port=run.port)
    expect_live(page)
    press(page, "Add")
    expect(page.locator("#count")).to_have_text("1")


def test_edits_in_quick_succession(run: Development, page: Page) -> None:
    """Of edits that come faster than servers start, the last is shown."""
    open_live(page, run.base_url)
    before = "First version"
    for number in range(6):
        run.edit("shop.py", before, f"Version {number}")
        before = f"Version {number}"
        page.wait_for_timeout(150)
    expect(page.get_by_role("heading", name="Version 5")).to_be_visible(timeout=20_000)
    expect_live(page)


def test_a_style_sheet_of_ones_own(
    folder: Path, develop: Callable[..., Development], page: Page
) -> None:
    """An edit of a file that is no Python is on the page too; one of a test or of data is none."""
    (folder / "static").mkdir()
    (folder / "static" / "look.css").write_text("h1 { color: rgb(1, 2, 3) }\n", encoding="utf-8")
    run = develop()
    open_live(page, run.base_url)
    token = page.evaluate("() => sessionStorage.getItem('ts-token')")
    for name in ("tests/test_shop.py", "shop.db"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("x", encoding="utf-8")
    page.wait_for_timeout(1000)
    assert page.evaluate("() => sessionStorage.getItem('ts-token')") == token
    run.edit("static/look.css", "1, 2, 3", "3, 2, 1")
    run.wait_for_log(re.compile(r"static/look.css changed"))
    expect_live(page)
