// The page and its session over any network: numbers, repeats, cuts, reloads, copies.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Locks, Server, click, livePage, openPage, settle, until } from "./page.js";

const BUTTON = { html: '<button data-t="0">0</button>', vars: { n: 0 }, parts: [{ text: ["v", 0], on: { click: { do: [{ b: 0, a: [] }] } } }] };
const numbers = (/** @type {any} */ page) => page.server.posts.map((/** @type {any} */ { body }) => body.events.map((/** @type {any} */ { n }) => n));
const press = (/** @type {any} */ page, times = 1) => {
  for (let i = 0; i < times; i++) click(page.window, page.$("button"));
};
const toasts = (/** @type {any} */ page) => page.document.getElementById("ts-toasts")?.textContent ?? "";
const status = (/** @type {any} */ page) => page.document.documentElement.dataset.ts;

/** A live page whose POSTs wait for the test. */
async function manual() {
  const page = await livePage(BUTTON);
  page.server.answersAlone = false;
  return page;
}

test("attach names page, token, sequence, path and document", async () => {
  const page = await openPage(BUTTON);
  const { doc, ...rest } = page.server.stream.query;
  assert.deepEqual(rest, { page: "p1", token: "", seq: "0", path: "/page?x=1", append: "1", shown_only: "1" });
  assert.match(doc, /^[0-9a-z]{16,}$/);
});

test("connecting, then live with the snapshot; the token is remembered", async () => {
  const page = await openPage(BUTTON);
  assert.equal(status(page), "connecting");
  await page.server.stream.write(":\n\n");
  assert.equal(status(page), "connecting");
  page.document.documentElement.classList.add("ts-restoring");
  await page.server.snapshot({ n: 3 });
  assert.equal(status(page), "live");
  assert.equal(page.text(), "3");
  assert.equal(page.window.sessionStorage.getItem("ts-token"), "tok");
  assert.equal(page.document.documentElement.classList.contains("ts-restoring"), false);
});

test("deltas apply in their order, a repeated one not twice", async () => {
  const page = await livePage(BUTTON);
  await page.server.set("n", 1, { seq: 2 });
  await page.server.set("n", 2, { seq: 3 });
  await page.server.set("n", 1, { seq: 2 });
  assert.equal(page.text(), "2");
});

test("a missing delta is asked for again from the last one applied", async () => {
  const page = await livePage(BUTTON);
  await page.server.set("n", 1, { seq: 2 });
  await page.server.set("n", 9, { seq: 4 });
  assert.equal(page.text(), "1");
  assert.equal(page.server.streams.length, 2);
  assert.equal(page.server.streams[0].isAborted, true);
  assert.equal(page.server.stream.query.seq, "2");
});

test("a delta that does not fit is answered by asking for a snapshot", async (t) => {
  t.mock.method(console, "debug", () => {});
  const page = await livePage(BUTTON);
  await page.server.delta([{ op: "replace", path: "/s/n/deep", value: 1 }]);
  assert.equal(page.server.stream.query.seq, "0");
  await page.server.snapshot({ n: 4 }, { seq: 7, fresh: false });
  await page.server.set("n", 5, { seq: 8 });
  assert.equal(page.text(), "5");
});

test("frames of another session on the same stream are not for this page", async () => {
  const page = await livePage(BUTTON);
  await page.server.set("n", 9, { token: "other" });
  assert.equal(page.text(), "0");
});

test("events are numbered from 1, one POST at a time, the rest together", async () => {
  const page = await manual();
  press(page, 3);
  assert.deepEqual(numbers(page), [[1]]);
  await page.server.posts[0].answer(202, { ack: 1, refused: [] });
  assert.deepEqual(numbers(page), [[1], [2, 3]]);
});

test("at most 32 events in a POST", async () => {
  const page = await manual();
  press(page, 70);
  for (let i = 0; i < 3; i++) await page.server.posts[i].answer(202);
  assert.deepEqual(numbers(page).map((/** @type {number[]} */ batch) => batch.length), [1, 32, 32, 5]);
});

test("at most 64 KiB in a POST, whatever the characters", async () => {
  const page = await livePage({ ...BUTTON, vars: { n: "\u20ac".repeat(9000) }, parts: [{ on: { click: { do: [{ b: 0, a: [["v", 0]] }] } } }] });
  page.server.answersAlone = false;
  press(page, 6);
  for (let i = 0; i < 3; i++) await page.server.posts[i].answer(202);
  assert.deepEqual(numbers(page), [[1], [2, 3], [4, 5], [6]]);
  for (const { init } of page.server.posts) assert.ok(new TextEncoder().encode(init.body).length <= 65536);
});

for (const [name, fault] of /** @type {[string, (post: any) => Promise<void>][]} */ ([
  ["a lost connection", (post) => post.fail()],
  ["a 503", (post) => post.answer(503)],
  ["a 429", (post) => post.answer(429, { error: "slow down" })],
  ["a 421", (post) => post.answer(421, { error: "sticky" })],
])) {
  test(`after ${name} the same events go again with the same numbers`, async (t) => {
    const page = await manual();
    t.mock.timers.enable({ apis: ["setTimeout"] });
    press(page, 2);
    await fault(page.server.posts[0]);
    press(page);
    assert.equal(page.server.posts.length, 1);
    t.mock.timers.tick(250);
    assert.deepEqual(numbers(page)[1], [1, 2, 3]);
  });
}

test("a POST that is never answered is given up and sent again", async (t) => {
  const page = await manual();
  t.mock.timers.enable({ apis: ["setTimeout"] });
  press(page);
  t.mock.timers.tick(15_000);
  await settle();
  t.mock.timers.tick(250);
  assert.deepEqual(numbers(page), [[1], [1]]);
});

test("a gap that the queue can fill is filled", async () => {
  const page = await manual();
  press(page, 3);
  await page.server.posts[0].answer(202);
  await page.server.posts[1].answer(409, { error: "", expected: 3 });
  assert.deepEqual(numbers(page), [[1], [2, 3], [3]]);
});

test("a gap that the queue cannot fill begins a new document: the events go again, numbered from 1", async () => {
  const page = await manual();
  press(page, 3);
  await page.server.posts[0].answer(202);
  const { doc } = page.server.stream.query;
  await page.server.posts[1].answer(409, { error: "", expected: 1 });
  assert.equal(page.server.streams.length, 2);
  assert.notEqual(page.server.stream.query.doc, doc);
  assert.equal(page.server.stream.query.token, "tok");
  assert.equal(page.server.posts.length, 2); // nothing before the snapshot
  await page.server.snapshot({ n: 1 }, { fresh: false });
  assert.deepEqual(numbers(page)[2], [1, 2]);
  assert.equal(page.server.posts[2].body.epoch, page.server.stream.query.doc);
});

test("a refusal takes the event out of the queue, and the others go on", async (t) => {
  t.mock.method(console, "debug", () => {});
  const page = await manual();
  press(page, 2);
  await page.server.posts[0].answer(400, { error: "no" });
  assert.deepEqual(numbers(page), [[1], [2]]);
  await page.server.posts[1].answer(404, { ack: 2, refused: [{ n: 2, error: "no binding" }], error: "no binding" });
  press(page);
  assert.deepEqual(numbers(page), [[1], [2], [3]]);
});

test("a session that is another worker's: attach without it, and say so", async (t) => {
  const page = await livePage(BUTTON);
  page.server.refuses = 421;
  t.mock.timers.enable({ apis: ["setTimeout"] });
  await page.server.stream.end();
  t.mock.timers.tick(8000);
  await settle();
  page.server.refuses = null;
  t.mock.timers.tick(8000);
  await settle();
  assert.equal(page.server.stream.query.token, "");
  assert.equal(page.server.stream.query.seq, "0");
  page.server.token = "other";
  await page.server.snapshot({ n: 7 });
  assert.equal(status(page), "live");
  assert.equal(page.text(), "7");
  assert.notEqual(toasts(page), "");
});

test("a session that is gone: attach again, drop what was meant for it, and say so", async () => {
  const page = await manual();
  press(page, 2);
  await page.server.posts[0].answer(404, { error: "no such session" });
  assert.equal(page.server.streams.length, 2);
  assert.equal(page.server.stream.query.token, "tok");
  page.server.token = "tok2";
  await page.server.snapshot({ n: 0 }, { fresh: true });
  await until(() => toasts(page) !== "");
  assert.match(toasts(page), /not carried out/);
  assert.equal(page.server.posts.length, 1);
  press(page);
  assert.deepEqual(page.server.posts[1].body.events.map((/** @type {any} */ { n }) => n), [1]);
  assert.equal(page.server.posts[1].body.token, "tok2");
});

test("a 404 for a session that lives after all loses nothing", async () => {
  const page = await manual();
  press(page);
  await page.server.posts[0].answer(404, { error: "no such session" });
  await page.server.snapshot({ n: 0 }, { fresh: false });
  assert.deepEqual(numbers(page), [[1], [1]]);
});

test("a cut: reconnecting, attach with token, sequence and the same document, live with the first byte", async (t) => {
  const page = await livePage(BUTTON);
  const { doc } = page.server.stream.query;
  await page.server.set("n", 1);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  await page.server.stream.end();
  assert.equal(status(page), "reconnecting");
  t.mock.timers.tick(10_000);
  await settle();
  const { query } = page.server.stream;
  assert.deepEqual([query.token, query.seq, query.doc], ["tok", "2", doc]);
  await page.server.stream.write(":\n\n");
  assert.equal(status(page), "live");
  await page.server.set("n", 2, { seq: 3 });
  assert.equal(page.text(), "2");
});

test("the sign of a cut comes after a second, and goes with it", async (t) => {
  const page = await livePage(BUTTON);
  const sign = page.document.getElementById("ts-offline");
  page.server.refuses = 503;
  t.mock.timers.enable({ apis: ["setTimeout"] });
  await page.server.stream.end();
  t.mock.timers.tick(999);
  assert.equal(sign?.textContent, "");
  t.mock.timers.tick(1);
  assert.equal(sign?.textContent, "Reconnecting\u2026");
  page.server.refuses = null;
  while (page.server.streams.length < 2) { // the next must not be mute for long
    t.mock.timers.tick(1000);
    await settle();
  }
  await page.server.stream.write(":\n\n");
  assert.equal(sign?.textContent, "");
});

test("a stream that is refused is tried again and again, less and less often", async (t) => {
  const server = new Server();
  server.refuses = 503;
  let tries = 0;
  const { fetch } = server;
  server.fetch = (...args) => (tries++, fetch(...args));
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const page = await openPage({ ...BUTTON, server });
  assert.equal(tries, 1);
  for (let i = 0; i < 60; i++) {
    t.mock.timers.tick(1000);
    await settle();
  }
  assert.ok(tries > 8 && tries < 25, `${tries} tries in a minute`);
  server.refuses = null;
  t.mock.timers.tick(10_000);
  await settle();
  await page.server.snapshot({ n: 1 });
  assert.equal(status(page), "live");
});

test("a stream that falls silent is given up", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
  const page = await livePage(BUTTON);
  t.mock.timers.tick(24_000);
  await page.server.stream.write(":\n\n");
  t.mock.timers.tick(25_000);
  await settle();
  assert.equal(page.server.streams.length, 1);
  t.mock.timers.tick(5_000);
  await settle();
  assert.equal(page.server.streams[0].isAborted, true);
  t.mock.timers.tick(500);
  await settle();
  assert.equal(page.server.streams.length, 2);
});

test("when the network is back the page does not wait for its next try", async (t) => {
  const page = await livePage(BUTTON);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  await page.server.stream.end();
  page.window.dispatchEvent(new page.window.Event("online"));
  await settle();
  assert.equal(page.server.streams.length, 2);
});

test("what is clicked during a cut is sent once, in order, when it is over", async (t) => {
  const page = await manual();
  t.mock.timers.enable({ apis: ["setTimeout"] });
  await page.server.stream.end();
  press(page, 2);
  await page.server.posts[0].fail();
  t.mock.timers.tick(100);
  page.window.dispatchEvent(new page.window.Event("online"));
  await settle();
  await page.server.stream.write(":\n\n");
  await page.server.posts[1].answer(202);
  assert.deepEqual(numbers(page), [[1], [1, 2]]);
});

test("a bye says when to come back", async (t) => {
  const page = await livePage(BUTTON);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  await page.server.stream.frame("bye", { token: "tok", reason: "drain", retry_seconds: 3 });
  await page.server.stream.end();
  t.mock.timers.tick(2999);
  await settle();
  assert.equal(page.server.streams.length, 1);
  t.mock.timers.tick(1);
  await settle();
  assert.equal(page.server.streams.length, 2);
});

test("a session that ended meanwhile is followed by a new one, and the page says so", async (t) => {
  const page = await livePage(BUTTON);
  await page.server.set("n", 5);
  await page.server.cut(t);
  await page.server.snapshot({ n: 0 }, { token: "tok2", fresh: true });
  await until(() => toasts(page) !== "");
  assert.match(toasts(page), /new one/);
  assert.equal(page.text(), "0");
  assert.equal(page.window.sessionStorage.getItem("ts-token"), "tok2");
});

test("a page whose session another document took asks for one of its own", async () => {
  const page = await livePage(BUTTON);
  const { doc } = page.server.stream.query;
  await page.server.stream.frame("bye", { token: "tok", reason: "replaced", retry_seconds: 0 });
  assert.equal(page.server.stream.query.token, "");
  assert.notEqual(page.server.stream.query.doc, doc);
});

test("a reload comes back with its token, and nothing is said", async () => {
  const page = await openPage({ ...BUTTON, storage: { "ts-token": "tok" } });
  await settle();
  assert.equal(page.server.stream.query.token, "tok");
  await page.server.snapshot({ n: 5 }, { fresh: false });
  assert.equal(page.text(), "5");
  assert.equal(toasts(page), "");
});

test("a reload after the session's end is quiet, unless something was clicked", async () => {
  const page = await openPage({ ...BUTTON, storage: { "ts-token": "old" } });
  await page.server.snapshot({ n: 0 });
  assert.equal(toasts(page), "");
  const other = await openPage({ ...BUTTON, storage: { "ts-token": "old" } });
  press(other);
  await other.server.snapshot({ n: 0 });
  await until(() => toasts(other) !== "");
  assert.match(toasts(other), /not carried out/);
  assert.equal(other.server.posts.length, 0);
});

test("a duplicated tab, whose token another document holds, asks for a session of its own", async (t) => {
  const locks = new Locks();
  locks.request("triostate:copied", {}, () => new Promise(() => {}));
  const waiting = new AbortController();
  const timeout = t.mock.method(AbortSignal, "timeout", () => waiting.signal);
  const page = await openPage({ ...BUTTON, storage: { "ts-token": "copied" }, locks });
  assert.equal(page.server.streams.length, 0);
  assert.deepEqual(timeout.mock.calls[0].arguments, [300]);
  waiting.abort();
  await settle();
  assert.equal(page.server.stream.query.token, "");
});

test("a reload gets the lock that its last document gives free a moment later", async () => {
  const locks = new Locks();
  let release = () => {};
  locks.request("triostate:moved", {}, () => new Promise((done) => { release = () => done(null); }));
  await settle();
  const page = await openPage({ ...BUTTON, storage: { "ts-token": "moved" }, locks });
  assert.equal(page.server.streams.length, 0);
  release();
  await settle();
  assert.equal(page.server.stream.query.token, "moved");
});

test("without Web Locks the documents ask each other", async (t) => {
  /** @type {any[]} */
  const channels = [];
  class Channel {
    constructor() {
      channels.push(this);
    }
    /** @param {any} data */
    postMessage(data) {
      for (const other of channels) if (other !== this) queueMicrotask(() => other.onmessage?.({ data }));
    }
  }
  Object.defineProperty(globalThis, "BroadcastChannel", { value: Channel, configurable: true, writable: true });
  const early = (/** @type {any} */ _, /** @type {any} */ window) => Object.defineProperty(window.navigator, "locks", { value: undefined });
  const { ask } = await import("../runtime/ask.js");
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const page = await openPage({ ...BUTTON, storage: { "ts-token": "alone" }, early });
  await until(() => channels.length > 0);
  t.mock.timers.tick(100);
  await settle();
  assert.equal(page.server.stream.query.token, "alone");
  const other = new Channel();
  let answer = null;
  /** @type {any} */ (other).onmessage = (/** @type {any} */ { data }) => { answer = data; };
  other.postMessage({ ask: "alone" });
  await settle();
  assert.deepEqual(answer, { held: "alone" });
  /** @type {any} */ (other).onmessage = (/** @type {any} */ { data }) => data.ask && other.postMessage({ held: data.ask });
  assert.equal(await ask("theirs", () => "theirs"), false);
});

test("a first visit asks nobody before it connects", async () => {
  const page = await openPage({ ...BUTTON, early: (_, window) => {
    Object.defineProperty(window.navigator, "locks", { value: { request: () => new Promise(() => {}) } });
  } });
  assert.equal(page.server.streams.length, 1);
});

test("leaving says goodbye with token and document, as JSON", async () => {
  const page = await livePage(BUTTON);
  page.window.dispatchEvent(new page.window.Event("pagehide"));
  const [{ url, type, body }] = page.server.beacons;
  assert.equal(url, "/_triostate/leave");
  assert.equal(type, "application/json");
  assert.deepEqual(JSON.parse(await body), { token: "tok", epoch: page.server.stream.query.doc });
  assert.equal(page.server.stream.isAborted, true);
});

test("leaving sends what was not answered, to be carried by the browser", async () => {
  const page = await manual();
  press(page, 2);
  page.window.dispatchEvent(new page.window.Event("pagehide"));
  const last = page.server.posts[page.server.posts.length - 1];
  assert.equal(last.init.keepalive, true);
  assert.deepEqual(last.body.events.map((/** @type {any} */ { n }) => n), [1, 2]);
});

test("a page that the browser shows again as it was attaches as a new document", async () => {
  const page = await livePage(BUTTON);
  press(page);
  await settle();
  const { doc } = page.server.stream.query;
  page.window.dispatchEvent(new page.window.Event("pagehide"));
  const event = new page.window.Event("pageshow");
  Object.defineProperty(event, "persisted", { value: true });
  page.window.dispatchEvent(event);
  await settle();
  assert.equal(page.server.streams.length, 2);
  assert.notEqual(page.server.stream.query.doc, doc);
  assert.equal(page.server.stream.query.token, "tok");
  assert.equal(page.server.stream.query.seq, "0");
  await page.server.snapshot({ n: 8 }, { fresh: false });
  assert.equal(page.text(), "8");
  press(page);
  assert.deepEqual(numbers(page), [[1], [1]]);
});

test("no more than 1,000 events wait; the next is refused and the page says so", async () => {
  const page = await openPage(BUTTON);
  press(page, 1001);
  await until(() => toasts(page) !== "");
  assert.match(toasts(page), /not done/);
  page.server.answersAlone = false;
  await page.server.snapshot({ n: 0 });
  for (let i = 0; i < page.server.posts.length && i < 40; i++) await page.server.posts[i].answer(202);
  assert.equal(page.server.events.length, 1000);
});

test("a page that the server no longer knows is loaded again, once", async (t) => {
  const page = await livePage(BUTTON);
  const reload = t.mock.fn();
  Object.defineProperty(globalThis, "location", { value: { pathname: "/", search: "", reload }, configurable: true, writable: true });
  page.server.refuses = 404;
  t.mock.timers.enable({ apis: ["setTimeout"] });
  await page.server.stream.end();
  for (let i = 0; i < 5; i++) {
    t.mock.timers.tick(10_000);
    await settle();
  }
  assert.equal(reload.mock.callCount(), 1);
});

for (const [name, open, reloads] of /** @type {const} */ ([
  ["a page that was let in and is closed is loaded again, however short a time after the last", livePage, 1],
  ["a page that never was let in is not loaded again within a minute", openPage, 0],
])) {
  test(name, async (t) => {
    const page = await open(BUTTON);
    const reload = t.mock.fn();
    Object.defineProperty(globalThis, "location", { value: { pathname: "/", search: "", reload }, configurable: true, writable: true });
    page.window.sessionStorage.setItem("ts-reloaded", `${Date.now()}`);
    page.server.refuses = 403;
    t.mock.timers.enable({ apis: ["setTimeout"] });
    await page.server.stream.end();
    for (let i = 0; i < 5; i++) {
      t.mock.timers.tick(10_000);
      await settle();
    }
    assert.equal(reload.mock.callCount(), reloads);
  });
}

test("a browser that forbids storage has a session all the same", async () => {
  const page = await openPage({ ...BUTTON, early: (_, window) => {
    Object.defineProperty(globalThis, "sessionStorage", { get() { throw new window.DOMException("denied", "SecurityError"); }, configurable: true });
  } });
  await page.server.snapshot({ n: 2 });
  assert.equal(page.text(), "2");
});

/** @param {any} page @param {boolean} isHidden */
async function setHidden(page, isHidden) {
  Object.defineProperty(page.document, "hidden", { value: isHidden, configurable: true });
  page.document.dispatchEvent(new page.window.Event("visibilitychange"));
  await settle();
}

const toldHidden = async (/** @type {any} */ page) =>
  (await Promise.all(page.server.beacons.map(async (/** @type {any} */ { body }) => JSON.parse(await body).hidden))).filter((hidden) => hidden !== undefined);

test("that a page is hidden or shown is told; what was told during a cut is told again after it", async (t) => {
  const page = await livePage(BUTTON);
  await setHidden(page, true);
  await setHidden(page, false);
  await page.server.stream.write(":\n\n");
  assert.deepEqual(await toldHidden(page), [true, false]);
  await setHidden(page, true);
  await setHidden(page, false);
  page.server.refuses = 503;
  t.mock.timers.enable({ apis: ["setTimeout"] });
  await page.server.stream.end();
  await setHidden(page, true);
  page.server.refuses = null;
  await setHidden(page, false);
  assert.deepEqual((await toldHidden(page)).slice(4), [true, false]); // and lost, perhaps
  await page.server.stream.write(":\n\n");
  assert.deepEqual((await toldHidden(page)).slice(6), [false]);
  await page.server.stream.write(":\n\n");
  assert.equal((await toldHidden(page)).length, 7);
});
