"""The components' pages of the documentation: each in light, in dark and on a phone, and in use.

Where they are only looked at they follow each other in a tab, as by a reader's clicks. What opens
and closes, and the controls of the gallery's page of components, are used in `test_components`.
"""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Served
from tests.browser.looking import open_live
from tests.browser.serving import ROOT

GALLERY = "triostate.app:app"
FOLDER = ROOT / "examples" / "docs" / "pages" / "components"
NAMES = sorted(path.stem for path in FOLDER.glob("*.md"))
GROUPS = [NAMES[start : start + 9] for start in range(0, len(NAMES), 9)]


@pytest.mark.parametrize("names", GROUPS, ids=lambda names: f"{names[0]}-{names[-1]}")
def test_page(served: Served, page: Page, names: list[str]) -> None:
    """Nothing in its demos is wrong for screen readers in either mode, and a phone shows it all."""
    base = "/docs/components"
    open_live(page, served(GALLERY) + base)
    wrong: list[str] = []
    for name in names:
        is_index = name == "index"
        link = page.locator(f'a[href="{base if is_index else f"{base}/{name}"}"]').first
        link.evaluate("link => link.click()")
        title = "Components" if is_index else name
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        page.set_viewport_size({"width": 360, "height": 800})
        if (width := page.evaluate("document.documentElement.scrollWidth")) > 360:
            wrong.append(f"{name}: {width} pixels wide on a phone")
        page.set_viewport_size({"width": 1280, "height": 800})
        # What is around the demos is the same on all pages, and looked at in `test_docs`.
        demos = "main" if is_index else ".ts-demo-result"
        wrong += [f"{name}, light: {one}" for one in violations(page, demos)]
        page.evaluate("document.documentElement.classList.add('dark')")
        wrong += [f"{name}, dark: {one}" for one in violations(page, demos, "color-contrast")]
        page.evaluate("document.documentElement.classList.remove('dark')")
    assert wrong == []


def test_button(served: Served, page: Page) -> None:
    """A click, Enter and Space press it."""
    open_live(page, served(GALLERY) + "/docs/components/button")
    button = page.get_by_role("button", name="Press me")
    button.click()
    expect(page.get_by_text("pressed 1 times")).to_be_visible()
    button.press("Enter")
    expect(page.get_by_text("pressed 2 times")).to_be_visible()
    button.press("Space")
    expect(page.get_by_text("pressed 3 times")).to_be_visible()


def test_checkbox(served: Served, page: Page) -> None:
    """Space ticks it, and so does a press on its label; handlers get what it says."""
    open_live(page, served(GALLERY) + "/docs/components/checkbox")
    agreed, go_on = page.get_by_label("I have read it"), page.get_by_role("button", name="Go on")
    expect(go_on).to_be_disabled()
    agreed.press("Space")
    expect(go_on).to_be_enabled()
    page.get_by_text("I have read it", exact=True).click()
    expect(go_on).to_be_disabled()
    page.get_by_text("Bread", exact=True).click()
    expect(page.get_by_text("To buy: Milk, Bread")).to_be_visible()
    page.get_by_label("Milk").press("Space")
    expect(page.get_by_text("To buy: Bread")).to_be_visible()


def test_number_input(served: Served, page: Page) -> None:
    """Arrows go by a step, and what is typed after a press into it is a number."""
    open_live(page, served(GALLERY) + "/docs/components/number_input")
    seats = page.get_by_role("spinbutton", name="Seats")
    seats.press("ArrowUp")
    expect(page.get_by_text("3 seats cost 36.")).to_be_visible()
    seats.click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("5")
    expect(page.get_by_text("5 seats cost 60.")).to_be_visible()


def test_input(served: Served, page: Page) -> None:
    """It is typed into after a press or a Tab, and Enter reaches its handler."""
    open_live(page, served(GALLERY) + "/docs/components/input")
    page.get_by_label("Name", exact=True).click()
    page.keyboard.press("End")
    page.keyboard.type(" L")
    expect(page.get_by_text("Hello Ada L.")).to_be_visible()
    word = page.get_by_label("Word", exact=True)
    word.focus()
    page.keyboard.type("bolts")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Sent: bolts")).to_be_visible()
    expect(word).to_have_value("")


def test_link(served: Served, page: Page) -> None:
    """A click and Enter follow it."""
    url = served(GALLERY)
    for use in ("click", "Enter"):
        open_live(page, url + "/docs/components/link")
        link = page.get_by_role("main").get_by_role("link", name="button", exact=True)
        link.click() if use == "click" else link.press(use)
        expect(page).to_have_url(url + "/docs/components/button")


def test_rows(served: Served, page: Page) -> None:
    """Rows are added by keyboard and removed by pointer, each by a button of its own name."""
    open_live(page, served(GALLERY) + "/docs/components/foreach")
    page.get_by_label("New task").fill("Sweep")
    page.get_by_role("button", name="Add").press("Enter")
    expect(page.get_by_text("3. Sweep")).to_be_visible()
    page.get_by_role("button", name="Remove Count the bolts").click()
    expect(page.get_by_text("2. Sweep")).to_be_visible()


def test_custom_element(served: Served, page: Page) -> None:
    """What is inside is used by keyboard as it is by pointer."""
    open_live(page, served(GALLERY) + "/docs/components/custom_element")
    page.get_by_role("button", name="4 of 5").press("Enter")
    expect(page.get_by_role("main").get_by_text("4 of 5", exact=True)).to_be_visible()
    page.get_by_role("button", name="All five").click()
    expect(page.get_by_role("main").get_by_text("5 of 5", exact=True)).to_be_visible()
