"""Blocks on a real page: cond, match, nested foreach, links; only what changed is touched."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Served
from tests.browser.looking import open_live, press

BLOCKS = "tests.browser.apps.blocks:app"

# Marks every element below, and counts the elements that come and go from then on.
WATCH_NODES = """
  root => {
    for (const el of root.querySelectorAll("*")) el.dataset.old = "";
    window.touched = { added: 0, removed: 0 };
    const elements = nodes => [...nodes].filter(node => node.nodeType === 1).length;
    new MutationObserver(changes => {
      for (const { addedNodes, removedNodes } of changes) {
        window.touched.added += elements(addedNodes);
        window.touched.removed += elements(removedNodes);
      }
    }).observe(root, { childList: true, subtree: true });
  }
"""


def titles(page: Page) -> Locator:
    """Return the headings of the groups."""
    return page.locator(".title")


def items(page: Page, group: str) -> Locator:
    """Return the texts of a group's items."""
    return page.locator(f"[data-group={group}] .item")


def touched(page: Page) -> tuple[int, int]:
    """Return how many elements were put in and taken out since they were watched."""
    counts = page.evaluate("() => window.touched")
    return counts["added"], counts["removed"]


def test_cond_and_match(served: Served, page: Page) -> None:
    """A cond shows the one branch or the other, with current values, and match its case."""
    open_live(page, served(BLOCKS))
    expect(page.locator("#shut")).to_have_text("shut 0")
    expect(page.locator("#amount")).to_have_text("none")
    press(page, "Increment")
    expect(page.locator("#shut")).to_have_text("shut 1")
    expect(page.locator("#amount")).to_have_text("few")
    press(page, "Toggle")
    expect(page.locator("#open")).to_have_text("open 1")
    expect(page.locator("#shut")).to_have_count(0)
    press(page, "Increment")
    press(page, "Increment")
    expect(page.locator("#open")).to_have_text("open 3")
    expect(page.locator("#amount")).to_have_text("many")
    press(page, "Toggle")
    expect(page.locator("#shut")).to_have_text("shut 3")
    expect(page.locator("#open")).to_have_count(0)
    expect(page.get_by_role("link")).to_have_attribute("href", "/search?count=3")


def test_added_row_touches_one_row(served: Served, page: Page) -> None:
    """A row added to an inner list puts one row in; a removed one takes one out (37)."""
    open_live(page, served(BLOCKS))
    fruit = page.locator("[data-group=fruit]")
    expect(items(page, "fruit")).to_have_text(["apple", "pear"])
    page.locator("#groups").evaluate(WATCH_NODES)
    press(fruit, "Add item")
    expect(items(page, "fruit")).to_have_text(["apple", "pear", "fruit 2"])
    assert touched(page) == (1, 0)
    press(page.locator("[data-item=apple]"), "x")
    expect(items(page, "fruit")).to_have_text(["pear", "fruit 2"])
    assert touched(page) == (1, 1)
    expect(page.locator("[data-item=pear]")).to_have_attribute("data-old", "")
    expect(items(page, "nuts")).to_have_text(["hazel"])
    press(page.locator("[data-item='fruit 2']"), "x")
    expect(items(page, "fruit")).to_have_text(["pear"])


def test_groups_come_and_go(served: Served, page: Page) -> None:
    """A group put in front leaves the others' nodes in place, and their indexes follow."""
    open_live(page, served(BLOCKS))
    expect(titles(page)).to_have_text(["0: fruit", "1: nuts"])
    page.locator("#groups").evaluate(WATCH_NODES)
    press(page, "Add group")
    expect(titles(page)).to_have_text(["0: seeds", "1: fruit", "2: nuts"])
    assert touched(page) == (1, 0)
    press(page.locator("[data-group=nuts]"), "Add item")
    expect(items(page, "nuts")).to_have_text(["hazel", "nuts 1"])
    press(page.locator("[data-group=fruit]"), "Remove group")
    expect(titles(page)).to_have_text(["0: seeds", "1: nuts"])
    assert touched(page) == (2, 1)
    expect(page.locator("[data-group=nuts]")).to_have_attribute("data-old", "")
    expect(items(page, "nuts")).to_have_text(["hazel", "nuts 1"])


def test_reordered_rows_keep_their_nodes(served: Served, page: Page) -> None:
    """Rows that change places are moved, with what was typed in them and the focus."""
    open_live(page, served(BLOCKS))
    press(page, "Add group")
    expect(titles(page)).to_have_text(["0: seeds", "1: fruit", "2: nuts"])
    for name in ("seeds", "fruit", "nuts"):
        page.locator(f"[data-group={name}] input").fill(f"about {name}")
    page.locator("#groups").evaluate(WATCH_NODES)
    page.locator("[data-group=fruit] input").focus()
    page.get_by_role("button", name="Turn round").evaluate("button => button.click()")
    expect(titles(page)).to_have_text(["0: nuts", "1: fruit", "2: seeds"])
    for name in ("seeds", "fruit", "nuts"):
        expect(page.locator(f"[data-group={name}]")).to_have_attribute("data-old", "")
        expect(page.locator(f"[data-group={name}] input")).to_have_value(f"about {name}")
    expect(page.locator("[data-group=fruit] input")).to_be_focused()
    assert touched(page) == (2, 2)


def test_reload_shows_the_same(served: Served, page: Page) -> None:
    """A reload shows the changed blocks as they were, and their buttons work (55)."""
    open_live(page, served(BLOCKS))
    press(page, "Toggle")
    press(page, "Add group")
    press(page.locator("[data-group=fruit]"), "Add item")
    expect(items(page, "fruit")).to_have_text(["apple", "pear", "fruit 2"])
    page.reload()
    expect(titles(page)).to_have_text(["0: seeds", "1: fruit", "2: nuts"])
    expect(items(page, "fruit")).to_have_text(["apple", "pear", "fruit 2"])
    expect(page.locator("#open")).to_have_text("open 0")
    press(page.locator("[data-item=pear]"), "x")
    expect(items(page, "fruit")).to_have_text(["apple", "fruit 2"])
