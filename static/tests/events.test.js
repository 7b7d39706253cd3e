// What the user does, and what of it reaches the server.

import assert from "node:assert/strict";
import { test } from "node:test";
import { click, livePage, openPage, settle, type, until } from "./page.js";

const v = (/** @type {number} */ i) => ["v", i];
const e = (/** @type {number} */ i) => ["e", i];
const sent = (/** @type {any} */ page) => page.server.events.map((/** @type {any} */ { b, a }) => [b, ...a]);

test("a click is in a POST before the click's task has ended", async () => {
  const page = await livePage({ html: '<button data-t="0"></button>', parts: [{ on: { click: { do: [{ b: 3, a: [] }] } } }] });
  click(page.window, page.$("button"));
  assert.equal(page.server.posts.length, 1);
  const [{ body, init }] = page.server.posts;
  assert.deepEqual(body, { token: "tok", page: "p1", epoch: page.server.stream.query.doc, seen: 1, events: [{ n: 1, b: 3, a: [] }] });
  assert.equal(init.headers["content-type"], "application/json");
});

test("a click inside the element that listens counts, and goes on to those around it", async () => {
  const page = await livePage({
    html: '<div data-t="0"><p data-t="1"><b>x</b></p></div>',
    parts: [{ on: { click: { do: [{ b: 0, a: [] }] } } }, { on: { click: { do: [{ b: 1, a: [] }] } } }],
  });
  click(page.window, page.$("b"));
  await settle();
  assert.deepEqual(sent(page), [[1], [0]]);
});

test("stop keeps an event from those around, prevent from the browser", async () => {
  const page = await livePage({
    html: '<div data-t="0"><a data-t="1" href="/x">x</a></div>',
    parts: [{ on: { click: { do: [{ b: 0, a: [] }] } } }, { on: { click: { do: [{ b: 1, a: [] }], stop: true, prevent: true } } }],
  });
  const event = new page.window.MouseEvent("click", { bubbles: true, cancelable: true });
  page.$("a").dispatchEvent(event);
  assert.ok(event.defaultPrevented);
  await settle();
  assert.deepEqual(sent(page), [[1]]);
});

test("arguments are evaluated at the event, in the row's scope", async () => {
  const page = await livePage({
    html: '<!--[0--><!--r--><button data-t="0">a</button><!--]-->',
    vars: { rows: ["a"], n: 1 },
    parts: [{ on: { click: { do: [{ b: 0, a: [["l", 0], ["l", 1], ["add", v(1), 1]] }] } } }],
    blocks: [{ kind: "each", in: v(0), item: 0, index: 1, key: null, row: 0 }],
    templates: ['<!--r--><button data-t="0"></button>'],
  });
  await page.server.delta([{ op: "add", path: "/s/rows/0", value: "z" }, { op: "replace", path: "/s/n", value: 5 }]);
  for (const button of page.root.querySelectorAll("button")) click(page.window, button);
  await settle();
  assert.deepEqual(sent(page), [[0, "z", 0, 6], [0, "a", 1, 6]]);
});

test("several calls of one trigger go in one batch, in order", async () => {
  const page = await livePage({ html: '<button data-t="0"></button>', parts: [{ on: { click: { do: [{ b: 1, a: [] }, { b: 2, a: [7] }] } } }] });
  click(page.window, page.$("button"));
  assert.deepEqual(page.server.posts[0].body.events, [{ n: 1, b: 1, a: [] }, { n: 2, b: 2, a: [7] }]);
});

test("values of events: text, number, check, key", async () => {
  const page = await livePage({
    html: '<input data-t="0"><input type="checkbox" data-t="1">',
    parts: [
      { on: { input: { x: ["value", "number"], do: [{ b: 0, a: [e(0), e(1)] }] }, keydown: { x: ["key"], do: [{ b: 2, a: [e(0)] }] } } },
      { on: { change: { x: ["checked"], do: [{ b: 1, a: [e(0)] }] } } },
    ],
  });
  const [text, check] = page.root.querySelectorAll("input");
  for (const typed of ["12", " -3 ", "1.0", "1.5", "1e2", "", "x", "+4"]) type(page.window, text, typed);
  text.dispatchEvent(new page.window.KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  check.checked = true;
  check.dispatchEvent(new page.window.Event("change", { bubbles: true }));
  await settle();
  assert.deepEqual(sent(page), [
    [0, "12", 12], [0, " -3 ", -3], [0, "1.0", { $float: "1.0" }], [0, "1.5", 1.5], [0, "1e2", { $float: "100.0" }], [0, "", null], [0, "x", null], [0, "+4", 4],
    [2, "Enter"], [1, true],
  ]);
});

test("a number beyond 2**53 is not sent rounded", async (t) => {
  t.mock.method(console, "debug", () => {});
  const page = await livePage({ html: '<input data-t="0">', parts: [{ on: { input: { x: ["number"], do: [{ b: 0, a: [e(0)] }] } } }] });
  type(page.window, page.$("input"), "9007199254740993");
  await settle();
  assert.deepEqual(sent(page), []);
});

test("focus and blur do not bubble and are heard all the same", async () => {
  const page = await livePage({
    html: '<input data-t="0"><input id="other">',
    parts: [{ on: { focus: { do: [{ b: 0, a: [] }] }, blur: { do: [{ b: 1, a: [] }] } } }],
  });
  page.$("input").focus();
  page.$("#other").focus();
  await settle();
  assert.deepEqual(sent(page), [[0], [1]]);
});

test("focus that an update takes away is no blur of the user's", async () => {
  const page = await livePage({
    html: '<!--[0--><input data-t="0"><!--]-->',
    vars: { on: true },
    parts: [{ on: { blur: { do: [{ b: 0, a: [] }] } } }],
    blocks: [{ kind: "switch", tests: [v(0)], branches: [0, null] }],
    templates: ['<input data-t="0">'],
  });
  page.$("input").focus();
  await page.server.set("on", false);
  assert.deepEqual(sent(page), []);
});

test("debounce sends the last of a burst", async (t) => {
  const page = await livePage({ gestures: true, html: '<input data-t="0">', parts: [{ on: { input: { x: ["value"], do: [{ b: 0, a: [e(0)] }], debounce: 300 } } }] });
  t.mock.timers.enable({ apis: ["setTimeout"] });
  for (const typed of ["a", "ab", "abc"]) {
    type(page.window, page.$("input"), typed);
    t.mock.timers.tick(299);
  }
  assert.deepEqual(sent(page), []);
  t.mock.timers.tick(1);
  assert.deepEqual(sent(page), [[0, "abc"]]);
});

test("what debouncing holds back goes before the next click, on leaving the input, and with the page", async (t) => {
  const page = await livePage({ gestures: true,
    html: '<input data-t="0"><button data-t="1"></button>',
    parts: [{ on: { input: { x: ["value"], do: [{ b: 0, a: [e(0)] }], debounce: 300 } } }, { on: { click: { do: [{ b: 1, a: [] }] } } }],
  });
  t.mock.timers.enable({ apis: ["setTimeout"] });
  type(page.window, page.$("input"), "a");
  click(page.window, page.$("button"));
  await settle();
  assert.deepEqual(sent(page), [[0, "a"], [1]]);
  type(page.window, page.$("input"), "b");
  page.$("input").blur();
  await settle();
  assert.deepEqual(sent(page).slice(2), [[0, "b"]]);
  type(page.window, page.$("input"), "c");
  page.window.dispatchEvent(new page.window.Event("pagehide"));
  const [first, ...repeats] = page.server.events.slice(3);
  assert.deepEqual(first, { n: 4, b: 0, a: ["c"] });
  assert.ok(repeats.every((/** @type {any} */ { n }) => n === 4)); // the one in flight may be lost with the page
});

test("throttle sends the first at once and the last at the end of its time", async (t) => {
  const page = await livePage({ gestures: true, html: '<input data-t="0">', parts: [{ on: { input: { x: ["value"], do: [{ b: 0, a: [e(0)] }], throttle: 100 } } }] });
  t.mock.timers.enable({ apis: ["setTimeout"] });
  for (const typed of ["a", "b", "c"]) type(page.window, page.$("input"), typed);
  await settle();
  assert.deepEqual(sent(page), [[0, "a"]]);
  t.mock.timers.tick(100);
  await settle();
  assert.deepEqual(sent(page), [[0, "a"], [0, "c"]]);
  t.mock.timers.tick(100);
  type(page.window, page.$("input"), "d");
  await settle();
  assert.deepEqual(sent(page).slice(2), [[0, "d"]]);
});

test("an argument that needs a rare operation is sent when it is there", async () => {
  const page = await livePage({ html: '<button data-t="0"></button>', vars: { n: 5 }, parts: [{ on: { click: { do: [{ b: 0, a: [["format", v(0), "03d"]] }] } } }] });
  click(page.window, page.$("button"));
  await until(() => page.server.posts.length > 0);
  assert.deepEqual(sent(page), [[0, "005"]]);
});

test("an argument that fails sends nothing", async (t) => {
  t.mock.method(console, "debug", () => {});
  const page = await livePage({ html: '<button data-t="0"></button>', vars: { n: 0 }, parts: [{ on: { click: { do: [{ b: 0, a: [["mod", 1, v(0)]] }] } } }] });
  click(page.window, page.$("button"));
  await settle();
  assert.deepEqual(sent(page), []);
});

test("what is clicked before the first snapshot is sent after it", async () => {
  const page = await openPage({ html: '<button data-t="0"></button>', parts: [{ on: { click: { do: [{ b: 0, a: [] }] } } }] });
  click(page.window, page.$("button"));
  assert.equal(page.server.posts.length, 0);
  await page.server.snapshot();
  assert.deepEqual(sent(page), [[0]]);
});

test("a form is sent as what is in it", async () => {
  const page = await livePage({
    html: '<form data-t="0"><input name="a" value="x"><input name="b"></form>',
    parts: [{ on: { submit: { x: ["form", "fields"], prevent: true, do: [{ b: 0, a: [["index", e(0), "a"], e(1)] }] } } }],
  });
  const input = page.$("input");
  input.value = "typed";
  const event = new page.window.Event("submit", { bubbles: true, cancelable: true });
  page.$("form").dispatchEvent(event);
  await settle();
  assert.deepEqual(sent(page), [[0, "typed", [["a", "typed"], ["b", ""]]]]);
  assert.equal(event.defaultPrevented, true);
  assert.equal(input.value, "typed");
});

test("an event of a custom element carries its detail, or the element's value", async () => {
  const page = await livePage({
    html: "<star-rating data-t=\"0\"></star-rating>",
    parts: [{ on: { rate: { x: ["detail"], do: [{ b: 0, a: [e(0)] }] } } }],
  });
  const stars = page.$("star-rating");
  stars.value = "three";
  stars.dispatchEvent(new page.window.CustomEvent("rate", { detail: { stars: [1, 2.5] } }));
  stars.dispatchEvent(new page.window.Event("rate"));
  await settle();
  await until(() => page.server.events.length === 2);
  assert.deepEqual(sent(page).at(-1), [0, "three"]);
});

test("a property of a custom element is what scripts know: numbers, arrays, objects", async () => {
  const page = await livePage({
    html: "<bar-chart data-t=\"0\"></bar-chart>",
    vars: { rows: [1, { $float: "2.0" }, { a: true }] },
    parts: [{ props: { rows: v(0), size: 5 } }],
  });
  const { rows, size } = page.$("bar-chart");
  assert.deepEqual([rows, size], [[1, 2, { a: true }], 5]);
});

test("two triggers of one event each do their own", async (t) => {
  const page = await livePage({
    gestures: true,
    html: '<input data-t="0">',
    parts: [{ on: { input: [{ x: ["value"], do: [{ b: 0, a: [e(0)] }], debounce: 300 }, { x: ["value"], do: [{ b: 1, a: [e(0)] }] }] } }],
  });
  t.mock.timers.enable({ apis: ["setTimeout"] });
  for (const typed of ["a", "ab"]) type(page.window, page.$("input"), typed);
  await settle();
  assert.deepEqual(sent(page), [[1, "a"], [1, "ab"]]); // they do not drive each other out
  t.mock.timers.tick(300);
  await settle();
  assert.deepEqual(sent(page).slice(2), [[0, "ab"]]);
});

test("what is done before the chunk is there is sent when it is, in order", async () => {
  const page = await openPage({
    gestures: true,
    html: '<button data-t="0"></button><form data-t="1"><input name="a" value="x"></form>',
    parts: [
      { on: { click: { x: ["mouse"], do: [{ b: 0, a: [["index", e(0), "x"]] }] } } },
      { on: { submit: { x: ["form"], prevent: true, reset: true, do: [{ b: 1, a: [["index", e(0), "a"]] }] } } },
    ],
    early: () => {},
  });
  page.$("input").value = "typed";
  page.$("form").dispatchEvent(new page.window.Event("submit", { bubbles: true, cancelable: true }));
  page.$("button").dispatchEvent(new page.window.MouseEvent("click", { bubbles: true, clientX: 7.4 }));
  await page.server.snapshot();
  await until(() => page.server.events.length === 2);
  assert.deepEqual(sent(page), [[1, "typed"], [0, 7]]);
});

/** @param {any} page @param {string} key @param {any} [held] @param {any} [target] */
function press(page, key, held = {}, target = page.$("input")) {
  const event = new page.window.KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...held });
  target.dispatchEvent(event);
  return event.defaultPrevented;
}

test("a filter lets its own keys through, and prevents no other", async () => {
  const page = await livePage({
    gestures: true,
    html: '<input data-t="0">',
    parts: [{ on: { keydown: [
      { key: ["Enter", 0], do: [{ b: 0, a: [] }] },
      { key: ["s", 2], prevent: true, do: [{ b: 1, a: [] }] },
      { key: ["?", 0], do: [{ b: 2, a: [] }] },
      { key: ["Tab", 8], do: [{ b: 3, a: [] }] },
      { key: ["k", 16], do: [{ b: 4, a: [] }] },
    ] } }],
  });
  assert.equal(press(page, "a"), false);
  assert.equal(press(page, "Enter", { shiftKey: true }), false);
  assert.equal(press(page, "Enter", { isComposing: true }), false);
  assert.equal(press(page, "s"), false);
  assert.equal(press(page, "Tab"), false);
  await settle();
  assert.deepEqual(sent(page), []);
  press(page, "Enter");
  assert.equal(press(page, "S", { ctrlKey: true }), true);
  press(page, "?", { shiftKey: true });
  press(page, "Tab", { shiftKey: true });
  press(page, "k", { ctrlKey: true });
  press(page, "ы", { ctrlKey: true, code: "KeyS" });
  await settle();
  assert.deepEqual(sent(page), [[0], [1], [2], [3], [4], [1]]);
});

test("a key carries what was held down with it", async () => {
  const page = await livePage({
    gestures: true,
    html: '<input data-t="0">',
    parts: [{ on: { keydown: { x: ["key", "info"], do: [{ b: 0, a: [e(0), e(1)] }] } } }],
  });
  press(page, "A", { shiftKey: true, repeat: true });
  await settle();
  assert.deepEqual(sent(page), [[0, "A", { alt: false, ctrl: false, meta: false, shift: true, repeat: true }]]);
});

test("mounting is told once the page is live, and when a branch comes and goes", async () => {
  const on = { "ts-mount": { do: [{ b: 0, a: [] }] }, "ts-unmount": { do: [{ b: 1, a: [] }] } };
  const page = await openPage({
    gestures: true,
    html: '<p data-t="0"></p><!--[0--><b data-t="0"></b><!--]-->',
    vars: { on: true },
    parts: [{ on }],
    blocks: [{ kind: "switch", tests: [v(0)], branches: [0, null] }],
    templates: ['<b data-t="0"></b>'],
  });
  await settle();
  await page.server.snapshot({ on: false }); // what the defaults showed is not worth telling
  await until(() => page.server.events.length === 1);
  assert.deepEqual(sent(page), [[0]]);
  await page.server.set("on", true);
  await until(() => page.server.events.length === 2);
  assert.deepEqual(sent(page).slice(1), [[0]]);
  await page.server.set("on", false);
  await until(() => page.server.events.length === 3);
  assert.deepEqual(sent(page).slice(2), [[1]]);
});

test("a listener to the window hears it while it is on show, and no shortcut in a text", async () => {
  const page = await livePage({
    gestures: true,
    html: '<!--[0--><span data-t="0" hidden></span><!--]--><input>',
    vars: { on: true },
    parts: [{ on: {
      "window:resize": { x: ["width", "height"], do: [{ b: 0, a: [e(0), e(1)] }] },
      "window:keydown": [{ key: ["Escape", 0], prevent: true, do: [{ b: 1, a: [] }] }, { key: ["n", 0], do: [{ b: 2, a: [] }] }],
    } }],
    blocks: [{ kind: "switch", tests: [v(0)], branches: [0, null] }],
    templates: ['<span data-t="0" hidden></span>'],
  });
  Object.assign(globalThis, { innerWidth: 640, innerHeight: 480 });
  await settle();
  page.window.dispatchEvent(new page.window.Event("resize"));
  assert.equal(press(page, "Escape"), true);
  press(page, "n");
  press(page, "n", {}, page.document.body);
  await settle();
  assert.deepEqual(sent(page), [[0, 640, 480], [1], [2]]);
  await page.server.set("on", false);
  press(page, "Escape");
  await settle();
  assert.equal(page.server.events.length, 3);
});

test("what was used is busy until its event is over", async () => {
  const page = await livePage({
    html: '<button data-t="0"></button><button data-t="1"></button><input data-t="2">',
    vars: { n: 0 },
    parts: [
      { on: { click: { do: [{ b: 0, a: [] }] } } },
      { on: { click: { do: [{ b: 1, a: [] }], quiet: true } } },
      { on: { input: { x: ["value"], do: [{ b: 2, a: [e(0)] }] } } },
    ],
  });
  const [busy, quiet] = page.root.querySelectorAll("button");
  click(page.window, quiet);
  click(page.window, busy);
  type(page.window, page.$("input"), "x");
  assert.equal(page.root.querySelectorAll("[aria-busy]").length, 1);
  assert.equal(busy.getAttribute("aria-busy"), "true");
  await page.server.set("n", 1, { ack: 1 });
  assert.equal(busy.getAttribute("aria-busy"), "true");
  click(page.window, busy);
  await page.server.set("n", 2, { ack: 2 }); // its first press is over, its second is not
  assert.equal(busy.getAttribute("aria-busy"), "true");
  await page.server.set("n", 3, { ack: 4 });
  assert.equal(busy.hasAttribute("aria-busy"), false);
});

test("nothing stays busy that is refused, or whose session is gone", async (t) => {
  t.mock.method(console, "debug", () => {});
  const page = await livePage({ html: '<button data-t="0"></button>', parts: [{ on: { click: { do: [{ b: 0, a: [] }] } } }] });
  const button = page.$("button");
  page.server.answersAlone = false;
  click(page.window, button);
  await page.server.posts[0].answer(202, { ack: 1, refused: [{ n: 1, error: "no" }] });
  assert.equal(button.hasAttribute("aria-busy"), false);
  click(page.window, button);
  assert.equal(button.getAttribute("aria-busy"), "true");
  await page.server.cut(t);
  assert.equal(button.hasAttribute("aria-busy"), false);
});
