// The page's end of its connection: the SharedWorker's port, or a connection of the page's own.
//
// A page talks to its connection in structured-cloneable messages only. A worker that does not
// start or answer is done without, for as long as the tab lives; one that dies is replaced. When
// the page goes, nothing stays open that would keep the browser from showing it again as it was:
// no port, no lock, no request.
//
// To the connection, `post(message)`:
//   {type: "open", attach: {page, token, seq, path, doc}}   connect, or connect again
//   {type: "attached", token, seq}   the page took a snapshot; events may go, to this token
//   {type: "applied", seq, hasEffects}   the page is at this frame; the next POST names it, soon
//                                    if it has effects
//   {type: "events", events: [{n, b, a}]}
//   {type: "drop"}                   forget all events not yet answered
//   {type: "wake"}                   the network may be back: try now
//   {type: "hide", isHidden}         the page can be seen, or cannot
//   {type: "leave"}                  the page is going, and has said so to the server: close
//
// From it, `report(message)`:
//   {type: "frame", event: "snapshot" | "delta" | "bye", frame}
//   {type: "alive"} {type: "lost"}   frames come; none come any more (it tries again by itself)
//   {type: "unknown"}                the server does not know the page, or it is closed to us
//   {type: "posted", numbers, refused: [{n, error}]}   these events are answered
//   {type: "gap"}                    the numbers do not fit the server's: begin a new document
//   {type: "gone"}                   there is no such session: open again
//   {type: "anew"}                   all of the above is forgotten: say it again
//
// Between port and worker, besides: "ping" and "pong"; and "held", of the lock by whose release
// the other side sees a death.

import { recall, remember } from "./memory.js";

const ALONE = "ts-alone";
const ANSWER_MS = 2000;
const SILENCE_MS = 35_000;
const RETRY_MS = 2000;
const MAX_DEATHS = 3;

/**
 * @param {string} base "/_triostate"
 * @param {(message: any) => void} report
 * @returns {{post: (message: any) => void}}
 */
export function connect(base, report) {
  /** @type {((message: any) => void) | null} how messages go, if there is a way */
  let send = null;
  let end = () => {};
  let isAway = false;
  let deaths = 0;

  /** Do without the worker. */
  function goAlone() {
    /** @type {any[]} */
    const waiting = [];
    send = (message) => waiting.push(message);
    end = () => {};
    const load = () => import("./worker.js").then(
      ({ connectAlone }) => {
        send = connectAlone(base, report).post;
        waiting.forEach(send);
      },
      () => setTimeout(load, RETRY_MS),
    );
    load();
  }

  function begin() {
    if (recall(ALONE)) return goAlone();
    /** @type {SharedWorker} */
    let worker;
    try {
      // boot.js has begun to start it, or has nothing to start.
      worker = /** @type {any} */ (window).tsWorker();
    } catch {
      return goAlone();
    }
    const { port } = worker;
    const going = new AbortController();
    const { signal } = going;
    let isUp = false;
    let isHeld = false;

    /** @param {() => void} next */
    function leaveFor(next) {
      if (signal.aborted) return;
      end();
      report({ type: "lost" });
      next();
      report({ type: "anew" });
    }
    function lose() {
      if (!isUp) remember(ALONE, "1"); // a reload must not wait again: its session would not wait for it
      leaveFor(isUp && ++deaths < MAX_DEATHS ? begin : goAlone);
    }
    let timer = setTimeout(lose, ANSWER_MS);

    /** @param {string} name @param {() => any} granted */
    const lock = (name, granted) => navigator.locks?.request(name, { signal }, granted).catch(() => {});

    send = (message) => port.postMessage(message);
    end = () => {
      send = null;
      clearTimeout(timer);
      going.abort();
      port.close();
    };
    worker.onerror = () => isUp || lose();
    port.onmessage = ({ data }) => {
      isUp = true;
      clearTimeout(timer);
      if (data.type === "held") {
        isHeld = true;
        lock(data.lock, lose);
      } else if (data.type === "ping") port.postMessage({ type: "pong" });
      else report(data);
      if (!isHeld && !signal.aborted) timer = setTimeout(lose, SILENCE_MS);
    };
    const mine = `triostate:tab:${Math.random()}`;
    lock(mine, () => {
      port.postMessage({ type: "held", lock: mine });
      return new Promise((done) => { signal.onabort = done; });
    });
  }

  return {
    post(message) {
      if (message.type === "open") isAway = false;
      if (!send && !isAway) begin();
      send?.(message);
      if (message.type !== "leave") return;
      isAway = true;
      end();
    },
  };
}
