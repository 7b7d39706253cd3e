"""The components' pages of the documentation: each in light, in dark, on a phone, and read out.

They follow each other in a tab, as by a reader's clicks. In use they are in `test_component_uses`.
"""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Served
from tests.browser.looking import open_live
from tests.browser.serving import ROOT
from tests.browser.uses import GALLERY, READ, demos, tab_stops
from tests.browser.uses import ROUTE as BASE

FOLDER = ROOT / "examples" / "docs" / "pages" / "components"
NAMES = sorted(path.stem for path in FOLDER.glob("*.md"))
GROUPS = [NAMES[start : start + 9] for start in range(0, len(NAMES), 9)]


# The index of all pages, the header and the listings are most of a page, and as many elements for
# axe to go through; they are looked at in `test_docs`. They are put back where they were.
ONLY_DEMOS = """
() => {
  window.away = [...document.querySelectorAll("header, nav, .ts-demo > .ts-code-block")]
    .filter((one) => !one.closest(".ts-demo-result"))
    .map((one) => {
      const place = document.createComment("");
      one.replaceWith(place);
      return [place, one];
    });
}
"""
AND_THE_REST = "() => window.away.reverse().forEach(([place, one]) => place.replaceWith(one))"


@pytest.mark.parametrize("names", GROUPS, ids=lambda names: f"{names[0]}-{names[-1]}")
def test_page(served: Served, page: Page, names: list[str]) -> None:
    """Nothing in its demos is wrong for screen readers in either mode, and a phone shows it all."""
    open_live(page, served(GALLERY) + BASE)
    wrong: list[str] = []
    for name in names:
        go_to(page, name)
        page.set_viewport_size({"width": 360, "height": 800})
        if (width := page.evaluate("document.documentElement.scrollWidth")) > 360:
            wrong.append(f"{name}: {width} pixels wide on a phone")
        page.set_viewport_size({"width": 1280, "height": 800})
        wrong += [f"{name}, {one}" for one in wrong_for_readers(page, name)]
        if name in READ:
            check_reading(page, name)
    assert wrong == []


def go_to(page: Page, name: str) -> None:
    """Follow the link to a component's page."""
    is_index = name == "index"
    link = page.locator(f'a[href="{BASE if is_index else f"{BASE}/{name}"}"]').first
    link.evaluate("link => link.click()")
    title = "Components" if is_index else name
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def wrong_for_readers(page: Page, name: str) -> list[str]:
    """Return what axe finds in the demos, by all rules in light, and by their colours in dark."""
    where = "main" if name == "index" else ".ts-demo-result"
    page.evaluate(ONLY_DEMOS)
    wrong = [f"light: {one}" for one in violations(page, where)]
    page.evaluate("document.documentElement.classList.add('dark')")
    wrong += [f"dark: {one}" for one in violations(page, where, "color-contrast")]
    page.evaluate("document.documentElement.classList.remove('dark')")
    page.evaluate(AND_THE_REST)
    return wrong


def check_reading(page: Page, name: str) -> None:
    """See that a screen reader finds what it should of what is only read, and Tab passes it by."""
    reading = READ[name]
    expect(demos(page).nth(reading.demo)).to_match_aria_snapshot(
        f"- /children: equal\n{reading.tree}"
    )
    assert tab_stops(page) == reading.stops, name
