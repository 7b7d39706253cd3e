// What values may do to the page: nothing but show.

import assert from "node:assert/strict";
import { test } from "node:test";
import { isSafe } from "../runtime/urls.js";
import { livePage } from "./page.js";

const SCRIPT = ["java", "script:"].join("");

for (const url of ["/a", "a/b:c", "?q=a:b", "#a:b", "", "http://x/", "HTTPS://x", "//x/y", "a b", "mailto:a@b", "tel:+1"]) {
  test(`${JSON.stringify(url)} may be followed`, () => assert.ok(isSafe("href", url)));
}

for (const url of [
  `${SCRIPT}alert(1)`, `${SCRIPT.toUpperCase()}alert(1)`, ` ${SCRIPT}alert(1)`, `\u0000\u0001${SCRIPT}alert(1)`, "java\nscript:alert(1)",
  "java\tscript:alert(1)", "\tjava\r\nscript:alert(1)", "vbscript:x", "data:text/html,<script>", "data:image/png;base64,AA", "blob:x", "file:///etc", "a:b", ":x", "1:2",
]) {
  test(`${JSON.stringify(url)} may not be followed`, () => assert.ok(!isSafe("href", url)));
}

test("a source may be an image as data, and no other data", () => {
  assert.ok(isSafe("src", "data:image/png;base64,AA"));
  assert.ok(isSafe("src", "data:image/svg+xml,<svg>"));
  assert.ok(!isSafe("src", "data:text/html,x"));
  assert.ok(!isSafe("src", "mailto:a@b"));
  assert.ok(!isSafe("src", `${SCRIPT}x`));
});

test("names are compared as HTML does, and other attributes hold any text", () => {
  for (const name of ["HREF", "xlink:href", "action", "formAction", "poster", "data"]) assert.ok(!isSafe(name, `${SCRIPT}x`), name);
  assert.ok(isSafe("title", `${SCRIPT}x`));
});

test("an unsafe address that arrives later is taken away, not shown", async () => {
  const page = await livePage({ html: '<a data-t="0" href="/a">x</a>', vars: { u: "/a" }, parts: [{ attrs: { href: ["v", 0] } }] });
  await page.server.set("u", `${SCRIPT}alert(1)`);
  assert.equal(page.$("a").getAttribute("href"), null);
  await page.server.set("u", "/b");
  assert.equal(page.$("a").getAttribute("href"), "/b");
});

test("markup in a value is text, everywhere that a value may stand", async () => {
  const markup = '"><img src=x onerror=alert(1)><!--]--><!--t0--><script>alert(1)</script>';
  const page = await livePage({
    html: '<p data-t="0"></p><!--t1--><!--/--><!--[0--><!--]-->',
    vars: { m: "", rows: [] },
    parts: [{ text: ["v", 0], attrs: { title: ["v", 0] } }, { text: ["v", 0] }, { text: ["l", 0] }],
    blocks: [{ kind: "each", in: ["v", 1], item: 0, index: 1, key: null, row: 0 }],
    templates: ["<!--r--><!--t2--><!--/-->"],
  });
  await page.server.delta([{ op: "replace", path: "/s/m", value: markup }, { op: "add", path: "/s/rows/-", value: markup }]);
  assert.equal(page.root.querySelectorAll("img,script").length, 0);
  assert.equal(page.text(), markup.repeat(3));
  assert.equal(page.$("p").title, markup);
});

test("a property that takes markup is never set", async () => {
  const page = await livePage({
    html: '<p data-t="0">x</p>',
    vars: { m: "a" },
    parts: [{ props: { innerHTML: ["v", 0], outerHTML: ["v", 0] } }],
  });
  await page.server.set("m", "<img>");
  assert.equal(page.root.querySelectorAll("img").length, 0);
  assert.equal(page.text(), "x");
});

test("operations called like members of every object do not exist", async (t) => {
  t.mock.method(console, "debug", () => {});
  for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty"]) {
    const page = await livePage({ html: '<p data-t="0">x</p>', vars: { m: "a" }, parts: [{ text: [name, ["v", 0]] }] });
    await page.server.set("m", "b");
    assert.equal(page.text(), "x");
  }
});
