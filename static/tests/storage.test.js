// Vars that live in the browser: what goes up with attach, what is written, and when.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Server, livePage, openPage, settle } from "./page.js";

const PAGE = {
  html: '<b data-t="0">light</b>',
  vars: { theme: "light", size: 10, trail: "" },
  parts: [{ text: ["v", 0] }],
  stored: [
    { v: 0, in: "local", key: "theme", text: true, b: 7 },
    { v: 1, in: "cookie", key: "size", after: "; Path=/; SameSite=Lax" },
    { v: 2, in: "session", key: "trail", text: true },
  ],
};

/** @param {Record<string, string>} local @param {any} [more] */
const withLocal = (local, more = {}) => ({
  ...PAGE,
  early: (/** @type {any} */ _, /** @type {any} */ window) => {
    for (const [key, value] of Object.entries(local)) window.localStorage.setItem(key, value);
  },
  ...more,
});

/** @param {any} page */
const asked = (page) => page.server.attaches.map((/** @type {any} */ { body }) => body);

/** @param {any} page @param {string} key @param {string} value as another tab would */
function otherTabWrites(page, key, value) {
  page.window.localStorage.setItem(key, value);
  const event = new page.window.Event("storage");
  Object.defineProperty(event, "key", { value: key });
  page.window.dispatchEvent(event);
}

test("a session is asked for with what the browser has, before the stream", async () => {
  const page = await openPage(withLocal({ theme: "dark" }));
  const [{ doc, ...body }] = asked(page);
  assert.deepEqual(body, { page: "p1", path: "/page?x=1", token: "", stored: { "s.theme": "dark" }, changed: ["s.theme"] });
  const { token, known, doc: streamed } = page.server.stream.query;
  assert.deepEqual([token, known, streamed], ["tok", "1", doc]);
});

test("a page without such vars asks for nothing", async () => {
  const page = await livePage({ ...PAGE, stored: undefined });
  assert.equal(page.server.attaches.length, 0);
  assert.equal(page.server.stream.query.known, undefined);
});

test("a default is not written; what the session has otherwise is, by kind of place", async () => {
  const page = await livePage(PAGE);
  assert.equal(page.window.localStorage.getItem("theme"), null);
  assert.equal(page.document.cookie, "");
  await page.server.set("theme", "dark");
  await page.server.set("size", 12);
  await page.server.set("trail", "a;b");
  assert.equal(page.window.localStorage.getItem("theme"), "dark");
  assert.equal(page.document.cookie, "size=12");
  assert.equal(page.window.sessionStorage.getItem("trail"), "a;b");
});

test("a value that is not text is kept as JSON of its wire form", async () => {
  const page = await livePage({ ...PAGE, stored: [{ v: 1, in: "local", key: "size" }] });
  await page.server.set("size", { $float: "2.0" });
  assert.equal(page.window.localStorage.getItem("size"), '{"$float":"2.0"}');
});

test("what is no JSON is not sent, and gives way to what the session has", async () => {
  const page = await openPage(withLocal({ size: "oops{" }, { stored: [{ v: 1, in: "local", key: "size" }] }));
  assert.deepEqual(asked(page)[0].stored, {});
  await page.server.snapshot({ theme: "light", size: 10, trail: "" });
  assert.equal(page.window.localStorage.getItem("size"), "10");
});

test("what on_load has changed by the first snapshot is kept", async () => {
  const page = await openPage(PAGE);
  await page.server.snapshot({ theme: "blue", size: 10, trail: "" });
  assert.equal(page.window.localStorage.getItem("theme"), "blue");
});

test("a reload says which values are none that this tab wrote or sent", async () => {
  const first = await livePage(withLocal({ theme: "dark" }));
  await first.server.set("theme", "blue");
  const memory = first.window.sessionStorage.getItem("ts-stored");
  const storage = { "ts-token": "tok", "ts-stored": memory };
  const same = await openPage(withLocal({ theme: "blue" }, { storage }));
  assert.deepEqual(asked(same)[0].changed, []);
  assert.deepEqual(asked(same)[0].stored, { "s.theme": "blue" });
  assert.equal(asked(same)[0].token, "tok");
  const other = await openPage(withLocal({ theme: "red" }, { storage }));
  assert.deepEqual(asked(other)[0].changed, ["s.theme"]);
  const gone = await openPage(withLocal({}, { storage }));
  assert.deepEqual(asked(gone)[0], { ...asked(gone)[0], stored: {}, changed: ["s.theme"] });
});

test("a session that the server has lost is asked for anew, with the values of then", async (t) => {
  const page = await livePage(PAGE);
  await page.server.set("theme", "dark");
  page.server.refuses = 410;
  await page.server.cut(t);
  assert.equal(page.server.attaches.length, 2);
  assert.deepEqual(asked(page)[1].stored, { "s.theme": "dark" });
  assert.equal(asked(page)[1].doc, asked(page)[0].doc);
});

test("a session that is another worker's is done without", async (t) => {
  const server = new Server();
  server.attachesAlone = false;
  const page = await openPage({ ...PAGE, server, storage: { "ts-token": "tok" } });
  assert.equal(asked(page)[0].token, "tok");
  t.mock.timers.enable({ apis: ["setTimeout"] });
  await server.attaches[0].answer(421, { error: "sticky", known: true });
  t.mock.timers.tick(10_000);
  await settle();
  assert.equal(asked(page)[1].token, "");
});

test("a browser that is never known asks more and more rarely", async (t) => {
  const page = await openPage(PAGE);
  page.server.refuses = 410;
  t.mock.timers.enable({ apis: ["setTimeout"] });
  await page.server.stream.end();
  for (let i = 0; i < 40; i++) {
    t.mock.timers.tick(500);
    await settle();
  }
  assert.ok(page.server.attaches.length < 12, `asked ${page.server.attaches.length} times in 20 s`);
  assert.ok(page.server.attaches.length > 3);
});

test("an answer that does not come is asked for again; a later document's counts", async (t) => {
  const page = await openPage({ ...PAGE, early: (_, window) => { window.test = 1; } });
  page.server.attachesAlone = false;
  t.mock.timers.enable({ apis: ["setTimeout"] });
  page.window.dispatchEvent(new page.window.Event("pagehide"));
  const event = new page.window.Event("pageshow");
  Object.defineProperty(event, "persisted", { value: true });
  page.window.dispatchEvent(event);
  await settle();
  assert.equal(page.server.attaches.length, 2);
  await page.server.attaches[1].answer(503);
  t.mock.timers.tick(20_000);
  await settle();
  assert.equal(page.server.attaches.length, 3);
  assert.equal(asked(page)[2].doc, asked(page)[1].doc);
  await page.server.attaches[2].answer(200, { token: "two" });
  assert.equal(page.server.stream.query.token, "two");
});

test("values that the server does not take do not keep the page from its session", async (t) => {
  const server = await openPage(withLocal({ theme: "dark" })).then((page) => page.server);
  server.attachesAlone = false;
  server.attaches.length = 0;
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const page = await openPage(withLocal({ theme: "dark" }, { server }));
  await server.attaches[0].answer(413);
  t.mock.timers.tick(20_000);
  await settle();
  assert.deepEqual(asked(page)[1].stored, {});
  assert.equal(asked(page)[1].doc, asked(page)[0].doc);
});

test("what does not fit into one request stays behind, and is left as it is until its var changes", async () => {
  const long = "x".repeat(70_000);
  const storage = { trail: "home", "ts-stored": JSON.stringify({ "s.theme": long }) };
  const page = await openPage(withLocal({ theme: long }, { storage }));
  assert.deepEqual(asked(page)[0].stored, { "s.trail": "home" });
  assert.deepEqual(asked(page)[0].changed, ["s.trail"]);
  await page.server.snapshot({ theme: "light", size: 10, trail: "home" });
  assert.equal(page.window.localStorage.getItem("theme"), long);
  await page.server.set("theme", "dark");
  assert.equal(page.window.localStorage.getItem("theme"), "dark");
});

test("a value that no server would take for JSON does not keep the others from it", async () => {
  const nested = "[".repeat(5_000) + "]".repeat(5_000);
  for (const size of [nested, '"\\ud800"', '{"\\ud800": 1}', "\ud800", "1e999", ""]) {
    const stored = [...PAGE.stored.slice(0, 1), { v: 1, in: "local", key: "size" }];
    const page = await openPage(withLocal({ theme: "dark", size }, { stored }));
    assert.deepEqual(asked(page)[0].stored, { "s.theme": "dark" }, size.slice(0, 20));
    await page.server.snapshot({ theme: "dark", size: 10, trail: "" });
    assert.equal(page.window.localStorage.getItem("size"), "10");
    assert.equal(page.window.localStorage.getItem("theme"), "dark");
  }
  const page = await openPage(withLocal({ theme: "\ud800" }));
  assert.deepEqual(asked(page)[0].stored, {});
});

test("what is remembered of the last document may be anything", async () => {
  for (const memory of ["", "null", "5", "[1]", '{"s.theme": 5}', "{"]) {
    const page = await openPage(withLocal({ theme: "dark" }, { storage: { "ts-stored": memory } }));
    assert.deepEqual(asked(page)[0].stored, { "s.theme": "dark" });
    assert.deepEqual(asked(page)[0].changed, ["s.theme"]);
  }
});

test("a cookie that no script of ours wrote is none", async () => {
  const page = await openPage({
    ...PAGE,
    early: (_, window) => { window.document.cookie = "size=%E0%A4%A; Path=/"; },
  });
  assert.deepEqual(asked(page)[0].stored, {});
  await page.server.snapshot({ theme: "light", size: 10, trail: "" });
  await page.server.set("size", 11);
  assert.equal(page.document.cookie, "size=11");
});

test("what another tab writes is taken over by an event, and not written back", async () => {
  const page = await livePage(PAGE);
  page.server.answersAlone = false;
  otherTabWrites(page, "theme", "dark");
  await settle();
  assert.deepEqual(page.server.events.map((/** @type {any} */ { b, a }) => [b, a]), [[7, ["dark"]]]);
  // A frame from before the event is done still has the old value.
  await page.server.set("size", 11);
  assert.equal(page.window.localStorage.getItem("theme"), "dark");
  await page.server.set("theme", "dark", { ack: 1 });
  assert.equal(page.window.localStorage.getItem("theme"), "dark");
  assert.equal(page.text(), "dark");
  assert.equal(page.server.events.length, 1);
});

test("what another tab writes and the server refuses is written over", async () => {
  const page = await livePage(PAGE);
  otherTabWrites(page, "theme", "bad");
  await settle();
  await page.server.delta([], { ack: 1 });
  assert.equal(page.window.localStorage.getItem("theme"), "light");
});

test("what another tab writes to a var that is not synchronised waits for a reload", async () => {
  const page = await livePage({ ...PAGE, stored: [{ v: 0, in: "local", key: "theme", text: true }] });
  otherTabWrites(page, "theme", "dark");
  await settle();
  assert.deepEqual(page.server.posts, []);
});

test("a browser that forbids storage, or has no room, has a session all the same", async () => {
  const page = await openPage({
    ...PAGE,
    early: (_, window) => {
      for (const name of ["localStorage", "sessionStorage"]) {
        Object.defineProperty(globalThis, name, { get() { throw new window.DOMException("denied", "SecurityError"); }, configurable: true });
      }
    },
  });
  await page.server.snapshot({ theme: "dark", size: 10, trail: "" });
  assert.equal(page.text(), "dark");
  const full = await livePage(PAGE);
  full.window.localStorage.setItem = () => { throw new full.window.DOMException("full", "QuotaExceededError"); };
  Object.defineProperty(globalThis, "localStorage", { value: { getItem: () => null, setItem: full.window.localStorage.setItem }, configurable: true });
  await full.server.set("theme", "dark");
  assert.equal(full.text(), "dark");
});

test("a page that goes sends no more", async () => {
  const page = await openPage(PAGE);
  page.server.attachesAlone = false;
  page.window.dispatchEvent(new page.window.Event("pagehide"));
  assert.equal(page.server.stream.isAborted, true);
  assert.equal(page.server.attaches.length, 1);
});
