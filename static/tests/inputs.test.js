// Who wins when the user and the server set the same control.

import assert from "node:assert/strict";
import { test } from "node:test";
import { livePage, openPage, settle, type, click } from "./page.js";

const v = (/** @type {number} */ i) => ["v", i];

/** A text input bound to a var, that sends what is typed; and a button. */
const form = (/** @type {any} */ more = {}) => livePage({
  html: '<input data-t="0" value="a"><button data-t="1"></button>',
  vars: { t: "a" },
  parts: [
    { props: { value: v(0) }, on: { input: { x: ["value"], do: [{ b: 0, a: [["e", 0]] }] }, keydown: { x: ["key"], do: [{ b: 2, a: [["e", 0]] }] } } },
    { on: { click: { do: [{ b: 1, a: [] }] } } },
  ],
  ...more,
});

test("an input that nobody edits follows its var", async () => {
  const page = await form();
  await page.server.set("t", "b");
  assert.equal(page.$("input").value, "b");
  await page.server.set("t", null);
  assert.equal(page.$("input").value, "");
  await page.server.set("t", 7);
  assert.equal(page.$("input").value, "7");
});

test("a frame older than the edit does not overwrite it; the edit's own does not either", async () => {
  const page = await form();
  type(page.window, page.$("input"), "abc");
  await page.server.set("t", "b", { ack: 0 });
  assert.equal(page.$("input").value, "abc");
  await page.server.set("t", "abc", { ack: 1 });
  assert.equal(page.$("input").value, "abc");
});

test("typing goes on while earlier keys are on their way", async () => {
  const page = await form();
  const input = page.$("input");
  type(page.window, input, "1");
  type(page.window, input, "12");
  await page.server.set("t", "1", { ack: 1 });
  assert.equal(input.value, "12");
  await page.server.set("t", "12", { ack: 2 });
  assert.equal(input.value, "12");
});

test("a clamped entry is corrected when the input is left, not under the user's fingers", async () => {
  const page = await form();
  const input = page.$("input");
  type(page.window, input, "99");
  await page.server.set("t", "10", { ack: 1 });
  assert.equal(input.value, "99");
  input.blur();
  assert.equal(input.value, "10");
});

test("a refused entry whose var did not change is corrected when the input is left", async () => {
  const page = await form();
  const input = page.$("input");
  type(page.window, input, "nonsense");
  await page.server.delta([], { ack: 1 });
  assert.equal(input.value, "nonsense");
  input.blur();
  assert.equal(input.value, "a");
});

test("an input that was left before its acknowledgement is corrected by it", async () => {
  const page = await form();
  const input = page.$("input");
  type(page.window, input, "99");
  input.blur();
  assert.equal(input.value, "99");
  await page.server.delta([], { ack: 1 });
  assert.equal(input.value, "a");
});

test("a change that comes after the edit's acknowledgement shows at once, focused or not", async () => {
  const page = await form();
  const input = page.$("input");
  type(page.window, input, "hello");
  await page.server.set("t", "hello", { ack: 1 });
  input.dispatchEvent(new page.window.KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  await page.server.set("t", "", { ack: 2 });
  assert.equal(input.value, "");
  assert.equal(page.document.activeElement, input);
});

test("the same when the edit and what follows it come back in one frame", async () => {
  const page = await form();
  const input = page.$("input");
  type(page.window, input, "hello");
  input.dispatchEvent(new page.window.KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  await page.server.set("t", "", { ack: 2 });
  assert.equal(input.value, "");
});

test("an edit that sends nothing is kept while the input has the focus", async () => {
  const page = await livePage({ html: '<input data-t="0">', vars: { t: "a" }, parts: [{ props: { value: v(0) } }] });
  const input = page.$("input");
  type(page.window, input, "mine");
  await page.server.set("t", "b");
  assert.equal(input.value, "mine");
  input.blur();
  assert.equal(input.value, "b");
});

test("what was typed before the runtime came is kept while it is being typed", async () => {
  const page = await openPage({
    html: '<input data-t="0" value="a">',
    vars: { t: "a" },
    parts: [{ props: { value: v(0) } }],
    early: ($, window) => type(window, $("input"), "early"),
  });
  assert.equal(page.$("input").value, "early");
  await page.server.snapshot({ t: "b" });
  assert.equal(page.$("input").value, "early");
  page.$("input").blur();
  assert.equal(page.$("input").value, "b");
});

test("event numbers that start again leave no control waiting for ever", async (t) => {
  const page = await form();
  const input = page.$("input");
  type(page.window, input, "x");
  type(page.window, input, "xy");
  await page.server.set("t", "xy", { ack: 2 });
  await page.server.cut(t);
  await page.server.snapshot({ t: "fresh" }, { token: "tok2", fresh: true });
  assert.equal(input.value, "fresh");
});

test("a checkbox shows a refused tick as it is, at once", async () => {
  const page = await livePage({
    html: '<input type="checkbox" data-t="0">',
    vars: { on: false },
    parts: [{ props: { checked: v(0) }, on: { change: { x: ["checked"], do: [{ b: 0, a: [["e", 0]] }] } } }],
  });
  const box = page.$("input");
  box.focus();
  box.checked = true;
  box.dispatchEvent(new page.window.Event("change", { bubbles: true }));
  await page.server.set("on", false, { ack: 0 });
  assert.equal(box.checked, true);
  await page.server.delta([], { ack: 1 });
  assert.equal(box.checked, false);
});

test("a refused radio button gives the tick back to the one that had it", async () => {
  const radio = (/** @type {string} */ value) => ({
    props: { checked: ["eq", v(0), value] },
    on: { change: { x: ["value"], do: [{ b: 0, a: [["e", 0]] }] } },
  });
  const page = await livePage({
    html: '<input type="radio" name="r" value="x" data-t="0" checked><input type="radio" name="r" value="y" data-t="1">',
    vars: { t: "x" },
    parts: [radio("x"), radio("y")],
  });
  const [x, y] = page.root.querySelectorAll("input");
  y.checked = true;
  y.dispatchEvent(new page.window.Event("change", { bubbles: true }));
  await page.server.delta([], { ack: 1 });
  assert.deepEqual([x.checked, y.checked], [true, false]);
});

test("an entry that is no value is marked, and the mark goes when it is corrected", async (t) => {
  t.mock.method(console, "debug", () => {});
  const page = await form();
  page.server.answersAlone = false;
  const input = page.$("input");
  type(page.window, input, "nonsense");
  await page.server.posts[0].answer(202, { ack: 1, refused: [{ n: 1, error: "no int" }] });
  assert.equal(input.getAttribute("aria-invalid"), "true");
  await page.server.delta([], { ack: 1 });
  assert.equal(input.value, "nonsense");
  input.blur();
  assert.equal(input.value, "a");
  assert.equal(input.hasAttribute("aria-invalid"), false);
});

test("a refusal is marked also when it comes after the frame that acknowledges it", async (t) => {
  t.mock.method(console, "debug", () => {});
  const page = await form();
  page.server.answersAlone = false;
  const input = page.$("input");
  type(page.window, input, "nonsense");
  await page.server.delta([], { ack: 1 });
  await page.server.posts[0].answer(202, { ack: 1, refused: [{ n: 1, error: "no int" }] });
  assert.equal(input.getAttribute("aria-invalid"), "true");
  assert.equal(input.value, "nonsense");
  input.blur();
  assert.equal(input.value, "a");
  assert.equal(input.hasAttribute("aria-invalid"), false);
});

test("the mark goes too when the entry is mended", async (t) => {
  t.mock.method(console, "debug", () => {});
  const page = await form();
  page.server.answersAlone = false;
  const input = page.$("input");
  type(page.window, input, "x");
  await page.server.posts[0].answer(202, { ack: 1, refused: [{ n: 1, error: "no int" }] });
  type(page.window, input, "5");
  await page.server.posts[1].answer(202, { ack: 2, refused: [] });
  await page.server.set("t", 5, { ack: 2 });
  assert.equal(input.hasAttribute("aria-invalid"), false);
  assert.equal(input.value, "5");
});

test("the caret stays where it is when an update changes the text around it", async () => {
  const page = await form();
  const input = page.$("input");
  input.focus();
  await page.server.set("t", "abcdef");
  input.setSelectionRange(2, 4);
  await page.server.set("t", "abcdefg");
  assert.deepEqual([input.selectionStart, input.selectionEnd], [2, 4]);
});

test("an update elsewhere leaves the focus where it is", async () => {
  const page = await form();
  type(page.window, page.$("input"), "abc");
  click(page.window, page.$("button"));
  await page.server.delta([], { ack: 2 });
  await settle();
  assert.equal(page.document.activeElement, page.$("input"));
});
