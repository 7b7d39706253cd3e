// The way down: one stream of server-sent events, opened again whenever it ends.
//
// Read with fetch(), because an EventSource stays closed for ever after one 503. Knows frames
// only by name. A stream that says nothing for longer than the server's heartbeat (10 s)
// allows is given up. One that says nothing at all is held back by something on its way: where
// there is another way to read, that is tried next, and so on in turns.

import { backoff } from "./backoff.js";
import { sseParser } from "./sse.js";

const MUTE_MS = 5_000;
const SILENCE_MS = 25_000;
const CHECK_MS = 5_000;

/**
 * @param {string} url
 * @param {() => object} query what the address says besides, each time that the stream is opened
 * @param {(message: any) => void} report "frame", "alive" and "lost" messages; and "refused", with a status
 * @param {(take: (event: string, frame: any) => void, signal: AbortSignal) => Promise<void>} [readElse]
 *   another way: until its end, or the signal; a message without a frame is a sign of life
 * @param {boolean} [isElse] whether that is the way to try first
 */
export function makeStream(url, query, report, readElse, isElse = false) {
  /** @type {AbortController | undefined} */
  let reading;
  let failures = 0;
  let heard = 0;
  /** @type {any} until the first byte of a stream */
  let mute;
  /** @type {any} */
  let timer = 0;
  /** @type {any} */
  let watch;

  function alive() {
    heard = Date.now();
    failures = 0;
    clearTimeout(mute);
    report({ type: "alive" });
  }

  /** @param {AbortSignal} signal @returns {Promise<number>} milliseconds that the server asks to wait, or 0 */
  async function read(signal) {
    let wait = 0;
    /** @param {string} event @param {any} frame */
    function take(event, frame) {
      if (event === "bye") wait = frame.retry_seconds * 1000;
      report({ type: "frame", event, frame });
    }
    if (readElse && isElse) {
      await readElse((event, frame) => {
        alive();
        if (frame) take(event, frame);
      }, signal);
      return wait;
    }
    const fields = new URLSearchParams(/** @type {any} */ ({ ...query(), append: 1 }));
    const { ok, body, status } = await fetch(`${url}?${fields}`, { signal, cache: "no-store" });
    if (!ok) report({ type: "refused", status });
    if (!ok || !body) return 0;
    const parse = sseParser((event, data) => {
      if (!signal.aborted) take(event, JSON.parse(data)); // a frame before this one may have closed the stream
    });
    const reader = body.getReader();
    const decoder = new TextDecoder();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || signal.aborted) return wait;
      alive();
      parse(decoder.decode(value, { stream: true }));
    }
  }

  const stream = {
    /** Connect now; a connection that is open gives way. */
    open() {
      stream.close();
      const mine = (reading = new AbortController());
      heard = Date.now();
      mute = readElse && setTimeout(() => {
        isElse = !isElse;
        stream.open();
      }, MUTE_MS);
      watch = setInterval(() => Date.now() - heard > SILENCE_MS && mine.abort(), CHECK_MS);
      read(mine.signal).catch(() => 0).then((wait) => {
        if (mine !== reading) return; // closed by us, or another one is open
        stream.close();
        report({ type: "lost" });
        timer = setTimeout(() => stream.open(), wait || backoff(++failures));
      });
    },

    close() {
      clearTimeout(timer);
      clearTimeout(mute);
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
