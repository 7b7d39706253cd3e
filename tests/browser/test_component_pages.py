"""The components' pages of the documentation: each in light, in dark and on a phone.

Pages share a tab, because what is claimed of each is looked at and nothing is done to it.
"""

import re

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
    """Nothing is wrong for screen readers in either theme, and a phone shows it all."""
    base = served(GALLERY) + "/docs/components/"
    wrong: list[str] = []
    for name in names:
        page.set_viewport_size({"width": 360, "height": 800})
        open_live(page, (base + name).removesuffix("/index"))
        if (width := page.evaluate("document.documentElement.scrollWidth")) > 360:
            wrong.append(f"{name}: {width} pixels wide on a phone")
        page.set_viewport_size({"width": 1280, "height": 800})
        expect(page.get_by_role("heading", level=1)).to_have_text(
            re.compile(name, re.IGNORECASE) if name != "index" else "Components"
        )
        for scheme in ("light", "dark"):
            page.evaluate(
                "is => document.documentElement.classList.toggle('dark', is)", scheme == "dark"
            )
            wrong += [f"{name}, {scheme}: {one}" for one in violations(page, "main")]
    assert wrong == []
