"""Each component in use on its page of the documentation: by keyboard, and by pointer.

What is done is in `uses`. More on single ones is in `test_components`, and what happens to those
that are used in a hurry in `test_impatience`.
"""

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.conftest import Served
from tests.browser.looking import open_live
from tests.browser.uses import GALLERY, KEYBOARD, POINTER, ROUTE


@pytest.mark.parametrize("name", KEYBOARD)
def test_use(served: Served, context: BrowserContext, name: str) -> None:
    """Keys alone do all that it does, and so does a pointer; its demo says so."""
    for use in (KEYBOARD[name], POINTER[name]):
        page = context.new_page()
        open_live(page, f"{served(GALLERY)}{ROUTE}/{name}")
        use(page)
        page.close()
