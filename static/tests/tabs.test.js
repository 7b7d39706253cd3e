// Many tabs on one stream: the worker's side of the ports, and the page's.

import assert from "node:assert/strict";
import { test } from "node:test";
import { connect } from "../runtime/link.js";
import { serve } from "../runtime/worker.js";
import { Locks, Server, newWindow, settle, until } from "./page.js";

/** One end of a port; what is posted arrives at the other in a task of its own, as a copy. */
class Port {
  constructor() {
    /** @type {Port | null} */
    this.other = null;
    /** @type {any[]} */
    this.heard = [];
    this.onmessage = (/** @type {{data: any}} */ { data }) => { this.heard.push(data); };
    this.isClosed = false;
  }

  /** @param {any} message */
  postMessage(message) {
    const data = structuredClone(message);
    setImmediate(() => this.isClosed || this.other?.isClosed || this.other?.onmessage({ data }));
  }

  close() {
    this.isClosed = true;
  }
}

function makePorts() {
  const [a, b] = [new Port(), new Port()];
  a.other = b;
  b.other = a;
  return [a, b];
}

/** @param {string} name @param {any} value */
const setGlobal = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });

/** A browser with a worker that serves ports. @param {Locks | undefined} [locks] none on an insecure origin @param {string} [search] of the worker's address */
function newBrowser(locks = new Locks(), search = "") {
  const server = new Server();
  server.attachesAlone = false;
  setGlobal("fetch", server.fetch);
  const window = newWindow({}, /** @type {any} */ (locks ?? undefined));
  if (!locks) Object.defineProperty(window.navigator, "locks", { value: undefined, configurable: true });
  /** @type {any} */
  const scope = { location: { search } };
  serve(scope);
  return {
    server, locks, window, scope,
    /** A tab that has asked for its session. @param {string} doc */
    async tab(doc) {
      const [port, far] = makePorts();
      scope.onconnect({ ports: [far] });
      let release = () => {};
      if (locks) {
        locks.request(doc, {}, () => new Promise((done) => { release = () => done(null); }));
        port.postMessage({ type: "held", lock: doc });
      }
      port.postMessage({ type: "open", attach: { page: "p1", token: "", seq: 0, path: "/", doc } });
      await settle();
      return {
        port, die: async () => { release(); await settle(); },
        say: async (/** @type {any} */ message) => { port.postMessage(message); await settle(); },
        heard: (/** @type {string} */ type) => port.heard.filter((message) => message.type === type),
      };
    },
  };
}

/** Two tabs that have their snapshots. */
async function twoTabs() {
  const browser = newBrowser();
  const { server } = browser;
  const tabs = [await browser.tab("d1"), await browser.tab("d2")];
  await server.stream.frame("hello", { stream: "s1" });
  await server.attaches[0].answer(200, { token: "t2" });
  for (const [i, tab] of tabs.entries()) {
    await server.stream.frame("snapshot", { token: `t${i + 1}`, seq: 1, ack: 0, epoch: `d${i + 1}`, fresh: true, state: {}, effects: [] });
    await tab.say({ type: "attached", token: `t${i + 1}`, seq: 1 });
  }
  return { browser, server, tabs, first: tabs[0], second: tabs[1] };
}

const frames = (/** @type {any} */ tab) => tab.heard("frame").map((/** @type {any} */ { event, frame }) => [event, frame.token]);

test("one stream for all tabs: the first comes with it, each other is attached by a POST of its own", async () => {
  const { server, tabs } = await twoTabs();
  assert.equal(server.streams.length, 1);
  assert.deepEqual(server.stream.query, { shared: "1", append: "1", shown_only: "1", page: "p1", path: "/", doc: "d1", token: "", seq: "0" });
  const bodies = server.attaches.map(({ body }) => body);
  assert.deepEqual(bodies, [{ page: "p1", path: "/", doc: "d2", token: "", seq: 0, stream: "s1", known: false, shown_only: true }]);
  for (const tab of tabs) assert.equal(tab.heard("alive").length, 1);
});

for (const status of [403, 404, 410, 421]) {
  test(`what a tab is refused for with ${status} is its business: the stream is opened without it at once, and it asks`, async () => {
    const browser = newBrowser();
    const { server } = browser;
    server.refusesTab = status;
    const tab = await browser.tab("d1");
    assert.deepEqual(server.streams.map(({ query }) => query.doc), [undefined]);
    assert.equal(tab.heard("unknown").length, 0);
    await server.stream.frame("hello", { stream: "s1" });
    assert.deepEqual(server.attaches.map(({ body }) => body.doc), ["d1"]);
  });
}

test("a server that is too busy for a tab is asked again later, and without it", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const browser = newBrowser();
  const { server } = browser;
  server.refusesTab = 429;
  await browser.tab("d1");
  assert.equal(server.streams.length, 0);
  t.mock.timers.tick(250);
  await settle();
  assert.deepEqual(server.streams.map(({ query }) => query.doc), [undefined]);
});

test("a tab that has gone on to another page before the stream is there asks for that", async () => {
  const browser = newBrowser();
  const { server } = browser;
  const tab = await browser.tab("d1");
  await tab.say({ type: "open", attach: { page: "p2", token: "", seq: 0, path: "/2", doc: "d2" } });
  await server.stream.frame("hello", { stream: "s1" });
  assert.deepEqual(server.attaches.map(({ body }) => [body.page, body.doc]), [["p2", "d2"]]);
  await server.stream.frame("snapshot", { token: "t1", seq: 1, ack: 0, epoch: "d1", fresh: true, state: {}, effects: [] });
  assert.deepEqual(frames(tab), []);
  assert.deepEqual(leaves(server), [{ token: "t1", epoch: "d1", detach: true }]);
});

test("a session that comes when its tab has gone is left alone", async () => {
  const browser = newBrowser();
  const { server } = browser;
  const tab = await browser.tab("d1");
  await tab.say({ type: "leave" });
  await server.stream.frame("hello", { stream: "s1" });
  await server.stream.frame("snapshot", { token: "t1", seq: 1, ack: 0, epoch: "d1", fresh: true, state: {}, effects: [] });
  assert.deepEqual(leaves(server), [{ token: "t1", epoch: "d1", detach: true }]);
});

test("each frame goes to its tab: a snapshot by its document, the others by their token", async () => {
  const { server, first, second } = await twoTabs();
  await server.stream.frame("delta", { token: "t2", seq: 2, ack: 0, ops: [], effects: [] });
  await server.stream.frame("delta", { token: "t1", seq: 2, ack: 0, ops: [], effects: [] });
  await server.stream.frame("delta", { token: "t3", seq: 2, ack: 0, ops: [], effects: [] });
  assert.deepEqual(frames(first), [["snapshot", "t1"], ["delta", "t1"]]);
  assert.deepEqual(frames(second), [["snapshot", "t2"], ["delta", "t2"]]);
});

test("events go up for each tab in its own name", async () => {
  const { server, first, second } = await twoTabs();
  await first.say({ type: "events", events: [{ n: 1, b: 0, a: [] }] });
  await second.say({ type: "events", events: [{ n: 1, b: 1, a: [] }] });
  assert.deepEqual(server.posts.map(({ body }) => [body.token, body.epoch, body.events[0].b]), [["t1", "d1", 0], ["t2", "d2", 1]]);
  assert.deepEqual(first.heard("posted"), [{ type: "posted", numbers: [1], refused: [] }]);
});

test("a cut is told to all; another stream takes all tabs from where they are", async (t) => {
  const { server, tabs, first, second } = await twoTabs();
  await first.say({ type: "applied", seq: 7 });
  await server.cut(t);
  for (const tab of tabs) assert.equal(tab.heard("lost").length, 1);
  assert.equal(server.streams.length, 2);
  await server.stream.frame("hello", { stream: "s2" });
  assert.deepEqual([server.stream.query.token, server.stream.query.seq], ["t1", "7"]);
  assert.deepEqual(server.attaches.slice(1).map(({ body }) => [body.stream, body.token, body.seq]), [["s2", "t2", 1]]);
  assert.equal(first.heard("alive").length, 2);
  const before = second.heard("alive").length;
  await server.attaches[1].answer(200, { token: "t2" });
  assert.equal(second.heard("alive").length, before + 1);
});

test("a stream that the server does not know is replaced, at once and then less often", async (t) => {
  const { server, first } = await twoTabs();
  const moveOn = (/** @type {string} */ doc) => first.say({ type: "open", attach: { page: "p1", token: "t1", seq: 0, path: "/", doc } });
  await moveOn("d3");
  t.mock.timers.enable({ apis: ["setTimeout"] });
  await server.attaches[1].answer(410, { error: "no such stream" });
  t.mock.timers.tick(0);
  await settle();
  assert.equal(server.streams.length, 2);
  assert.equal(server.streams[0].isAborted, true);
  await moveOn("d4");
  await server.stream.frame("hello", { stream: "s2" });
  await server.attaches[2].answer(410, { error: "no such stream" });
  t.mock.timers.tick(100);
  await settle();
  assert.equal(server.streams.length, 2);
  t.mock.timers.tick(200);
  await settle();
  assert.equal(server.streams.length, 3);
});

test("a stream that is another worker's is replaced, as one that is not known", async (t) => {
  const browser = newBrowser();
  const { server } = browser;
  await browser.tab("d1");
  await browser.tab("d2");
  await server.stream.frame("hello", { stream: "s1" });
  t.mock.timers.enable({ apis: ["setTimeout"] });
  await server.attaches[0].answer(421, { error: "sticky" });
  t.mock.timers.tick(0);
  await settle();
  assert.equal(server.streams.length, 2);
});

test("a session that is another worker's is done without: a fresh one is asked for", async (t) => {
  const { server, second } = await twoTabs();
  await server.cut(t);
  await server.stream.frame("hello", { stream: "s2" });
  assert.equal(server.attaches[1].body.token, "t2");
  t.mock.timers.enable({ apis: ["setTimeout"] });
  await server.attaches[1].answer(421, { error: "sticky", known: true });
  t.mock.timers.tick(250);
  await settle();
  assert.equal(server.streams.length, 2);
  const { token, seq, stream, doc } = server.attaches[2].body;
  assert.deepEqual({ token, seq, stream, doc }, { token: "", seq: 0, stream: "s2", doc: "d2" });
  await server.attaches[2].answer(200, { token: "t9" });
  await server.stream.frame("snapshot", { token: "t9", seq: 1, ack: 0, epoch: "d2", fresh: true, state: {}, effects: [] });
  assert.deepEqual(frames(second).at(-1), ["snapshot", "t9"]);
});

test("events that go to another worker again and again: the stream is opened where they go", async (t) => {
  const { server, first } = await twoTabs();
  server.answersAlone = false;
  t.mock.timers.enable({ apis: ["setTimeout"] });
  await first.say({ type: "events", events: [{ n: 1, b: 0, a: [] }] });
  for (let i = 0; i < 4; i++) {
    assert.equal(first.heard("gone").length, 0);
    await server.posts[i].answer(421, { error: "sticky" });
    t.mock.timers.tick(2000);
    await settle();
  }
  assert.equal(server.posts.length, 4);
  assert.equal(first.heard("gone").length, 1);
  await first.say({ type: "open", attach: { page: "p1", token: "t1", seq: 0, path: "/", doc: "d1" } });
  await server.attaches[1].answer(421, { error: "sticky" });
  t.mock.timers.tick(0);
  await settle();
  assert.equal(server.streams.length, 2);
});

test("a session that is gone and was to be known is the tab's business, not the stream's", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const browser = newBrowser();
  await browser.tab("d1");
  const tab = await browser.tab("d2");
  await browser.server.stream.frame("hello", { stream: "s1" });
  await browser.server.attaches[0].answer(410, { error: "no such session", known: true });
  assert.equal(tab.heard("unknown").length, 1);
  assert.equal(browser.server.streams.length, 1);
});

for (const status of [429, 503]) {
  test(`a tab that is refused with ${status} asks again later, and the others go on`, async (t) => {
    const { browser, server, second } = await twoTabs();
    const third = await browser.tab("d3");
    t.mock.timers.enable({ apis: ["setTimeout"] });
    await server.attaches[1].answer(status, { error: "later" });
    assert.equal(third.heard("lost").length, 1);
    t.mock.timers.tick(250);
    await settle();
    assert.equal(server.attaches[2].body.doc, "d3");
    await server.stream.frame("delta", { token: "t2", seq: 2, ack: 0, ops: [], effects: [] });
    assert.equal(frames(second).length, 2);
    assert.equal(server.streams.length, 1);
  });
}

test("a session that ends is asked for again; one that was replaced is left to its tab", async (t) => {
  const { server, first, second } = await twoTabs();
  t.mock.timers.enable({ apis: ["setTimeout"] });
  await server.stream.frame("bye", { token: "t1", reason: "closed", retry_seconds: 0 });
  await server.stream.frame("bye", { token: "t2", reason: "replaced", retry_seconds: 0 });
  t.mock.timers.tick(10_000);
  await settle();
  assert.deepEqual(server.attaches.slice(1).map(({ body }) => body.doc), ["d1"]);
  assert.equal(first.heard("lost").length, 1);
  assert.equal(second.heard("lost").length, 0);
});

const leaves = (/** @type {Server} */ server) => server.posts.filter(({ body }) => body.detach).map(({ body }) => body);

test("a tab that dies gives its lock free: its session is left alone, and the stream stays", async () => {
  const { server, first, second } = await twoTabs();
  await first.die();
  assert.deepEqual(leaves(server), [{ token: "t1", epoch: "d1", detach: true }]);
  await server.stream.frame("delta", { token: "t1", seq: 2, ack: 0, ops: [], effects: [] });
  assert.equal(frames(first).length, 1);
  assert.equal(server.stream.isAborted, false);
  await second.say({ type: "events", events: [{ n: 1, b: 0, a: [] }] });
  assert.equal(second.heard("posted").length, 1);
});

test("a tab that has said goodbye is not spoken for again", async () => {
  const { server, first } = await twoTabs();
  await first.say({ type: "leave" });
  await first.die();
  assert.deepEqual(leaves(server), []);
});

test("without tabs the stream is closed, but not before another page may have come", async (t) => {
  const { browser, server, tabs } = await twoTabs();
  t.mock.timers.enable({ apis: ["setTimeout"] });
  for (const tab of tabs) await tab.say({ type: "leave" });
  t.mock.timers.tick(9000);
  assert.equal(server.stream.isAborted, false);
  const third = await browser.tab("d3");
  t.mock.timers.tick(9000);
  assert.equal(server.stream.isAborted, false);
  await third.say({ type: "leave" });
  t.mock.timers.tick(10_000);
  assert.equal(server.stream.isAborted, true);
});

test("without Web Locks a tab that does not answer is taken for dead, and begins anew if it was not", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
  const browser = newBrowser(/** @type {any} */ (null));
  const { server } = browser;
  const tab = await browser.tab("d1");
  await server.stream.frame("hello", { stream: "s1" });
  await tab.say({ type: "attached", token: "t1", seq: 1 });
  for (let i = 0; i < 5; i++) {
    t.mock.timers.tick(10_000);
    await server.stream.write(":\n\n");
    await tab.say({ type: "pong" });
  }
  assert.ok(tab.heard("ping").length > 5);
  assert.deepEqual(leaves(server), []);
  for (let i = 0; i < 4; i++) {
    t.mock.timers.tick(10_000);
    await server.stream.write(":\n\n");
  }
  assert.deepEqual(leaves(server), [{ token: "t1", epoch: "d1", detach: true }]);
  await tab.say({ type: "pong" });
  assert.equal(tab.heard("anew").length, 1);
});

/** WebSockets as the runtime makes them, in their order. */
function fakeSockets() {
  /** @type {any[]} */
  const sockets = [];
  setGlobal("WebSocket", class {
    /** @param {URL} url */
    constructor(url) {
      this.url = url;
      this.isClosed = false;
      /** @type {any[]} */
      this.sent = [];
      this.onclose = () => {};
      this.onmessage = (/** @type {{data: string}} */ _) => {};
      sockets.push(this);
    }

    /** @param {string} text */
    send(text) {
      this.sent.push(JSON.parse(text));
    }

    close() {
      this.isClosed = true;
      setImmediate(() => this.onclose());
    }

    /** @param {any} message */
    async hear(message) {
      this.onmessage({ data: JSON.stringify(message) });
      await settle();
    }
  });
  return sockets;
}

test("where the worker's address says so, the WebSocket is tried first, and a stream after it", async (t) => {
  const sockets = fakeSockets();
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { server, tab } = newBrowser(new Locks(), "?ws");
  await tab("d1");
  await until(() => sockets.length > 0);
  assert.equal(server.streams.length, 0);
  await sockets[0].hear({ event: "hello", data: { stream: "s1" } });
  assert.deepEqual(server.attaches.map(({ body }) => [body.doc, body.stream]), [["d1", "s1"]]);
  sockets[0].close();
  await settle();
  t.mock.timers.tick(250);
  await until(() => sockets.length > 1);
  t.mock.timers.tick(5000); // it says nothing
  await settle();
  assert.equal(server.streams.length, 1);
});

test("a page without a worker attaches itself over a WebSocket, when its stream says nothing", async (t) => {
  const sockets = fakeSockets();
  const { server, link, heard, types } = newPage();
  sessionStorage.setItem("ts-alone", "1");
  t.mock.timers.enable({ apis: ["setTimeout"] });
  link.post(OPEN);
  await until(() => server.streams.length > 0);
  t.mock.timers.tick(5000);
  await until(() => sockets.length > 0);
  assert.equal(server.stream.isAborted, true);
  const [socket] = sockets;
  await socket.hear({ event: "hello", data: { stream: "s1" } });
  assert.deepEqual(socket.sent, [{ kind: "attach", id: 1, body: { ...OPEN.attach, known: false, shown_only: true } }]);
  await socket.hear({ event: "answer", data: { id: 1, status: 200, body: { token: "t1" } } });
  await socket.hear({ event: "snapshot", data: { token: "t1", seq: 1, ack: 0, epoch: "d1", fresh: true, state: {}, effects: [] } });
  assert.deepEqual(heard.filter(({ type }) => type === "frame").map(({ event, frame }) => [event, frame.token]), [["snapshot", "t1"]]);
  await socket.hear({ event: "bye", data: { token: "t1", reason: "closed", retry_seconds: 0 } });
  assert.equal(socket.isClosed, true);
  await settle();
  assert.equal(types().at(-1), "lost");
  t.mock.timers.tick(250);
  await until(() => sockets.length > 1); // what has worked is tried again
  await sockets[1].hear({ event: "hello", data: { stream: "s2" } });
  await sockets[1].hear({ event: "answer", data: { id: 1, status: 404, body: { error: "no such page" } } });
  assert.ok(types().includes("unknown"));
  assert.equal(sockets[1].isClosed, true);
});

test("a stream that says nothing for 5 s gives way to a WebSocket, and that to a stream if it is closed mute", async (t) => {
  const sockets = fakeSockets();
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { server, tab } = newBrowser();
  const page = await tab("d1");
  t.mock.timers.tick(4999);
  assert.equal(server.stream.isAborted, false);
  t.mock.timers.tick(1);
  await until(() => sockets.length > 0);
  assert.equal(server.stream.isAborted, true);
  const [socket] = sockets;
  assert.equal(socket.url.href, "ws://localhost/_triostate/ws?append=1");
  await socket.hear({ event: "ping" });
  await socket.hear({ event: "hello", data: { stream: "s1" } });
  assert.equal(server.attaches[0].body.stream, "s1");
  await server.attaches[0].answer(200, { token: "t1" });
  await socket.hear({ event: "snapshot", data: { token: "t1", seq: 1, ack: 0, epoch: "d1", fresh: true, state: {}, effects: [] } });
  assert.deepEqual(frames(page), [["snapshot", "t1"]]);
  t.mock.timers.tick(20_000);
  assert.equal(socket.isClosed, false);
  socket.onclose();
  await settle();
  t.mock.timers.tick(250);
  await until(() => sockets.length > 1); // what has worked is tried again
  t.mock.timers.tick(5000);
  await settle();
  assert.equal(sockets[1].isClosed, true);
  assert.equal(server.streams.length, 2);
});

// The page's side.

/** A SharedWorker whose ports are the test's. */
function fakeWorkers() {
  /** @type {Port[]} */
  const ports = [];
  /** @type {any} */ (window).tsWorker = () => {
    const [port, far] = makePorts();
    ports.push(far);
    return { port };
  };
  return ports;
}

const OPEN = { type: "open", attach: { page: "p1", token: "", seq: 0, path: "/", doc: "d1" } };

/** @param {Locks} [locks] */
function newPage(locks) {
  const server = new Server();
  setGlobal("fetch", server.fetch);
  const window = newWindow({}, locks);
  const ports = fakeWorkers();
  /** @type {any[]} */
  const heard = [];
  const link = connect("/_triostate", (message) => heard.push(message));
  return { server, window, ports, heard, link, types: () => heard.map(({ type }) => type) };
}

test("a worker that does not answer within 2 s is done without, and not waited for by the next page of the tab", async (t) => {
  const { server, ports, link, types } = newPage();
  t.mock.timers.enable({ apis: ["setTimeout"] });
  link.post(OPEN);
  t.mock.timers.tick(1999);
  await settle();
  assert.equal(server.streams.length, 0);
  t.mock.timers.tick(1);
  assert.deepEqual(types(), ["lost", "anew"]);
  link.post(OPEN); // as the session does then
  await until(() => server.streams.length > 0);
  assert.equal(server.stream.query.page, "p1");
  assert.equal(ports.length, 1);
  connect("/_triostate", () => {}).post(OPEN);
  await until(() => server.streams.length > 1);
  assert.equal(ports.length, 1);
});

test("a worker that answers is used; one that dies is replaced, a third time not", async () => {
  const { server, ports, link, types } = newPage();
  link.post(OPEN);
  for (let life = 1; life <= 3; life++) {
    const port = ports[ports.length - 1];
    port.postMessage({ type: "ping" });
    let release = () => {};
    navigator.locks.request(`worker ${life}`, {}, () => new Promise((done) => { release = () => done(undefined); }));
    port.postMessage({ type: "held", lock: `worker ${life}` });
    await settle();
    assert.ok(port.heard.some(({ type }) => type === "open"));
    assert.ok(port.heard.some(({ type }) => type === "pong"));
    release();
    await settle();
    assert.deepEqual(types().slice(-2), ["lost", "anew"]);
    link.post(OPEN);
    await settle();
  }
  assert.equal(ports.length, 3);
  await until(() => server.streams.length > 0);
});

test("a page that goes keeps no port and no lock; shown again it begins anew", async () => {
  const locks = new Locks();
  const { ports, link } = newPage(locks);
  link.post(OPEN);
  ports[0].postMessage({ type: "ping" });
  await settle();
  assert.equal(locks.held.size, 1);
  link.post({ type: "leave" });
  await settle();
  assert.equal(locks.held.size, 0);
  assert.equal(ports[0].other?.isClosed, true);
  link.post({ type: "hide", isHidden: true }); // what comes after the goodbye starts nothing
  assert.equal(ports.length, 1);
  link.post(OPEN);
  assert.equal(ports.length, 2);
});
