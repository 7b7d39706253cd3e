// The SharedWorker's entry: a port for each tab. Also what a page loads that has to do without it.
//
// A tab's death is seen by a Web Lock that it holds, and the worker's by one that the worker holds.
// Where there are no Web Locks (insecure origins) the worker asks, and who is silent is taken for
// dead: a tab that was frozen and is not finds that it has to begin again. The worker's address says
// with "?ws" that a WebSocket is to carry the frames. Knows nothing of frames.

import { makeAlone } from "./alone.js";
import { makeConnection } from "./connection.js";
import { makeHub } from "./hub.js";

const BASE = "/_triostate";
const PING_MS = 10_000;
const SILENCE_MS = 30_000;

/** @param {string} address the worker's, or the end of it */
const wantsSocket = (address) => address.endsWith("?ws");

/** @param {string} base @param {(message: any) => void} report */
export function connectAlone(base, report) {
  // As the head of the page names the worker to boot.js.
  const { worker = "" } = /** @type {any} */ (document.querySelector("script[data-worker]"))?.dataset ?? {};
  return makeAlone(base, report, wantsSocket(worker));
}

/** @param {any} scope the worker's */
export function serve(scope) {
  const hub = makeHub(BASE, wantsSocket(scope.location.search));
  const lock = `triostate:worker:${Math.random()}`;
  /** @type {Promise<void>} */
  const held = new Promise((resolve) => {
    navigator.locks?.request(lock, () => {
      resolve();
      return new Promise(() => {}); // for as long as the worker lives
    }).catch(() => {});
  });

  scope.onconnect = (/** @type {MessageEvent} */ { ports: [port] }) => {
    hub.expect();
    const connection = makeConnection(BASE, (message) => port.postMessage(message), hub.makeSeat);
    const { head } = connection;
    let heard = Date.now();
    let isSilent = false;
    /** @type {any} */
    let pings = 0;

    /** The tab is gone without a word: its session is left alone, with the grace that it has. */
    function gone() {
      const { token, epoch } = head;
      connection.post({ type: "leave" });
      if (token) hub.abandon({ token, epoch }); // else it said goodbye
    }

    function ping() {
      if (Date.now() - heard <= SILENCE_MS) return port.postMessage({ type: "ping" });
      clearInterval(pings);
      isSilent = true;
      gone();
    }

    function askIfAlive() {
      pings = setInterval(ping, PING_MS);
      ping();
    }

    port.onmessage = ({ data }) => {
      heard = Date.now();
      if (isSilent) {
        isSilent = false;
        askIfAlive();
        port.postMessage({ type: "lost" });
        port.postMessage({ type: "anew" });
      } else if (data.type === "held") {
        clearInterval(pings);
        navigator.locks.request(data.lock, gone);
      } else if (data.type !== "pong") connection.post(data);
      if (data.type === "leave") clearInterval(pings);
    };
    askIfAlive();
    held.then(() => port.postMessage({ type: "held", lock }));
  };
}

if ("onconnect" in globalThis) serve(globalThis);
