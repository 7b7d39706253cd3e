"""What is only read: what a screen reader finds of it, and where Tab stops beside it."""

from typing import Final

import attrs
from playwright.sync_api import Page

from tests.browser.uses.acting import MAX_TABS


@attrs.frozen
class Reading:
    """What a component's page is for those who do not see it, or use no pointer."""

    demo: int
    """Which of its demos; the first is 0."""
    tree: str
    """All roles, names and texts of that demo, as Playwright writes them."""
    stops: tuple[str, ...] = ()
    """The names of what Tab stops at, of all its demos: the controls beside it, if any."""


def _texts(*texts: str) -> str:
    return "\n".join(f'- paragraph: "{text}"' for text in texts)


READ: Final[dict[str, Reading]] = {
    "avatar": Reading(
        0,
        '- img "Karen Jones": KJ\n- img "Ada Lovelace": AL\n- img "Grace Hopper": GH\n'
        '- img "Somebody without a picture": "??"',
    ),
    "badge": Reading(0, "- text: New Beta Waiting Failed Draft", ("State",)),
    "box": Reading(0, "- text: A box has no look but what you give it.", ("Width",)),
    "callout": Reading(0, "- text: Backups run at two in the morning.", ("It has failed",)),
    "card": Reading(1, _texts("size 1", "size 2", "size 3"), ("Write to her",)),
    "center": Reading(0, _texts("Nothing here yet", "New messages come by themselves.")),
    "code": Reading(
        0,
        "- paragraph:\n  - text: Run\n  - code: triostate run\n"
        "  - text: and open the address that it prints.",
        ("City",),
    ),
    "container": Reading(0, _texts("size 1", "size 2", "size 3", "size 4")),
    "desktop_only": Reading(
        0, "- paragraph:\n  - text: Press\n  - code: Ctrl K\n  - text: to search"
    ),
    "divider": Reading(
        0, "- paragraph: What was ordered\n- separator\n- paragraph: What was delivered"
    ),
    "fragment": Reading(
        0,
        '- switch "Known" [checked]\n- text: Known\n- heading "Oslo" [level=2]\n'
        "- paragraph: 4 °C, and rain.",
        ("Known", "City"),
    ),
    "grid": Reading(0, _texts(*"ABCDEF"), ("Columns: 4",)),
    "heading": Reading(0, '- heading "Orders of this week" [level=2]'),
    "hstack": Reading(0, _texts("one", "two", "three"), ("justify", "align")),
    "icon": Reading(1, _texts("Open until six", "Open until six"), ("Weather",)),
    "image": Reading(0, '- img "A sun over hills"'),
    "mobile_and_tablet": Reading(
        0, '- button "Orders"\n- button "Customers"', ("Orders", "Customers")
    ),
    "mobile_only": Reading(0, '- button "New order"', ("New order",)),
    "progress": Reading(
        0, '- slider "Share": "40"\n- progressbar "Share"', ("Share", "Start", "Stop")
    ),
    "section": Reading(
        0, _texts("A section with little room", "One with more", "One with a lot of it")
    ),
    "skeleton": Reading(
        0, '- switch "Still loading" [checked]\n- text: Still loading', ("Still loading",)
    ),
    "spacer": Reading(
        0,
        '- paragraph: Warehouse\n- button "Help"\n- button "Sign in"',
        ("Help", "Sign in"),
    ),
    "span": Reading(0, _texts("Seats left: 3, of 120."), ("Balance",)),
    "spinner": Reading(
        1,
        '- status "Size 1"\n- status "Size 2"\n- status "Size 3"\n- status "Saving"\n'
        '- status "Deleting"',
        ("Loading",),
    ),
    "tablet_and_desktop": Reading(
        0,
        "- text: on time\n- paragraph: Berlin to Lisbon\n- paragraph: departs 09:40, arrives 12:15",
    ),
    "tablet_only": Reading(0, "- text: a desktop"),
    "text": Reading(
        0,
        _texts(
            "Long-running work behind a live page: each tab is a session, and closing the tab "
            "ends all that it started."
        ),
        ("Name", "Come again"),
    ),
    "vstack": Reading(
        0,
        "- paragraph: Berlin to Lisbon\n- paragraph: Departs 09:40, arrives 12:15\n- text: On time",
        ("Name", "City", "Save"),
    ),
}

# The name of what has the focus, nothing before the demos and between them, null behind the last.
_STOP = """
() => {
  const el = document.activeElement;
  const demos = [...document.querySelectorAll(".ts-demo-result")];
  if (demos.some((demo) => demo.contains(el))) {
    return (el.getAttribute("aria-label") ?? el.labels?.[0]?.textContent ?? el.textContent).trim();
  }
  return demos.at(-1).compareDocumentPosition(el) & Node.DOCUMENT_POSITION_FOLLOWING ? null : "";
}
"""


def tab_stops(page: Page) -> tuple[str, ...]:
    """Press Tab from the page's title on until behind the demos; return what it stopped at."""
    page.get_by_role("heading", level=1).click()
    stops: list[str] = []
    for _ in range(MAX_TABS):
        page.keyboard.press("Tab")
        stop: str | None = page.evaluate(_STOP)
        if stop is None:
            break
        stops += [stop] if stop else []
    return tuple(stops)
