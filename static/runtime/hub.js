// One stream for all tabs of a browser: who is on it, and whose each frame is.
//
// The stream is opened for the sake of one tab, whose session comes with it, and says its id; each
// other tab is then attached to it by a POST of its own. What the one is refused for is its own
// business: the stream is opened with nobody on it, and that tab asks by a POST too. Where streams
// are held back on their way, or it is asked for, a WebSocket takes its place. Knows frames by their
// names, tokens and epochs. Knows nothing of ports.

import { backoff } from "./backoff.js";
import { asBody, asQuery } from "./connection.js";
import { makeStream } from "./stream.js";

const ANSWER_MS = 15_000;
const IDLE_MS = 10_000; // longer than it takes from one page to the next

/** @typedef {import("./connection.js").Down & {ride: () => object | null, walk: () => boolean, frame: (event: string, frame: any) => boolean, ask: () => void, lost: () => void}} Seat */

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

  /** What the stream is asked for with: the session of the first tab that can be. */
  function query() {
    for (const seat of seats) {
      const attach = seat.ride();
      if (attach) return { shared: 1, ...attach };
    }
    return { shared: 1 };
  }

  /** All ask by themselves; return whether one would have come with the stream. */
  const walk = () => [...seats].filter((seat) => seat.walk()).length > 0;

  const stream = makeStream(`${base}/stream`, query, ({ type, event, frame, status }) => {
    if (type === "lost") lose();
    if (type === "refused" && walk() && status < 429) stream.open();
    if (type !== "frame") return;
    if (event === "hello") {
      id = frame.stream;
      seats.forEach((seat) => seat.ask());
    } else if (![...seats].filter((seat) => seat.frame(event, frame)).length && event === "snapshot") {
      abandon(frame); // it went before its session had come
    }
  }, async (take, signal) => {
    walk();
    const { readSocket } = await import("./socket.js");
    if (!signal.aborted) await readSocket(`${base}/ws?append=1`, take, signal);
  }, bySocket);

  /** Nobody is left who would say goodbye: the session has the grace that it has. @param {{token: string, epoch: string}} of */
  function abandon({ token, epoch }) {
    const body = JSON.stringify({ token, epoch, detach: true });
    fetch(`${base}/leave`, { method: "POST", headers: { "content-type": "application/json" }, body }).catch(() => {});
  }

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
    stream.open();
  }

  /** Keep the stream that there may be for a tab that is about to ask. */
  function expect() {
    clearTimeout(idle);
    if (!seats.size) idle = setTimeout(stop, IDLE_MS);
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
    let canRide = true;
    /** The document that the stream being opened is asked for with. */
    let riding = "";
    /** @type {any} */
    let again = 0;
    /** @type {any} */
    let attach = {};

    const post = () => fetch(`${base}/attach`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...asBody(attach), stream: id }),
      cache: "no-store",
      signal: AbortSignal.timeout(ANSWER_MS),
    }).then(async (response) => [response.status, await response.json()]).catch(() => [0, {}]);

    function forget() {
      asking = null;
      clearTimeout(again);
      again = 0;
    }

    function alive() {
      failures = unknown = 0;
      report({ type: "alive" });
    }

    function askLater() {
      report({ type: "lost" });
      again = setTimeout(seat.ask, backoff(++failures));
    }

    /** @type {Seat} */
    const seat = {
      open(by) {
        attach = by;
        canRide = true;
        seats.add(seat);
        clearTimeout(idle);
        if (isStarted) seat.ask();
        else start();
      },

      /** Return what to open the stream with, for this tab to come with it. */
      ride() {
        riding = canRide ? attach.doc : "";
        return canRide ? asQuery(attach) : null;
      },

      /** Ask, once there is a stream; return whether that is news. */
      walk() {
        const was = riding;
        if (was) canRide = false;
        riding = "";
        return was !== "";
      },

      /** Be attached, as soon as there is a stream. */
      async ask() {
        forget();
        if (!id) return;
        const isHere = riding === attach.doc;
        riding = "";
        if (isHere) return alive();
        const mine = (asking = {});
        const on = id;
        const [status, answer] = await post();
        if (mine !== asking) return; // asked anew, or gone
        asking = null;
        if (status === 200) alive();
        else if ((status === 410 || status === 421) && !answer.known) reopen(on);
        else {
          if (status === 421) Object.assign(attach, { token: "", seq: 0 }); // it is another worker's: a new one, then
          if (status === 403 || status === 404 || status === 410) report({ type: "unknown" });
          askLater();
        }
      },

      frame(event, frame) {
        // A session's first frame is told by its document: its token may be news.
        if (event === "snapshot" && frame.epoch === attach.doc) attach.token = frame.token;
        else if (!frame.token || frame.token !== attach.token || event === "snapshot") return false;
        report({ type: "frame", event, frame });
        if (event === "bye" && frame.reason !== "replaced") askLater();
        return true;
      },

      lost() {
        forget();
        riding = "";
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

  return { makeSeat, expect, abandon };
}
