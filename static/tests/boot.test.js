// What happens before the first paint.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { runInThisContext } from "node:vm";
import { newWindow } from "./page.js";

const SOURCE = readFileSync(new URL("../boot.js", import.meta.url), "utf8");

/** @param {{theme?: string, dark?: boolean, token?: string}} [at] */
function boot({ theme, dark = false, token } = {}) {
  const window = newWindow(token ? { "ts-token": token } : {});
  if (theme) window.localStorage.setItem("ts-theme", theme);
  Object.defineProperty(globalThis, "matchMedia", { value: () => ({ matches: dark }), configurable: true });
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
