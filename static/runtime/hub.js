// One stream for all tabs of a browser: who is on it, and whose each frame is.
//
// The stream is opened with nobody on it and says its id; each tab is then attached to it by a
// POST of its own. Where streams are held back on their way, or it is asked for, a WebSocket takes
// its place. Knows frames by their names, tokens and epochs. Knows nothing of ports.

import { backoff } from "./backoff.js";
import { makeStream } from "./stream.js";

const ANSWER_MS = 15_000;
const IDLE_MS = 10_000; // longer than it takes from one page to the next

/** @typedef {import("./connection.js").Down & {frame: (event: string, frame: any) => void, ask: () => void, lost: () => void}} Seat */

/** @param {string} base "/_triostate" @param {boolean} bySocket whether to try the WebSocket first */
export function makeHub(base, bySocket) {
  /** @type {Set<Seat>} */
  const seats = new Set();
  /** The open stream's, once it has said so. */
  let id = "";
  let isStarted = false;
  /** Streams in a row that the server did not know by the time somebody was to be attached. */
  let unknown = 0;
  /** @type {any} */
  let idle = 0;
  /** @type {any} */
  let opening = 0;
  const stream = makeStream(`${base}/stream`, ({ type, event, frame }) => {
    if (type === "lost") lose();
    if (type !== "frame") return;
    if (event !== "hello") return void seats.forEach((seat) => seat.frame(event, frame));
    id = frame.stream;
    seats.forEach((seat) => seat.ask());
  }, async (take, signal) => {
    const { readSocket } = await import("./socket.js");
    if (!signal.aborted) await readSocket(`${base}/ws?append=1`, take, signal);
  }, bySocket);

  function lose() {
    id = "";
    seats.forEach((seat) => seat.lost());
  }

  function stop() {
    clearTimeout(opening);
    isStarted = false;
    id = "";
    stream.close();
  }

  function start() {
    isStarted = true;
    stream.open({ shared: 1 });
  }

  /** Open the stream, if it is not; without a seat taken it closes again. */
  function warm() {
    clearTimeout(idle);
    if (!seats.size) idle = setTimeout(stop, IDLE_MS);
    if (!isStarted) start();
  }

  /** The server does not know the stream. @param {string} which */
  function reopen(which) {
    if (which !== id) return;
    stop();
    lose();
    isStarted = true;
    opening = setTimeout(start, unknown ? backoff(unknown) : 0);
    unknown++;
  }

  /** @param {(message: any) => void} report @returns {Seat} */
  function makeSeat(report) {
    /** @type {object | null} the request that has no answer yet */
    let asking = null;
    let failures = 0;
    /** @type {any} */
    let again = 0;
    /** @type {any} */
    let attach = {};

    const post = () => fetch(`${base}/attach`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...attach, known: Boolean(attach.known), stream: id }),
      cache: "no-store",
      signal: AbortSignal.timeout(ANSWER_MS),
    }).then(async (response) => [response.status, await response.json()]).catch(() => [0, {}]);

    function forget() {
      asking = null;
      clearTimeout(again);
      again = 0;
    }

    function askLater() {
      report({ type: "lost" });
      again = setTimeout(seat.ask, backoff(++failures));
    }

    /** @type {Seat} */
    const seat = {
      open(by) {
        attach = by;
        seats.add(seat);
        warm();
        seat.ask();
      },

      /** Be attached, as soon as there is a stream. */
      async ask() {
        forget();
        if (!id) return;
        const mine = (asking = {});
        const on = id;
        const [status, answer] = await post();
        if (mine !== asking) return; // asked anew, or gone
        asking = null;
        if (status === 200) {
          failures = unknown = 0;
          report({ type: "alive" });
        } else if ((status === 410 || status === 421) && !answer.known) reopen(on);
        else {
          if (status === 421) Object.assign(attach, { token: "", seq: 0 }); // it is another worker's: a new one, then
          if (status === 403 || status === 404 || status === 410) report({ type: "unknown" });
          askLater();
        }
      },

      frame(event, frame) {
        // A session's first frame is told by its document: its token may be news.
        if (event === "snapshot" && frame.epoch === attach.doc) attach.token = frame.token;
        else if (!frame.token || frame.token !== attach.token || event === "snapshot") return;
        report({ type: "frame", event, frame });
        if (event === "bye" && frame.reason !== "replaced") askLater();
      },

      lost() {
        forget();
        report({ type: "lost" });
      },

      wake() {
        stream.wake();
        if (again) seat.ask();
      },

      close() {
        forget();
        seats.delete(seat);
        if (!seats.size) idle = setTimeout(stop, IDLE_MS);
      },
    };
    return seat;
  }

  return { makeSeat, warm };
}
