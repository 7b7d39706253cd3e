// Rows: an operation touches what it says and nothing else, and any list ends up right.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inOrder } from "../runtime/order.js";
import { livePage, openPage, until, watch } from "./page.js";

const v = (/** @type {number} */ i) => ["v", i];
const item = ["l", 0];
const index = ["l", 1];

/** A list of `<li>name #index</li>`. @param {any[]} rows @param {any} [more] */
const list = (rows, { key = null, source = v(0), vars = {} } = {}) => livePage({
  html: `<ul><!--[0-->${rows.map((row, i) => `<!--r--><li data-t="0">${row.name} #${i}</li>`).join("")}<!--]--></ul>`,
  vars: { rows, ...vars },
  parts: [{ text: ["concat", ["index", item, "name"], " #", index] }],
  blocks: [{ kind: "each", in: source, item: 0, index: 1, key, row: 0 }],
  templates: ['<!--r--><li data-t="0"></li>'],
});

const named = (/** @type {string} */ names) => [...names].map((name) => ({ name }));
const byName = ["index", item, "name"];
const shown = (/** @type {any} */ page) => [...page.root.querySelectorAll("li")].map((li) => li.textContent.split(" ")[0]).join("");
const indexes = (/** @type {any} */ page) => [...page.root.querySelectorAll("li")].map((li) => li.textContent.split("#")[1]).join("");
const rowsOf = (/** @type {any} */ page) => [...page.root.querySelectorAll("li")];

test("an appended row adds its nodes and changes no other", async () => {
  const page = await list(named("abc"));
  const before = rowsOf(page);
  const stop = watch(page.window, page.root);
  await page.server.delta([{ op: "add", path: "/s/rows/3", value: { name: "d" } }]);
  const records = await stop();
  assert.equal(shown(page), "abcd");
  assert.deepEqual(rowsOf(page).slice(0, 3), before);
  assert.equal(records.filter(({ type }) => type !== "childList").length, 0);
  assert.equal(records.flatMap(({ addedNodes }) => [...addedNodes]).length, 2); // its comment and its element
});

test("a row added with - goes to the end", async () => {
  const page = await list(named("ab"));
  await page.server.delta([{ op: "add", path: "/s/rows/-", value: { name: "c" } }]);
  assert.equal(shown(page), "abc");
  assert.equal(indexes(page), "012");
});

test("a row inserted in the middle moves no other node, and the indexes behind it rise", async () => {
  const page = await list(named("abc"));
  const [a, b, c] = rowsOf(page);
  await page.server.delta([{ op: "add", path: "/s/rows/1", value: { name: "x" } }]);
  assert.equal(shown(page), "axbc");
  assert.equal(indexes(page), "0123");
  assert.deepEqual([rowsOf(page)[0], rowsOf(page)[2], rowsOf(page)[3]], [a, b, c]);
});

test("a removed row is gone and the others are the nodes that they were", async () => {
  const page = await list(named("abc"));
  const [, b, c] = rowsOf(page);
  await page.server.delta([{ op: "remove", path: "/s/rows/0" }]);
  assert.deepEqual(rowsOf(page), [b, c]);
  assert.equal(indexes(page), "01");
});

test("a change inside an item changes one text of one row", async () => {
  const page = await list(named("abc"));
  const before = rowsOf(page);
  const stop = watch(page.window, page.root);
  await page.server.delta([{ op: "replace", path: "/s/rows/1/name", value: "x" }]);
  const records = await stop();
  assert.equal(shown(page), "axc");
  assert.deepEqual(rowsOf(page), before);
  assert.deepEqual(records.map(({ type }) => type), ["characterData"]);
});

test("appended text inside an item is appended", async () => {
  const page = await list(named("abc"));
  await page.server.delta([{ op: "append", path: "/s/rows/1/name", value: "yz" }]);
  assert.equal(shown(page), "abyzc");
});

test("a replaced item keeps its row without a key", async () => {
  const page = await list(named("abc"));
  const before = rowsOf(page);
  await page.server.delta([{ op: "replace", path: "/s/rows/1", value: { name: "x" } }]);
  assert.equal(shown(page), "axc");
  assert.deepEqual(rowsOf(page), before);
});

test("a replaced item with another key is another row", async () => {
  const page = await list(named("abc"), { key: byName });
  const before = rowsOf(page);
  await page.server.delta([{ op: "replace", path: "/s/rows/1", value: { name: "x" } }]);
  assert.equal(shown(page), "axc");
  assert.deepEqual([rowsOf(page)[0], rowsOf(page)[2]], [before[0], before[2]]);
  assert.notEqual(rowsOf(page)[1], before[1]);
});

test("rows that change places by single replacements are moved, not made again", async () => {
  const page = await list(named("abc"), { key: byName });
  const [a, b, c] = rowsOf(page);
  await page.server.delta([
    { op: "replace", path: "/s/rows/0", value: { name: "c" } },
    { op: "replace", path: "/s/rows/2", value: { name: "a" } },
    { op: "add", path: "/s/rows/1", value: { name: "x" } },
  ]);
  assert.equal(shown(page), "cxba");
  assert.equal(indexes(page), "0123");
  assert.deepEqual([0, 2, 3].map((i) => rowsOf(page)[i]), [c, b, a]);
});

test("several operations of one frame are followed in their order", async () => {
  const page = await list(named("abc"));
  const [, b] = rowsOf(page);
  await page.server.delta([
    { op: "add", path: "/s/rows/3", value: { name: "d" } },
    { op: "remove", path: "/s/rows/0" },
    { op: "replace", path: "/s/rows/2/name", value: "e" },
    { op: "add", path: "/s/rows/0", value: { name: "f" } },
    { op: "remove", path: "/s/rows/2" },
  ]);
  assert.equal(shown(page), "fbe");
  assert.equal(indexes(page), "012");
  assert.equal(rowsOf(page)[1], b);
});

test("a whole new list keeps the rows whose keys stay, wherever they go", async () => {
  const page = await list(named("abcd"), { key: byName });
  const [a, b, c, d] = rowsOf(page);
  await page.server.set("rows", named("dxbca"));
  assert.equal(shown(page), "dxbca");
  assert.equal(indexes(page), "01234");
  assert.deepEqual(rowsOf(page).filter((row) => [a, b, c, d].includes(row)), [d, b, c, a]);
});

test("one row taken to the other end is the only one that moves", async () => {
  for (const [from, to] of [["abcde", "bcdea"], ["abcde", "eabcd"]]) {
    const page = await list(named(from), { key: byName });
    const stop = watch(page.window, page.$("ul"));
    await page.server.set("rows", named(to));
    const removed = (await stop()).flatMap(({ removedNodes }) => [...removedNodes]).filter(({ nodeType }) => nodeType === 1);
    assert.equal(shown(page), to);
    assert.equal(removed.length, 1);
  }
});

test("two items with one key stay two rows", async () => {
  const page = await list(named("aab"), { key: byName });
  await page.server.set("rows", named("baaa"));
  assert.equal(shown(page), "baaa");
  await page.server.set("rows", named("ab"));
  assert.equal(shown(page), "ab");
});

test("1, True and 1.0 are one key, '1' is another, and None and tuples are keys too", async () => {
  const page = await list([], { key: ["index", item, "id"] });
  await page.server.set("rows", [{ id: 1, name: "n" }, { id: "1", name: "s" }, { id: null, name: "N" }, { id: { $tuple: [1, 2] }, name: "t" }]);
  await until(() => shown(page) === "nsNt");
  const [n, s, N, t] = rowsOf(page);
  await page.server.set("rows", [{ id: { $tuple: [1, 2] }, name: "t" }, { id: "1", name: "s" }, { id: { $float: "1.0" }, name: "n" }, { id: null, name: "N" }]);
  await until(() => shown(page) === "tsnN");
  assert.deepEqual(rowsOf(page).map((row) => [t, s, n, N].indexOf(row)), [0, 1, 2, 3]);
});

test("a computed list is compared by key", async () => {
  const page = await list(named("abc"), { key: byName, source: ["cond", v(1), v(0), v(0)], vars: { on: true } });
  const [a] = rowsOf(page);
  await page.server.delta([{ op: "add", path: "/s/rows/0", value: { name: "x" } }]);
  assert.equal(shown(page), "xabc");
  assert.equal(rowsOf(page)[1], a);
});

test("the focus stays in a row that moves", async () => {
  const page = await livePage({
    html: '<!--[0--><!--r--><input id="a"><!--r--><input id="b"><!--r--><input id="c"><!--]-->',
    vars: { rows: ["a", "b", "c"] },
    parts: [{ attrs: { id: item } }],
    blocks: [{ kind: "each", in: v(0), item: 0, index: 1, key: item, row: 0 }],
    templates: ['<!--r--><input data-t="0">'],
  });
  for (const order of [["c", "a", "b"], ["b", "c", "a"], ["a", "b", "c"]]) {
    page.$("#a").focus();
    await page.server.set("rows", order);
    assert.deepEqual([...page.root.querySelectorAll("input")].map(({ id }) => id), order);
    assert.equal(page.document.activeElement?.id, "a");
  }
});

test("a dict gives its keys, a str its code points, a range its ints", async () => {
  const page = await livePage({
    html: "<!--[0--><!--]-->",
    vars: { rows: [] },
    parts: [{ text: item }],
    blocks: [{ kind: "each", in: v(0), item: 0, index: 1, key: null, row: 0 }],
    templates: ["<!--r--><!--t0--><!--/-->,"],
  });
  for (const [value, shows] of [[{ b: 1, a: 2 }, "b,a,"], ["x\u{1f600}", "x,\u{1f600},"], [[], ""], [{ $tuple: [1, 2] }, "1,2,"]]) {
    await page.server.set("rows", value);
    assert.equal(page.text(), shows);
  }
});

const NESTED = {
  html: '<!--[0--><!--r--><b><!--t0-->A<!--/--><!--[1--><!--r--><i data-t="1">A1</i><!--r--><i data-t="1">A2</i><!--]--></b><!--]-->',
  vars: { groups: [{ name: "A", items: ["1", "2"] }], mark: "" },
  parts: [{ text: ["index", item, "name"] }, { text: ["concat", ["index", item, "name"], ["l", 2], v(1)] }],
  blocks: [
    { kind: "each", in: v(0), item: 0, index: 1, key: null, row: 0 },
    { kind: "each", in: ["index", item, "items"], item: 2, index: 3, key: null, row: 1 },
  ],
  templates: ["<!--r--><b><!--t0--><!--/--><!--[1--><!--]--></b>", '<!--r--><i data-t="1"></i>'],
};

test("nested lists are taken over, and rows inside rows follow their own and the outer item", async () => {
  const page = await livePage(NESTED);
  const [first, second] = page.root.querySelectorAll("i");
  await page.server.delta([{ op: "replace", path: "/s/groups/0/items/1", value: "5" }]);
  assert.equal(page.text(), "AA1A5");
  assert.deepEqual([...page.root.querySelectorAll("i")], [first, second]);
  await page.server.delta([{ op: "replace", path: "/s/groups/0/name", value: "B" }, { op: "add", path: "/s/groups/0/items/2", value: "6" }]);
  assert.equal(page.text(), "BB1B5B6");
  await page.server.delta([{ op: "add", path: "/s/groups/0", value: { name: "Z", items: ["9"] } }]);
  assert.equal(page.text(), "ZZ9BB1B5B6");
  await page.server.set("mark", "!");
  assert.equal(page.text(), "ZZ9!BB1!B5!B6!");
  await page.server.delta([{ op: "remove", path: "/s/groups/1" }]);
  assert.equal(page.text(), "ZZ9!");
});

test("a switch inside a row follows its item", async () => {
  const page = await livePage({
    html: "<!--[0--><!--r--><!--[1-->on<!--]-->;<!--]-->",
    vars: { rows: [true] },
    blocks: [
      { kind: "each", in: v(0), item: 0, index: 1, key: null, row: 0 },
      { kind: "switch", tests: [item], branches: [1, 2] },
    ],
    templates: ["<!--r--><!--[1--><!--]-->;", "on", "off"],
  });
  await page.server.delta([{ op: "add", path: "/s/rows/1", value: false }, { op: "replace", path: "/s/rows/0", value: false }]);
  assert.equal(page.text(), "off;off;");
  await page.server.delta([{ op: "replace", path: "/s/rows/1", value: true }]);
  assert.equal(page.text(), "off;on;");
});

test("rows that are objects of a class show their fields", async () => {
  const page = await livePage({
    html: '<!--[0--><!--r--><p data-t="0">7</p><!--]-->',
    vars: { rows: [{ $obj: { price: 7 } }] },
    parts: [{ text: ["attr", item, "price"] }],
    blocks: [{ kind: "each", in: v(0), item: 0, index: 1, key: null, row: 0 }],
    templates: ['<!--r--><p data-t="0"></p>'],
  });
  await page.server.delta([{ op: "replace", path: "/s/rows/0/$obj/price", value: 8 }]);
  assert.equal(page.text(), "8");
});

test("items of a dict are rows of its pairs", async () => {
  const page = await livePage({
    html: "<!--[0--><!--]-->",
    vars: { d: {} },
    parts: [{ text: ["concat", ["index", item, 0], "=", ["index", item, 1], ";"] }],
    blocks: [{ kind: "each", in: ["items", v(0)], item: 0, index: 1, key: null, row: 0 }],
    templates: ["<!--r--><!--t0--><!--/-->"],
  });
  await page.server.delta([{ op: "add", path: "/s/d/a", value: 1 }, { op: "add", path: "/s/d/b", value: 2 }]);
  assert.equal(page.text(), "a=1;b=2;");
});

test("a list whose decoding waits for the rare operations is shown when they are there", async () => {
  const page = await openPage({
    html: "<!--[0--><!--]-->",
    vars: { rows: [] },
    parts: [{ text: ["str", ["index", item, "when"]] }],
    blocks: [{ kind: "each", in: v(0), item: 0, index: 1, key: null, row: 0 }],
    templates: ["<!--r--><!--t0--><!--/-->;"],
  });
  await page.server.snapshot({ rows: [] });
  await page.server.delta([{ op: "add", path: "/s/rows/0", value: { when: { $date: "2024-02-09" } } }]);
  await page.server.delta([{ op: "add", path: "/s/rows/1", value: { when: { $date: "2025-02-09" } } }]);
  await until(() => page.text() === "2024-02-09;2025-02-09;");
  assert.equal(page.text(), "2024-02-09;2025-02-09;");
});

test("a list that is no list shows nothing, and comes back", async (t) => {
  t.mock.method(console, "debug", () => {});
  const page = await list(named("ab"));
  await page.server.set("rows", []);
  assert.equal(shown(page), "");
  await page.server.set("rows", named("cd"));
  assert.equal(shown(page), "cd");
});

test("any sequence of operations leaves the rows that the list has", async () => {
  let seed = 7;
  const random = (/** @type {number} */ n) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
  for (const key of [null, byName]) {
    const page = await list(named("abc"), { key });
    let model = ["a", "b", "c"];
    let next = 0;
    for (let frame = 0; frame < 60; frame++) {
      const ops = [];
      for (let i = random(5); i >= 0; i--) {
        const name = `n${next++}`;
        const at = random(model.length + 1);
        const kind = random(10);
        if (kind < 4) {
          ops.push({ op: "add", path: `/s/rows/${at}`, value: { name } });
          model.splice(at, 0, name);
        } else if (kind < 6 && at < model.length) {
          ops.push({ op: "remove", path: `/s/rows/${at}` });
          model.splice(at, 1);
        } else if (kind < 8 && at < model.length) {
          ops.push({ op: "replace", path: `/s/rows/${at}${kind === 6 ? "" : "/name"}`, value: kind === 6 ? { name } : name });
          model[at] = name;
        } else if (kind === 9) {
          model = model.map((one) => ({ one, rank: random(100) })).sort((a, b) => a.rank - b.rank).map(({ one }) => one);
          ops.push({ op: "replace", path: "/s/rows", value: model.map((one) => ({ name: one })) });
        }
      }
      await page.server.delta(ops);
      assert.deepEqual(rowsOf(page).map((li) => li.textContent), model.map((name, i) => `${name} #${i}`));
    }
  }
});

test("the rows that may stay are a longest increasing run", () => {
  assert.deepEqual([...inOrder([])], []);
  assert.deepEqual([...inOrder([-1, -1])], []);
  assert.deepEqual([...inOrder([0, 1, 2])].sort(), [0, 1, 2]);
  assert.equal(inOrder([1, 2, 3, 0]).size, 3);
  assert.equal(inOrder([3, 0, -1, 1, 2]).size, 3);
  assert.equal(inOrder([2, 1, 0]).size, 1);
});
