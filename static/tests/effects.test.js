// Effects: performed, in order, at most once, after their frame's changes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { livePage, openPage, settle, until } from "./page.js";

const SCRIPT = ["java", "script:"].join("");
const PAGE = { html: '<input id="i" data-t="0"><input id="c" type="checkbox">', vars: { n: 0 }, parts: [{ attrs: { title: ["v", 0] } }] };
const effect = (/** @type {number} */ id, /** @type {string} */ kind, /** @type {any} */ args) => ({ id, kind, args });
const toasts = (/** @type {any} */ page) => [...page.document.querySelectorAll("#ts-toasts .toast")].map((card) => card.textContent);

/** Wait for effects that fetch their chunk. */
const performed = async () => {
  for (let i = 0; i < 10; i++) await settle();
};

/** Replace what navigates. @param {any} t @param {any} [more] */
function fakeLocation(t, more = {}) {
  const assign = t.mock.fn();
  Object.defineProperty(globalThis, "location", {
    value: { href: "http://localhost/page", origin: "http://localhost", pathname: "/page", search: "", assign, ...more }, configurable: true, writable: true,
  });
  return assign;
}

test("a toast is text in a region that is read out", async () => {
  const page = await livePage(PAGE);
  await page.server.delta([], { effects: [effect(1, "toast", { message: "<b>done</b>", level: "success" })] });
  await until(() => toasts(page).length > 0);
  assert.deepEqual(toasts(page), ["<b>done</b>"]);
  const region = page.document.getElementById("ts-toasts");
  assert.equal(region?.getAttribute("role"), "status");
  assert.equal(region?.getAttribute("aria-live"), "polite");
  assert.equal(page.document.querySelector(".toast")?.getAttribute("data-category"), "success");
});

test("toasts go by themselves, and when clicked; five are shown at most", async (t) => {
  const page = await livePage(PAGE);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const effects = ["a", "b", "c", "d", "e", "f"].map((message, i) => effect(i + 1, "toast", { message, level: "info" }));
  await page.server.delta([], { effects });
  await until(() => toasts(page).includes("f"));
  assert.deepEqual(toasts(page), ["b", "c", "d", "e", "f"]);
  /** @type {any} */ (page.document.querySelector(".toast")).click();
  assert.deepEqual(toasts(page), ["c", "d", "e", "f"]);
  t.mock.timers.tick(5000);
  assert.deepEqual(toasts(page), []);
});

test("an effect sees the page with its frame's changes", async () => {
  const page = await livePage(PAGE);
  await page.server.delta([{ op: "replace", path: "/s/n", value: 7 }], { effects: [effect(1, "set_value", { id: "i", value: "x" })] });
  await performed();
  assert.equal(page.$("#i").title, "7");
  assert.equal(page.$("#i").value, "x");
});

test("set_value sets text, numbers and ticks", async () => {
  const page = await livePage(PAGE);
  await page.server.delta([], { effects: [effect(1, "set_value", { id: "i", value: 5 }), effect(2, "set_value", { id: "c", value: true }), effect(3, "set_value", { id: "none", value: 1 })] });
  await performed();
  assert.equal(page.$("#i").value, "5");
  assert.equal(page.$("#c").checked, true);
});

test("set_focus focuses", async () => {
  const page = await livePage(PAGE);
  await page.server.delta([], { effects: [effect(1, "set_focus", { id: "i" })] });
  await performed();
  assert.equal(page.document.activeElement?.id, "i");
});

test("console_log writes", async (t) => {
  const page = await livePage(PAGE);
  const log = t.mock.method(console, "log", () => {});
  await page.server.delta([], { effects: [effect(1, "console_log", { message: "hi" })] });
  await performed();
  assert.deepEqual(log.mock.calls.map((call) => call.arguments), [["hi"]]);
});

test("redirect goes to addresses of this site, elsewhere only when told, and to http and https only", async (t) => {
  const page = await livePage(PAGE);
  const assign = fakeLocation(t);
  const urls = [
    ["/next?a=1", false], ["https://x.test/", false], ["//x.test/", false], ["https://x.test/", true], [`${SCRIPT}alert(1)`, true],
    ["data:text/html,x", true], [`\t${SCRIPT}alert(1)`, false], ["http://[", true],
  ];
  t.mock.method(console, "debug", () => {});
  await page.server.delta([], { effects: urls.map(([url, external], i) => effect(i + 1, "redirect", { url, external })) });
  await performed();
  await until(() => assign.mock.calls.length > 1); // inside the app the page is asked for first
  assert.deepEqual(assign.mock.calls.map((/** @type {any} */ call) => call.arguments[0]).sort(), ["http://localhost/next?a=1", "https://x.test/"]);
});

test("download follows addresses of this site only, by a link with the file's name", async (t) => {
  const page = await livePage(PAGE);
  /** @type {any[]} */
  const clicked = [];
  page.window.HTMLElement.prototype.click = function () { clicked.push([this.href, this.download]); };
  t.mock.method(console, "debug", () => {});
  await page.server.delta([], { effects: [
    effect(1, "download", { url: "/a.csv", filename: "b.csv" }), effect(2, "download", { url: "https://x.test/a", filename: null }), effect(3, "download", { url: `${SCRIPT}x`, filename: null }),
  ] });
  await performed();
  assert.deepEqual(clicked, [["http://localhost/a.csv", "b.csv"]]);
});

test("an effect is performed at most once, in this document and after a reload", async () => {
  const page = await livePage(PAGE);
  await page.server.delta([], { seq: 2, effects: [effect(1, "toast", { message: "a", level: "info" })] });
  await page.server.delta([], { seq: 3, effects: [effect(1, "toast", { message: "a", level: "info" }), effect(2, "toast", { message: "b", level: "info" })] });
  await performed();
  assert.deepEqual(toasts(page), ["a", "b"]);
  const storage = { "ts-token": "tok", "ts-effects": page.window.sessionStorage.getItem("ts-effects") };
  const again = await openPage({ ...PAGE, storage });
  await again.server.snapshot({ n: 0 }, { fresh: false, effects: [effect(2, "toast", { message: "b", level: "info" }), effect(3, "toast", { message: "c", level: "info" })] });
  await performed();
  assert.deepEqual(toasts(again), ["c"]);
});

test("another session counts from 1 again", async () => {
  const page = await openPage({ ...PAGE, storage: { "ts-effects": "old 9" } });
  await page.server.snapshot({ n: 0 }, { effects: [effect(1, "toast", { message: "a", level: "info" })] });
  await performed();
  assert.deepEqual(toasts(page), ["a"]);
});

test("an unknown effect, or one that fails, stops nothing", async (t) => {
  t.mock.method(console, "debug", () => {});
  const page = await livePage(PAGE);
  await page.server.delta([], { effects: [effect(1, "constructor", {}), effect(2, "toast", null), effect(3, "toast", { message: "c", level: "info" })] });
  await performed();
  assert.deepEqual(toasts(page), ["c"]);
});
