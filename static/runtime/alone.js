// A page's own stream, for browsers that have no SharedWorker, or one that does not answer.
//
// A browser keeps few connections to one server: so only a page that can be seen has a stream, and
// a hidden one catches up when it is shown. Knows frames only by name.

import { makeConnection } from "./connection.js";
import { makeStream } from "./stream.js";

/**
 * @param {string} base "/_triostate"
 * @param {(message: any) => void} report
 */
export function connectAlone(base, report) {
  return makeConnection(base, report, (hear) => {
    const stream = makeStream(`${base}/stream`, hear);
    /** @type {object | null} */
    let wanted = null;
    return {
      open(attach) {
        wanted = attach;
        if (!document.hidden) stream.open(attach);
      },
      close() {
        wanted = null;
        stream.close();
      },
      wake: stream.wake,
      hide(isHidden) {
        if (isHidden) stream.close();
        else if (wanted) stream.open(wanted);
      },
    };
  });
}
