// A page in a window of its own, with the runtime started on it and a server made of arrays.
//
// Everything that the runtime would ask a real server stays in `server` until the test answers.

import { Window } from "happy-dom";
// The chunks that are loaded on use, so that a test does not wait for the disk.
import "../runtime/gestures.js";
import "../runtime/navigate.js";
import "../runtime/perform.js";
import "../runtime/rare.js";
import "../runtime/worker.js";
import { keep } from "../runtime/storage.js";

let pages = 0;

// A stream's watch over its silence must not keep a finished test running.
for (const name of /** @type {const} */ (["setTimeout", "setInterval"])) {
  const original = /** @type {any} */ (globalThis[name]);
  setGlobal(name, (/** @type {any[]} */ ...args) => original(...args).unref());
}

/** Let promises and streams run until nothing is left to do at once. */
export async function settle() {
  for (let i = 0; i < 12; i++) await new Promise((resolve) => { setImmediate(resolve); });
}

/** Wait for what a module that is loaded on use does. @param {() => boolean} isDone */
export async function until(isDone) {
  for (let i = 0; i < 1000 && !isDone(); i++) await settle();
}

/** One open stream, from the server's side. */
class ServerStream {
  /** @param {URL} url @param {AbortSignal} signal */
  constructor(url, signal) {
    this.query = Object.fromEntries(url.searchParams);
    this.isAborted = false;
    this.body = new ReadableStream({ start: (controller) => { this.controller = controller; } });
    signal.addEventListener("abort", () => {
      this.isAborted = true;
      this.controller?.error(new DOMException("aborted", "AbortError"));
    });
  }

  /** @param {string} text */
  async write(text) {
    this.controller?.enqueue(new TextEncoder().encode(text));
    await settle();
  }

  /** @param {string} event @param {any} frame */
  async frame(event, frame) {
    await this.write(`event: ${event}\ndata: ${JSON.stringify(frame)}\n\n`);
  }

  async end() {
    this.controller?.close();
    await settle();
  }
}

/** The server as the page sees it. */
export class Server {
  constructor() {
    /** @type {ServerStream[]} */
    this.streams = [];
    /** @type {{body: any, init: any, answer: (status: number, body?: any) => Promise<void>, fail: () => Promise<void>}[]} */
    this.posts = [];
    /** @type {{url: string, body: Promise<string>, type: string}[]} */
    this.beacons = [];
    /** @type {{body: any, answer: (status: number, body?: any) => Promise<void>}[]} */
    this.attaches = [];
    this.attachesAlone = true;
    /** @type {number | null} what a new stream is answered with, instead of a stream */
    this.refuses = null;
    /** @type {number | null} the same for a stream that a tab is to come with */
    this.refusesTab = null;
    this.answersAlone = true;
    this.seq = 0;
    this.token = "tok";
    this.fetch = this.fetch.bind(this);
  }

  get stream() {
    return this.streams[this.streams.length - 1];
  }

  /** Cut the stream and let the page come back. @param {any} t the test */
  async cut(t) {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    await this.stream.end();
    t.mock.timers.tick(10_000);
    t.mock.timers.reset();
    await settle();
  }

  get events() {
    return this.posts.flatMap(({ body }) => body.events ?? []);
  }

  /** @param {string} url @param {any} init */
  async fetch(url, init = {}) {
    if (url.includes("/stream")) {
      const refusal = this.refuses ?? (url.includes("doc=") && this.refusesTab);
      if (refusal) return new Response("", { status: refusal });
      const stream = new ServerStream(new URL(url, "http://localhost"), init.signal);
      this.streams.push(stream);
      return new Response(stream.body, { status: 200 });
    }
    return url.includes("/attach") ? this.attach(init) : this.post(init);
  }

  /** @param {any} init */
  attach(init) {
    return new Promise((resolve) => {
      const attach = {
        body: JSON.parse(init.body),
        answer: async (/** @type {number} */ status, /** @type {any} */ answer = {}) => {
          resolve(new Response(JSON.stringify(answer), { status }));
          await settle();
        },
      };
      this.attaches.push(attach);
      if (this.attachesAlone) attach.answer(200, { token: this.token });
    });
  }

  /** @param {any} init */
  post(init) {
    const body = JSON.parse(init.body);
    return new Promise((resolve, reject) => {
      const post = {
        body,
        init,
        answer: async (/** @type {number} */ status, /** @type {any} */ answer = {}) => {
          resolve(new Response(JSON.stringify(answer), { status }));
          await settle();
        },
        fail: async () => {
          reject(new TypeError("network"));
          await settle();
        },
      };
      init.signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
      this.posts.push(post);
      if (this.answersAlone) post.answer(202, { ack: body.events?.at(-1)?.n ?? 0, refused: [] });
    });
  }

  /** @param {Record<string, any>} [state] @param {Record<string, any>} [more] */
  async snapshot(state = {}, more = {}) {
    this.seq = more.seq ?? 1;
    await this.stream.frame("snapshot", {
      token: this.token, seq: this.seq, ack: 0, epoch: this.stream.query.doc, fresh: true, state: { s: state }, effects: [], ...more,
    });
  }

  /** @param {any[]} ops @param {Record<string, any>} [more] */
  async delta(ops, more = {}) {
    this.seq = more.seq ?? this.seq + 1;
    await this.stream.frame("delta", { token: this.token, seq: this.seq, ack: 0, ops, effects: [], ...more });
  }

  /** Set one var. @param {string} name @param {any} value @param {Record<string, any>} [more] */
  async set(name, value, more) {
    await this.delta([{ op: "replace", path: `/s/${name}`, value }], more);
  }
}

/** @param {string} name @param {any} value */
function setGlobal(name, value) {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}

/** Web Locks, as far as the runtime uses them; one instance is one browser. */
export class Locks {
  constructor() {
    /** @type {Map<string, Promise<any>>} */
    this.held = new Map();
  }

  /** @param {string} name @param {any} options {ifAvailable, signal}, or the callback @param {(lock: any) => any} callback */
  async request(name, options, callback = options) {
    const { ifAvailable, signal } = options;
    await null;
    if (ifAvailable && this.held.has(name)) return callback(null);
    const ended = new Promise((_, reject) => { signal?.addEventListener("abort", () => reject(signal.reason)); });
    ended.catch(() => {}); // nobody may be waiting any more
    while (this.held.has(name)) await Promise.race([this.held.get(name), ended]);
    const done = Promise.resolve(callback({ name })).finally(() => this.held.delete(name));
    this.held.set(name, done);
    return done;
  }
}

/** @param {Record<string, string>} storage as sessionStorage has it before the page loads */
export function newWindow(storage = {}, locks = new Locks()) {
  const window = /** @type {any} */ (new Window({ url: "http://localhost/page?x=1" }));
  Object.defineProperty(window.navigator, "locks", { value: locks, configurable: true });
  for (const name of ["FormData", "HTMLFormElement", "CustomEvent", "document", "location", "sessionStorage", "localStorage", "navigator", "StorageEvent", "Comment", "Blob", "MutationObserver"]) {
    setGlobal(name, window[name]);
  }
  setGlobal("window", window);
  setGlobal("addEventListener", window.addEventListener.bind(window));
  for (const [key, value] of Object.entries(storage)) window.sessionStorage.setItem(key, value);
  return window;
}

/**
 * Load a page. Its only state is called "s".
 * @param {{html: string, head?: string, vars?: Record<string, any>, parts?: any[], blocks?: any[], templates?: string[], stored?: any[], gestures?: boolean,
 *   storage?: Record<string, string>, locks?: Locks, early?: ($: (selector: string) => any, window: any) => void, server?: Server}} page
 */
export async function openPage({ html, head = "", vars = {}, parts = [], blocks = [], templates = [], stored = undefined, gestures = undefined, storage = {}, locks, early, server = new Server() }) {
  const window = newWindow(storage, locks);
  setGlobal("fetch", server.fetch);
  window.navigator.sendBeacon = (/** @type {string} */ url, /** @type {Blob} */ blob) => {
    server.beacons.push({ url, body: blob.text(), type: blob.type });
    return true;
  };
  const plan = { v: 1, page: "p1", vars: Object.entries(vars).map(([name, value]) => ["s", name, value]), parts, blocks, stored, gestures };
  if (stored) window.tsKeep = keep;
  window.document.head.innerHTML = head;
  window.document.body.innerHTML = `<div id="ts-root">${html}</div><div id="ts-offline"></div>${
    templates.map((template, i) => `<template id="t${i}">${template}</template>`).join("")}`;
  const script = window.document.createElement("script");
  script.type = "application/json";
  script.id = "ts-plan";
  script.textContent = JSON.stringify(plan);
  window.document.body.append(script);
  const root = /** @type {HTMLElement} */ (window.document.getElementById("ts-root"));
  /** @param {string} selector @returns {any} */
  const $ = (selector) => root.querySelector(selector);
  early?.($, window);
  await import(`../runtime/main.js?page=${++pages}`);
  await settle();
  return { window, document: /** @type {Document} */ (window.document), root, $, server, text: () => root.textContent };
}

/** A live page: one that has had its snapshot. @param {Parameters<typeof openPage>[0]} options */
export async function livePage(options) {
  const page = await openPage(options);
  await page.server.snapshot(options.vars);
  return page;
}

/** Count what happens to the tree below a node until `stop` is called. @param {any} window @param {Node} node */
export function watch(window, node) {
  /** @type {MutationRecord[]} */
  const records = [];
  const observer = new window.MutationObserver((/** @type {MutationRecord[]} */ list) => records.push(...list));
  observer.observe(node, { subtree: true, childList: true, characterData: true, attributes: true });
  return async () => {
    await settle();
    records.push(...observer.takeRecords());
    observer.disconnect();
    return records;
  };
}

/** @param {any} window @param {any} el @param {string} value */
export function type(window, el, value) {
  el.focus();
  el.value = value;
  el.dispatchEvent(new window.Event("input", { bubbles: true }));
}

/** @param {any} window @param {any} el */
export function click(window, el) {
  el.dispatchEvent(new window.MouseEvent("click", { bubbles: true, cancelable: true }));
}
