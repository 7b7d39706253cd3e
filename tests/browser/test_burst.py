"""A task that commits without a pause: the page keeps up with it, and with its user.

Both claims are about time, so the bounds are three times what is stated, as in the fault tests.
"""

import statistics
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Served
from tests.browser.looking import get_json, number_in, open_live, press
from tests.browser.test_tabs import token_of

BURST = "tests.browser.apps.burst:app"
TIMES = 3.0
NEWEST_MS = 100.0
# A busy session sends a frame each 1/60 s: a click made just after one shows with the next.
FRAME_MS = 1000.0 / 60
CLICKS = 21

# Notes when the value on show last changed, by the clock that the server has too.
NOTE_LAST_CHANGE = """(element) => {
  const note = () => { window.last = [element.textContent, Date.now()]; };
  const what = { childList: true, characterData: true, subtree: true };
  new MutationObserver(note).observe(element, what);
  note();
}"""
# Clicks again and again, each time when the last click has been seen; the times that took.
CLICK = """async (clicks) => {
  const count = document.getElementById("clicks");
  const took = [];
  for (let i = 0; i < clicks; i++) {
    const shown = new Promise((resolve) => {
      new MutationObserver((_, observer) => {
        observer.disconnect();
        resolve();
      }).observe(count, { childList: true, characterData: true, subtree: true });
    });
    const begun = performance.now();
    document.getElementById("click").click();
    await shown;
    took.push(performance.now() - begun);
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
  return took;
}"""


def test_burst_of_blocks(
    served: Served, page: Page, record_property: Callable[[str, object], None]
) -> None:
    """After a burst of blocks the newest value shows in 100 ms; clicks in it as ever (60)."""
    url = served(BURST)
    open_live(page, url)
    token = token_of(page)
    page.evaluate(CLICK, 5)
    quiet = statistics.median(page.evaluate(CLICK, CLICKS))
    page.locator("#value").evaluate(NOTE_LAST_CHANGE)
    press(page, "Burst")
    expect(page.locator("#value")).not_to_have_text("0")
    busy = statistics.median(page.evaluate(CLICK, CLICKS))
    expect(page.locator("#running")).to_have_text("True")  # the clicks were made meanwhile
    expect(page.locator("#running")).to_have_text("False")
    expect(page.locator("#clicks")).to_have_text(str(5 + 2 * CLICKS))
    newest, ended_at = get_json(f"{url}/end/{token}")
    assert number_in(page.locator("#value")) == newest
    shown, shown_at = page.evaluate("() => window.last")
    late = shown_at - ended_at * 1000
    record_property("blocks", newest)
    record_property("newest shown after ms", late)
    record_property("click ms, quiet and busy", (quiet, busy))
    print(f"{newest} blocks; newest shown after {late:.0f} ms; click {quiet:.1f}, {busy:.1f} ms")
    assert int(shown) == newest
    assert late < TIMES * NEWEST_MS
    assert busy < TIMES * (quiet + FRAME_MS)
