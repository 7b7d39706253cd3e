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

test("console_log has the console's levels, set_clipboard writes a text, scroll_to scrolls", async (t) => {
  const page = await livePage(PAGE);
  const warn = t.mock.method(console, "warn", () => {});
  const writeText = t.mock.fn(async () => {});
  Object.defineProperty(page.window.navigator, "clipboard", { value: { writeText }, configurable: true });
  const scroll = t.mock.fn();
  page.$("#i").scrollIntoView = scroll;
  await page.server.delta([], { effects: [
    effect(1, "console_log", { message: "careful", level: "warn" }), effect(2, "set_clipboard", { text: "a" }), effect(3, "scroll_to", { id: "i", align: "end" }),
  ] });
  await performed();
  assert.deepEqual(warn.mock.calls.map((call) => call.arguments), [["careful"]]);
  assert.deepEqual(writeText.mock.calls.map((/** @type {any} */ call) => call.arguments), [["a"]]);
  assert.deepEqual(scroll.mock.calls.map((/** @type {any} */ call) => call.arguments), [[{ block: "end" }]]);
});

test("what a page keeps of its vars can be removed, nothing else", async () => {
  const stored = [{ v: 0, in: "local", key: "s.n" }, { v: 1, in: "local", key: "s.m" }, { v: 2, in: "session", key: "s.n" }];
  const page = await livePage({ ...PAGE, vars: { n: 0, m: 0, k: 0 }, stored });
  for (const key of ["s.n", "s.m", "other"]) page.window.localStorage.setItem(key, "1");
  page.window.sessionStorage.setItem("s.n", "1");
  await page.server.delta([], { effects: [effect(1, "remove_storage", { in: "local", key: "other" }), effect(2, "remove_storage", { in: "local", key: "s.n" })] });
  await performed();
  assert.deepEqual(["s.n", "s.m", "other"].map((key) => page.window.localStorage.getItem(key)), [null, "1", "1"]);
  await page.server.delta([], { effects: [effect(3, "remove_storage", { in: "local", key: null })] });
  await performed();
  assert.deepEqual(["s.m", "other"].map((key) => page.window.localStorage.getItem(key)), [null, "1"]);
  assert.equal(page.window.sessionStorage.getItem("s.n"), "1");
});

test("a tab is opened where the user has pressed something, else there is a link", async (t) => {
  const page = await livePage(PAGE);
  const open = t.mock.fn();
  Object.defineProperty(globalThis, "open", { value: open, configurable: true, writable: true });
  const say = (/** @type {boolean} */ isActive) => Object.defineProperty(page.window.navigator, "userActivation", { value: { isActive }, configurable: true });
  say(true);
  await page.server.delta([], { effects: [effect(1, "open_window", { url: "/next", external: false }), effect(2, "open_window", { url: `${SCRIPT}alert(1)`, external: true })] });
  await performed();
  assert.deepEqual(open.mock.calls.map((/** @type {any} */ call) => call.arguments), [["http://localhost/next", "_blank", "noopener"]]);
  say(false);
  await page.server.delta([], { effects: [effect(3, "open_window", { url: "/next", external: false })] });
  await until(() => toasts(page).length > 0);
  const link = page.document.querySelector("#ts-toasts a");
  assert.deepEqual([link?.getAttribute("href"), link?.getAttribute("rel"), link?.getAttribute("target")], ["http://localhost/next", "noopener", "_blank"]);
  assert.equal(open.mock.callCount(), 1);
});

test("a script's exported function is called, and its result is sent; nothing else is", async (t) => {
  const page = await livePage(PAGE);
  const errors = t.mock.method(console, "error", () => {});
  const url = `data:text/javascript,${encodeURIComponent("export const add = async (a, b) => ({ sum: a + b, not: undefined }); export const big = () => 'x'.repeat(70000); export const fail = () => { throw new Error('no') }; export const five = 5;")}`;
  const script = /** @type {HTMLElement} */ (page.document.getElementById("ts-plan"));
  script.textContent = JSON.stringify({ ...JSON.parse(script.textContent ?? ""), modules: { sums: url } });
  const names = ["sums.add", "sums.add", "sums.big", "sums.fail", "sums.five", "sums.toString", "sums.__proto__", "toString.call", "__proto__.x", "other.add"];
  const effects = names.map((name, i) => {
    const [module, fn] = name.split(".");
    return effect(i + 1, "call_script", { module, function: fn, args: [2, 3], ...(i ? { callback: 40 + i } : {}) });
  });
  await page.server.delta([], { effects });
  await until(() => errors.mock.callCount() === 8);
  assert.equal(errors.mock.callCount(), 8);
  assert.deepEqual(page.server.events.map(({ b, a }) => [b, a]), [[-41, [{ sum: 5 }]]]);
});

test("data is downloaded by an address of its own", async (t) => {
  const page = await livePage(PAGE);
  /** @type {any[]} */
  const made = [];
  t.mock.method(URL, "createObjectURL", (/** @type {Blob} */ blob) => `blob:${made.push(blob)}`);
  /** @type {any[]} */
  const clicked = [];
  page.window.HTMLAnchorElement.prototype.click = function click() { clicked.push([this.getAttribute("href"), this.download]); };
  await page.server.delta([], { effects: [effect(1, "download", { data: btoa("a,b"), media_type: "text/csv", filename: "t.csv" })] });
  await performed();
  assert.deepEqual(clicked, [["blob:1", "t.csv"]]);
  assert.deepEqual([made[0].type, await made[0].text()], ["text/csv", "a,b"]);
});
