// What happens before the first paint.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { runInThisContext } from "node:vm";
import { newWindow } from "./page.js";

const SOURCE = readFileSync(new URL("../boot.js", import.meta.url), "utf8");

/** @type {(() => void)[]} */
let watching = [];

/** @type {any} */
let system;
/** @type {any} its window */
let page;

/** @param {{theme?: string, dark?: boolean, token?: string}} [at] */
function boot({ theme, dark = false, token } = {}) {
  const window = page = newWindow(token ? { "ts-token": token } : {});
  if (theme) window.localStorage.setItem("ts-theme", theme);
  watching = [];
  system = { matches: dark, addEventListener: (/** @type {string} */ _, /** @type {() => void} */ show) => watching.push(show) };
  Object.defineProperty(globalThis, "matchMedia", { value: () => system, configurable: true });
  runInThisContext(SOURCE);
  return window.document.documentElement.classList;
}

for (const [theme, dark, expected] of /** @type {[string | undefined, boolean, boolean][]} */ ([
  ["dark", false, true], ["light", true, false], [undefined, true, true], [undefined, false, false], ["system", true, true],
])) {
  test(`theme ${theme}, system ${dark ? "dark" : "light"}: ${expected ? "dark" : "light"}`, () => {
    assert.equal(boot({ theme, dark }).contains("dark"), expected);
  });
}

test("a tab with a session hides its defaults for 300 ms at most", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const classes = boot({ token: "tok" });
  assert.ok(classes.contains("ts-restoring"));
  t.mock.timers.tick(300);
  assert.ok(!classes.contains("ts-restoring"));
});

test("a tab without one hides nothing", () => assert.ok(!boot().contains("ts-restoring")));

test("a browser that forbids storage gets the system's theme", () => {
  newWindow();
  Object.defineProperty(globalThis, "localStorage", { get() { throw new Error("denied"); }, configurable: true });
  runInThisContext(SOURCE);
});

/** @param {string} detail */
const ask = (detail) => page.dispatchEvent(new page.CustomEvent("ts-mode", { detail }));

const now = () => [document.documentElement.dataset.mode, document.documentElement.classList.contains("dark")];

test("the next mode is one that is seen, until it is the system's again", () => {
  boot({ dark: true });
  assert.deepEqual(now(), ["system", true]);
  for (const expected of [["light", false], ["dark", true], ["system", true], ["light", false]]) {
    ask("next");
    assert.deepEqual(now(), expected);
    assert.equal(localStorage.getItem("ts-theme"), expected[0]);
  }
});

test("toggle knows two modes", () => {
  boot({ dark: true });
  for (const expected of [["light", false], ["dark", true], ["light", false]]) {
    ask("toggle");
    assert.deepEqual(now(), expected);
  }
});

test("a button changes the mode by what stands on it", () => {
  boot();
  document.body.innerHTML = '<button data-color-mode="dark"><i></i></button>';
  document.querySelector("i")?.dispatchEvent(new page.Event("click", { bubbles: true }));
  assert.deepEqual(now(), ["dark", true]);
});

test("another tab's choice and the system's are followed", () => {
  boot({ theme: "light" });
  localStorage.setItem("ts-theme", "system");
  page.dispatchEvent(new page.StorageEvent("storage", { key: "ts-theme" }));
  assert.deepEqual(now(), ["system", false]);
  system.matches = true;
  for (const show of watching) show();
  assert.deepEqual(now(), ["system", true]);
});

test("the worker is started at once and taken by the runtime; for one that has died there is another", () => {
  const window = newWindow();
  /** @type {string[]} */
  const started = [];
  Object.assign(window, { SharedWorker: class {} });
  Object.defineProperty(globalThis, "SharedWorker", { value: class { constructor(/** @type {string} */ url) { started.push(url); } }, configurable: true });
  Object.defineProperty(document, "currentScript", { value: { dataset: { worker: "/w.js" } }, configurable: true });
  runInThisContext(SOURCE);
  assert.deepEqual(started, ["/w.js"]);
  /** @type {any} */
  const { tsWorker } = window;
  const first = tsWorker();
  assert.equal(started.length, 1);
  assert.notEqual(tsWorker(), first);
  assert.deepEqual(started, ["/w.js", "/w.js"]);
});
