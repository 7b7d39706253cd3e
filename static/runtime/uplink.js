// The way up: numbered events in batches, one POST in flight, each repeated until answered.
//
// The server recognises repeats by number, so a lost answer costs nothing. Knows nothing of
// what an event means.

import { backoff } from "./backoff.js";

const MAX_EVENTS = 32;
const MAX_BYTES = 60_000; // of 64 KiB, the rest for the envelope
const ANSWER_MS = 15_000;
const MAX_MISROUTED = 3; // after which the stream is opened anew: the proxy may have come to another mind

/** @typedef {{n: number, b: number, a: any[]}} NumberedEvent */

/** @param {string} text */
const bytesOf = (text) => new TextEncoder().encode(text).length;

/**
 * @param {string} url
 * @param {(message: any) => void} report "posted", "gap" and "gone" messages
 * @param {(seen: number) => void} [named] given the frame that a POST has named, when it is answered
 */
export function makeUplink(url, report, named = () => {}) {
  /** @type {NumberedEvent[]} */
  let queue = [];
  /** @type {AbortController | null} the POST in flight */
  let flight = null;
  let failures = 0;
  /** @type {any} */
  let timer = 0;

  /** @param {{n: number}[]} events @param {{n: number, error: string}[]} refused */
  function answered(events, refused) {
    queue = queue.slice(events.length);
    report({ type: "posted", numbers: events.map(({ n }) => n), refused });
  }

  /** The next events that fit. */
  function batch() {
    let bytes = 0;
    const fits = queue.slice(0, MAX_EVENTS).findIndex((event, i) => {
      bytes += bytesOf(JSON.stringify(event)) + 1;
      return i && bytes > MAX_BYTES;
    });
    return queue.slice(0, fits < 0 ? MAX_EVENTS : fits);
  }

  /** @param {NumberedEvent[]} events @param {AbortSignal} signal */
  const post = (events, signal) => fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...uplink.head, events }),
    signal,
  });

  /** @param {NumberedEvent[]} events @param {number} status @param {any} answer */
  function judge(events, status, answer) {
    // Which worker of several answers is the proxy's to say: it may be another one the next time.
    if (!status || status === 429 || status > 499 || (status === 421 && failures < MAX_MISROUTED)) {
      timer = setTimeout(uplink.wake, backoff(++failures));
      return;
    }
    failures = 0;
    if (status === 421 || (status === 404 && !answer.refused)) {
      uplink.head.token = "";
      report({ type: "gone" });
    } else if (status === 409) {
      const known = queue.filter(({ n }) => n < answer.expected);
      if (known.length && queue[known.length]?.n === answer.expected) answered(known, []);
      else report({ type: "gap" }); // nothing that we could send would fit
    } else answered(events, answer.refused ?? (status < 300 ? [] : events.map(({ n }) => ({ n, error: answer.error }))));
  }

  function pump() {
    if (flight || timer || !uplink.head.token || !queue.length) return;
    const events = batch();
    const mine = (flight = new AbortController());
    const limit = setTimeout(() => mine.abort(), ANSWER_MS);
    const { seen } = uplink.head;
    post(events, mine.signal)
      .then(async (response) => [response.status, await response.json().catch(() => ({}))], () => [0, {}])
      .then(([status, answer]) => {
        clearTimeout(limit);
        if (mine !== flight) return; // dropped meanwhile
        flight = null;
        if (status > 199 && status < 300) named(seen);
        judge(events, status, answer);
        pump();
      });
  }

  const uplink = {
    /** Whose events these are; no token, no POST. */
    head: { token: "", page: "", epoch: "", seen: 0 },

    /** @param {NumberedEvent[]} events */
    add(events) {
      queue.push(...events);
      pump();
    },

    /** Forget what is queued and in flight. */
    drop() {
      queue = [];
      flight?.abort();
      flight = null;
      uplink.wake();
    },

    /** Cut short a wait for the next try. */
    wake() {
      clearTimeout(timer);
      timer = 0;
      pump();
    },
  };
  return uplink;
}
