// A page's own stream, for browsers that have no SharedWorker, or one that does not answer.
//
// A browser keeps few connections to one server: so only a page that can be seen has a stream, and
// a hidden one catches up when it is shown. Where streams are held back on their way, or it is asked
// for, a WebSocket takes its place. Knows frames only by name.

import { asBody, asQuery, makeConnection } from "./connection.js";
import { makeStream } from "./stream.js";

/**
 * @param {string} base "/_triostate"
 * @param {(message: any) => void} report
 * @param {boolean} bySocket whether to try the WebSocket first
 */
export function makeAlone(base, report, bySocket) {
  return makeConnection(base, report, (hear) => {
    /** @type {any} */
    let wanted = null;

    /** @param {number} status */
    function refused(status) {
      if (status === 403 || status === 404 || status === 410) hear({ type: "unknown" });
      if (status === 421) Object.assign(wanted, { token: "", seq: 0 }); // it is another worker's: a new one, then
    }

    /** @param {(event: string, frame: any) => void} take @param {AbortSignal} signal */
    async function readElse(take, signal) {
      const { readSocket } = await import("./socket.js");
      if (signal.aborted) return;
      await readSocket(`${base}/ws?append=1`, (event, frame, socket) => {
        if (event === "hello") {
          socket.send(JSON.stringify({ kind: "attach", id: 1, body: asBody(wanted) }));
        } else if (event !== "answer") take(event, frame);
        else if (frame.status !== 200) {
          refused(frame.status);
          socket.close();
        }
        if (event === "bye") socket.close(); // it would stay open, with nobody on it
      }, signal);
    }

    const stream = makeStream(`${base}/stream`, () => asQuery(wanted), (message) => {
      if (message.type === "refused") refused(message.status);
      else hear(message);
    }, readElse, bySocket);
    return {
      open(attach) {
        wanted = attach;
        if (!document.hidden) stream.open();
      },
      close() {
        wanted = null;
        stream.close();
      },
      wake: stream.wake,
      hide(isHidden) {
        if (isHidden) stream.close();
        else if (wanted) stream.open();
      },
    };
  });
}
