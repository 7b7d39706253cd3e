// Which frame the page has applied: named by events, else once a second while effects are outstanding.

import assert from "node:assert/strict";
import { test } from "node:test";
import { makeConnection } from "../runtime/connection.js";
import { Server, settle } from "./page.js";

const DOWN = { open() {}, close() {}, wake() {} };

/** A connection whose page is at its first frame. */
async function attached() {
  const server = new Server();
  Object.defineProperty(globalThis, "fetch", { value: server.fetch, configurable: true, writable: true });
  const { post } = makeConnection("/_triostate", () => {}, () => DOWN);
  const say = async (/** @type {any[]} */ ...messages) => {
    messages.forEach(post);
    await settle();
  };
  await say({ type: "open", attach: { page: "p1", token: "", seq: 0, path: "/", doc: "d1" } }, { type: "applied", seq: 1, hasEffects: false }, { type: "attached", token: "t1", seq: 1 });
  return { server, say, bodies: () => server.posts.map(({ body }) => body) };
}

/** @param {any} t @param {number} ms */
async function tick(t, ms) {
  t.mock.timers.tick(ms);
  await settle();
}

const applied = (/** @type {number} */ seq, hasEffects = false) => ({ type: "applied", seq, hasEffects });

test("frames without effects are not named", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { say, bodies } = await attached();
  await say(applied(2), applied(3));
  await tick(t, 5000);
  assert.deepEqual(bodies(), []);
});

test("a frame with effects is named within a second, once, with what came after it", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { say, bodies } = await attached();
  await say(applied(2, true), applied(3));
  await tick(t, 999);
  assert.deepEqual(bodies(), []);
  await tick(t, 1);
  assert.deepEqual(bodies(), [{ token: "t1", epoch: "d1", seen: 3 }]);
  await say(applied(4));
  await tick(t, 5000);
  assert.equal(bodies().length, 1);
});

test("one that failed is told again a second later", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { server, say, bodies } = await attached();
  server.answersAlone = false;
  await say(applied(2, true));
  await tick(t, 1000);
  await server.posts[0].fail();
  await tick(t, 1000);
  await server.posts[1].answer(503);
  await tick(t, 1000);
  await server.posts[2].answer(200);
  await tick(t, 5000);
  assert.equal(bodies().length, 3);
});

test("an event that names it spares the telling; one that went before does not", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { server, say, bodies } = await attached();
  await say(applied(2, true), { type: "events", events: [{ n: 1, b: 0, a: [] }] });
  await tick(t, 5000);
  assert.deepEqual(bodies().map(({ seen, events }) => [seen, events?.length]), [[2, 1]]);
  server.answersAlone = false;
  await say({ type: "events", events: [{ n: 2, b: 0, a: [] }] }, applied(3, true));
  await server.posts[1].answer(202, { ack: 2, refused: [] });
  await tick(t, 1000);
  assert.deepEqual(bodies().map(({ seen }) => seen), [2, 2, 3]);
});

test("effects of a snapshot are named when the page is attached; those of a page that went are not", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { say, bodies } = await attached();
  await say({ type: "open", attach: { page: "p1", token: "t1", seq: 0, path: "/", doc: "d2" } }, applied(5, true));
  await tick(t, 1000);
  assert.deepEqual(bodies(), []);
  await say({ type: "attached", token: "t1", seq: 5 });
  await tick(t, 1000);
  assert.deepEqual(bodies(), [{ token: "t1", epoch: "d2", seen: 5 }]);
  await say(applied(6, true), { type: "leave" });
  await tick(t, 5000);
  assert.equal(bodies().length, 1);
});
