// Taking over a page that the server rendered, and keeping it right.

import assert from "node:assert/strict";
import { test } from "node:test";
import { livePage, openPage, until, watch } from "./page.js";

const v = (/** @type {number} */ i) => ["v", i];

test("a page whose defaults match is taken over without one change to it", async () => {
  const page = await openPage({
    html: '<h1 data-t="0">1</h1><p>a <!--t1-->b<!--/--> c</p><i data-t="2" title="b" class="x red"></i>' +
      "<!--[0-->yes<!--]--><ul><!--[1--><!--r--><li><!--t3-->p<!--/--></li><!--r--><li><!--t3-->q<!--/--></li><!--]--></ul>",
    vars: { n: 1, t: "b", on: true, rows: ["p", "q"] },
    parts: [{ text: v(0) }, { text: v(1) }, { attrs: { title: v(1) }, class: ["cond", v(2), "red", ""] }, { text: ["l", 0] }],
    blocks: [
      { kind: "switch", tests: [v(2)], branches: [0, 1] },
      { kind: "each", in: v(3), item: 0, index: 1, key: null, row: 2 },
    ],
    templates: ["yes", "no", "<!--r--><li><!--t3--><!--/--></li>"],
  });
  const before = [...page.root.querySelectorAll("*")];
  const stop = watch(page.window, page.root);
  await page.server.snapshot({ n: 1, t: "b", on: true, rows: ["p", "q"] });
  assert.deepEqual(await stop(), []);
  assert.deepEqual([...page.root.querySelectorAll("*")], before);
  assert.equal(page.document.documentElement.dataset.ts, "live");
});

test("an element's text follows its var, and its text node stays the same node", async () => {
  const page = await livePage({ html: '<h1 data-t="0">0</h1>', vars: { n: 0 }, parts: [{ text: v(0) }] });
  const node = page.$("h1").firstChild;
  await page.server.set("n", 1);
  assert.equal(page.text(), "1");
  assert.equal(page.$("h1").firstChild, node);
});

test("None shows nothing and False shows False", async () => {
  const page = await livePage({ html: '<h1 data-t="0">0</h1>', vars: { n: 0 }, parts: [{ text: v(0) }] });
  await page.server.set("n", null);
  assert.equal(page.text(), "");
  await page.server.set("n", false);
  assert.equal(page.text(), "False");
});

test("text between other children follows its var, from nothing too", async () => {
  const page = await livePage({ html: "<p>a<!--t0--><!--/-->z</p>", vars: { n: "" }, parts: [{ text: v(0) }] });
  await page.server.set("n", "b");
  assert.equal(page.text(), "abz");
  await page.server.set("n", "");
  assert.equal(page.text(), "az");
  await page.server.set("n", "c");
  assert.equal(page.text(), "acz");
});

test("attributes: None and False remove, True is empty, others are their str()", async () => {
  const page = await livePage({ html: '<p data-t="0"></p>', vars: { a: null }, parts: [{ attrs: { title: v(0) } }] });
  for (const [value, shown] of [["x", "x"], [true, ""], [false, null], [7, "7"], [null, null], [{ $float: "1.0" }, "1.0"]]) {
    await page.server.set("a", value);
    assert.equal(page.$("p").getAttribute("title"), shown);
  }
});

test("dynamic classes leave the static ones alone", async () => {
  const page = await livePage({ html: '<p class="a b" data-t="0"></p>', vars: { c: "b" }, parts: [{ class: v(0) }] });
  await page.server.set("c", "d e");
  assert.equal(page.$("p").className, "a d e");
  await page.server.set("c", null);
  assert.equal(page.$("p").className, "a");
});

test("styles are set as properties and removed by None", async () => {
  const page = await livePage({ html: '<p data-t="0"></p>', vars: { w: "1em" }, parts: [{ style: { width: v(0) } }] });
  await page.server.set("w", "2em");
  assert.equal(page.$("p").style.width, "2em");
  await page.server.set("w", null);
  assert.equal(page.$("p").style.width, "");
});

test("boolean properties take Python's truth", async () => {
  const page = await livePage({ html: '<button data-t="0"></button>', vars: { d: [] }, parts: [{ props: { disabled: v(0) } }] });
  assert.equal(page.$("button").disabled, false);
  await page.server.set("d", [0]);
  assert.equal(page.$("button").disabled, true);
});

test("an expression that fails keeps what is on show, and nothing is written to the console as an error", async (t) => {
  const page = await livePage({ html: '<p data-t="0">5</p>', vars: { n: 2 }, parts: [{ text: ["floordiv", 10, v(0)] }] });
  const error = t.mock.method(console, "error");
  t.mock.method(console, "debug", () => {});
  await page.server.set("n", 0);
  assert.equal(page.text(), "5");
  await page.server.set("n", 3);
  assert.equal(page.text(), "3");
  assert.equal(error.mock.callCount(), 0);
});

test("a rare operation is fetched on use; the server's text stays until then", async () => {
  const page = await openPage({ html: '<p data-t="0">001</p>', vars: { n: 1 }, parts: [{ text: ["format", v(0), "03d"] }] });
  assert.equal(page.text(), "001");
  await page.server.snapshot({ n: 7 });
  await until(() => page.text() === "007");
  assert.equal(page.text(), "007");
});

test("a switch shows the first true test's branch, and the last one if there is none", async () => {
  const page = await livePage({
    html: "<!--[0-->one<!--]-->!",
    vars: { n: 1 },
    blocks: [{ kind: "switch", tests: [["eq", v(0), 1], ["eq", v(0), 2]], branches: [0, 1, 2] }],
    templates: ["one", "two", "many"],
  });
  for (const [n, shown] of [[2, "two!"], [3, "many!"], [1, "one!"]]) {
    await page.server.set("n", n);
    assert.equal(page.text(), shown);
  }
});

test("a switch may have nothing to show, and a test that fails is not true", async () => {
  const page = await livePage({
    html: "<!--[0-->a<!--]-->",
    vars: { n: 1 },
    blocks: [{ kind: "switch", tests: [["floordiv", 1, v(0)]], branches: [0, null] }],
    templates: ["a"],
  });
  await page.server.set("n", 0);
  assert.equal(page.text(), "");
  await page.server.set("n", 1);
  assert.equal(page.text(), "a");
});

test("a branch that stays is not made again, and one that is gone no longer follows its vars", async () => {
  const page = await livePage({
    html: '<!--[0--><b data-t="0">1</b><!--]-->',
    vars: { n: 1 },
    parts: [{ text: v(0) }],
    blocks: [{ kind: "switch", tests: [["gt", v(0), 0]], branches: [0, null] }],
    templates: ['<b data-t="0"></b>'],
  });
  const first = page.$("b");
  await page.server.set("n", 2);
  assert.equal(page.$("b"), first);
  assert.equal(page.text(), "2");
  await page.server.set("n", 0);
  assert.equal(page.$("b"), null);
  assert.equal(first.textContent, "2");
  await page.server.set("n", 3);
  assert.notEqual(page.$("b"), first);
  assert.equal(page.text(), "3");
});

test("the document's title may follow a var", async () => {
  const page = await livePage({ html: "", head: '<title data-t="0">1</title>', vars: { n: 1 }, parts: [{ text: v(0) }] });
  await page.server.set("n", 2);
  assert.equal(page.document.title, "2");
});

test("vars of the frame that the page does not show are passed over", async () => {
  const page = await livePage({ html: '<p data-t="0">1</p>', vars: { n: 1 }, parts: [{ text: v(0) }] });
  await page.server.delta([{ op: "add", path: "/other.state/rows/3", value: 1 }, { op: "replace", path: "/s/n", value: 2 }]);
  assert.equal(page.text(), "2");
});
