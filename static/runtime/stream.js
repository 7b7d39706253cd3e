// The way down: one stream of server-sent events, opened again whenever it ends.
//
// Read with fetch(), because an EventSource stays closed for ever after one 503. Knows frames
// only by name. A stream that says nothing for longer than the server's heartbeat (10 s)
// allows is given up.

import { backoff } from "./backoff.js";
import { sseParser } from "./sse.js";

const SILENCE_MS = 25_000;
const CHECK_MS = 5_000;

/** @typedef {{page: string, token: string, seq: number, path: string, doc: string}} Attach */

/**
 * @param {string} url
 * @param {(message: any) => void} report "frame", "alive", "lost" and "unknown" messages
 */
export function makeStream(url, report) {
  /** @type {AbortController | undefined} */
  let reading;
  let failures = 0;
  let heard = 0;
  /** @type {any} */
  let timer = 0;
  /** @type {any} */
  let watch;

  /** @param {AbortSignal} signal @returns {Promise<number>} milliseconds that the server asks to wait, or 0 */
  async function read(signal) {
    const query = new URLSearchParams(/** @type {any} */ ({ ...stream.attach, append: 1 }));
    const { ok, body, status } = await fetch(`${url}?${query}`, { signal, cache: "no-store" });
    if (status === 404 || status === 410) report({ type: "unknown" });
    if (!ok || !body) return 0;
    let wait = 0;
    const parse = sseParser((event, data) => {
      if (signal.aborted) return; // a frame before this one has closed the stream
      const frame = JSON.parse(data);
      if (event === "bye") wait = frame.retry_seconds * 1000;
      report({ type: "frame", event, frame });
    });
    const reader = body.getReader();
    const decoder = new TextDecoder();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || signal.aborted) return wait;
      heard = Date.now();
      failures = 0;
      report({ type: "alive" });
      parse(decoder.decode(value, { stream: true }));
    }
  }

  const stream = {
    /** @type {Attach | {}} */
    attach: {},

    /** Connect now; a connection that is open gives way. */
    open() {
      stream.close();
      const mine = (reading = new AbortController());
      heard = Date.now();
      watch = setInterval(() => Date.now() - heard > SILENCE_MS && mine.abort(), CHECK_MS);
      read(mine.signal).catch(() => 0).then((wait) => {
        if (mine !== reading) return; // closed by us, or another one is open
        stream.close();
        report({ type: "lost" });
        timer = setTimeout(stream.open, wait || backoff(++failures));
      });
    },

    close() {
      clearTimeout(timer);
      clearInterval(watch);
      timer = 0;
      reading?.abort();
      reading = undefined;
    },

    /** Cut short a wait for the next try. */
    wake() {
      if (timer) stream.open();
    },
  };
  return stream;
}
