"""The evaluator in JavaScript, asked in a real browser: the file that pages load, as it is served.

The runtime has no door for tests, so cases go the way that a page's own expressions go. Each is
the argument of a button's event, in a plan as the page compiler writes it; one with a loop's item
is a button in the row of a ``foreach``. The buttons are clicked, and what the events carry is the
answer, in wire form. The events end at the seam where the script for stored vars stands between
the page and its connection (``tsKeep``): what is asked is what an expression means, not how
events travel.

Knows nothing of what is right.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import attrs
from playwright.sync_api import Page

from tests.conformance.cases import ITEM, Case, Raised
from tests.conformance.compare import is_sendable
from tests.conformance.vocabulary import read
from triostate.errors import UnsendableValueError
from triostate.state.codec import encode_value
from triostate.state.expr import VarRef, encode
from triostate.state.lifting import lift

__all__ = ["Answer", "ShippedEvaluator", "can_ask"]

#: Fewer than a page keeps events that nobody has answered.
BATCH = 500
#: Of the item of a loop; the next is its index's.
ITEM_ID = 0
TIMEOUT_MS = 20_000

ASK = """
async ({url, planText, withItem, timeout}) => {
  const plan = JSON.parse(planText);
  const answers = plan.parts.map(() => null);
  let asked = 0;
  console.debug = (error) => { answers[asked] ??= {raised: String(error), kind: error?.name}; };
  window.tsKeep = () => ({post({type, events = []}) {
    for (const {b, a} of events) answers[b] = {value: a[0]};
  }});
  const root = document.createElement("div");
  root.id = "ts-root";
  plan.parts.forEach((part, i) => {
    const button = document.createElement("button");
    button.dataset.t = i;
    if (!withItem.includes(i)) return root.append(button);
    const template = document.createElement("template");
    template.id = `t${i}`;
    template.content.append(button);
    document.body.append(template);
    const block = plan.blocks.findIndex(({row}) => row === i);
    root.append(new Comment(`[${block}`), new Comment("]"));
  });
  document.getElementById("ts-root").replaceWith(root);
  const data = document.createElement("script");
  data.id = "ts-plan";
  data.type = "application/json";
  data.textContent = planText;
  document.body.append(data);
  await import(url);

  const end = Date.now() + timeout;
  const until = async (isSo, what) => {
    while (!isSo()) {
      if (Date.now() > end) throw new Error(`no ${what} in time`);
      await new Promise((resolve) => { setTimeout(resolve, 5); });
    }
  };
  const button = (i) => root.querySelector(`button[data-t="${i}"]`);
  for (asked = 0; asked < answers.length; asked++) {
    await until(() => button(asked), `row of ${JSON.stringify(plan.parts[asked])}`);
    button(asked).click();
    await until(() => answers[asked], `answer to ${JSON.stringify(plan.parts[asked])}`);
  }
  return JSON.stringify(answers);
}
"""


@attrs.frozen
class Answer:
    """What the browser says of a case."""

    wire: Any = None
    raised: Raised | None = None
    crash: str = ""
    """An error of JavaScript's own, which is never an answer."""


class ShippedEvaluator:
    """The runtime that a server hands out, evaluating cases in a page."""

    def __init__(self, page: Page, base_url: str) -> None:
        """Find out where a page of that server has its runtime from."""
        self._page = page
        #: A document of the server's, under its policy, that brings no runtime of its own.
        self._empty = f"{base_url}/no-such-page"
        page.goto(base_url)
        script = page.locator("script[type=module][src*=runtime]")
        self.url = str(script.evaluate("(script) => script.src"))

    def ask(self, cases: Sequence[Case]) -> list[Answer]:
        """Return what the browser says of each."""
        answers: list[Answer] = []
        for start in range(0, len(cases), BATCH):
            plan, with_item = _plan(cases[start : start + BATCH])
            self._page.goto(self._empty)
            found = self._page.evaluate(
                ASK,
                {
                    "url": self.url,
                    "planText": json.dumps(plan),
                    "withItem": with_item,
                    "timeout": TIMEOUT_MS,
                },
            )
            answers += map(_answer, json.loads(found))
        return answers


def can_ask(case: Case) -> bool:
    """Tell whether a page can have the case: it can be built, and all of it travels."""
    if isinstance(case.root.built, Raised):
        return False
    try:
        _plan([case])
    except UnsendableValueError:
        return False
    return isinstance(case.root.value, Raised) or is_sendable(case.root.value)


def _answer(found: dict[str, Any]) -> Answer:
    if "value" in found:
        return Answer(wire=found["value"])
    if found["kind"] == "Error":  # what the runtime throws where Python raises
        return Answer(raised=Raised(found["raised"]))
    return Answer(crash=found["raised"])


def _index(at: Mapping[str, int], ref: VarRef) -> int:
    return at[ref.name]


def _plan(cases: Sequence[Case]) -> tuple[dict[str, Any], list[int]]:
    """Return a page's plan for the cases, and which of them have a loop's item in them."""
    vars_: list[tuple[str, str, Any]] = []
    parts: list[dict[str, Any]] = []
    blocks: list[dict[str, Any]] = []
    for i, case in enumerate(cases):
        at = {name: len(vars_) + j for j, name in enumerate(case.vars)}
        item = case.item
        locals_ = {item: ITEM_ID} if item else {}
        tree = encode(lift(case.root.built), partial(_index, at), locals_)
        parts.append({"on": {"click": {"do": [{"b": i, "a": [tree]}]}}})
        if item is not None:
            ids = {"item": ITEM_ID, "index": ITEM_ID + 1}
            blocks.append({"kind": "each", "in": ["v", at[ITEM]], **ids, "key": None, "row": i})
        for name, (source, _) in case.vars.items():
            value = read(source)
            vars_.append((f"case{i}", name, encode_value([value] if name == ITEM else value)))
    plan = {"v": 1, "page": "conformance", "vars": vars_, "parts": parts, "blocks": blocks}
    return plan, [block["row"] for block in blocks]
