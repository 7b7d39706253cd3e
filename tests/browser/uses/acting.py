"""The register of the components' uses, and what these do: Tab to something, type, pull.

Knows nothing of single components.
"""

import re
from collections.abc import Callable
from typing import Final

from playwright.sync_api import Locator, Page, expect

GALLERY: Final = "triostate.app:app"
ROUTE: Final = "/docs/components"
MAX_TABS: Final = 60

Use = Callable[[Page], None]
KEYBOARD: Final[dict[str, Use]] = {}
POINTER: Final[dict[str, Use]] = {}


def by_keyboard(name: str) -> Callable[[Use], Use]:
    """Have a function use the component of that name by keyboard."""
    return lambda use: KEYBOARD.setdefault(name, use)


def by_pointer(name: str) -> Callable[[Use], Use]:
    """Have a function use the component of that name by pointer."""
    return lambda use: POINTER.setdefault(name, use)


def demos(page: Page) -> Locator:
    """Return the places of the demos."""
    return page.locator(".ts-demo-result")


def button(page: Page, name: str) -> Locator:
    """Return the button of that name in a demo."""
    return demos(page).get_by_role("button", name=name, exact=True)


def says(page: Page, text: str | re.Pattern[str]) -> None:
    """Wait until a demo says so."""
    expect(demos(page).get_by_text(text, exact=True).first).to_be_visible()


def tab_to(page: Page, target: Locator) -> Locator:
    """Press Tab, from the page's title on, until the target has the focus."""
    if not demos(page).locator(":focus").count():
        page.get_by_role("heading", level=1).click()
    for _ in range(MAX_TABS):
        page.keyboard.press("Tab")
        if target.evaluate("el => el === document.activeElement"):
            return target
    raise AssertionError(f"Tab does not lead to {target}")


def tab_back_to(page: Page, target: Locator) -> None:
    """Press Shift and Tab until the target has the focus."""
    for _ in range(MAX_TABS):
        page.keyboard.press("Shift+Tab")
        if target.evaluate("el => el === document.activeElement"):
            return
    raise AssertionError(f"Shift+Tab does not lead to {target}")


def type_over(page: Page, text: str) -> None:
    """Type in place of what is in the field that has the focus."""
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)


def drag(page: Page, slider: Locator, to: float) -> None:
    """Take a slider's handle, wherever it is, and pull it to a share of its length."""
    box = slider.bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.4, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * to, y, steps=5)
    page.mouse.up()
