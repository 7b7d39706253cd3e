// A page's connection with its session: the way down and the events up, behind messages.
//
// It lives in the SharedWorker, or in the page itself where there is none; link.js says what the
// messages are. Knows neither which of the two it is, nor how frames come.

import { makeNaming } from "./naming.js";
import { makeUplink } from "./uplink.js";

/** @typedef {{page: string, token: string, seq: number, path: string, doc: string}} Attach */
// What is asked for with an attachment, but for what the page reads there is nothing to be told of.
/** In an address. @param {any} attach */
export const asQuery = (attach) => ({ ...attach, shown_only: 1 });
/** As the body of a request, or of a message. @param {any} attach */
export const asBody = (attach) => ({ ...attach, known: Boolean(attach.known), shown_only: true });

/**
 * Where frames come from: a stream of the page's own, or a seat on one that it shares. What it is
 * given to attach with is kept up to date, for when it has to do so again.
 * @typedef {{open: (attach: Attach) => void, close: () => void, wake: () => void, hide?: (isHidden: boolean) => void}} Down
 */

/**
 * @param {string} base "/_triostate"
 * @param {(message: any) => void} report
 * @param {(hear: (message: any) => void) => Down} makeDown
 */
export function makeConnection(base, report, makeDown) {
  let isCut = false;
  /** @type {Attach | {}} */
  let attach = {};
  const uplink = makeUplink(`${base}/events`, report, (seen) => naming.named(seen));
  const { head } = uplink;
  const naming = makeNaming(`${base}/applied`, head);
  const down = makeDown((message) => {
    report(message);
    if (message.type === "lost") isCut = true;
    if (message.type === "alive" && isCut) {
      isCut = false;
      uplink.wake();
    }
  });

  /** @type {Record<string, (message: any) => void>} */
  const take = {
    open(message) {
      attach = message.attach;
      const { page, doc } = message.attach;
      if (head.epoch !== doc) {
        head.token = ""; // nothing goes before its snapshot
        naming.forget();
      }
      Object.assign(head, { page, epoch: doc });
      down.open(message.attach);
    },
    attached({ token, seq }) {
      Object.assign(attach, { token, seq });
      Object.assign(head, { token, seen: seq });
      uplink.wake();
    },
    applied({ seq, hasEffects }) {
      Object.assign(attach, { seq });
      head.seen = seq;
      if (hasEffects) naming.owe(seq);
    },
    events: ({ events }) => uplink.add(events),
    drop: () => uplink.drop(),
    wake() {
      down.wake();
      uplink.wake();
    },
    hide: ({ isHidden }) => down.hide?.(isHidden),
    leave() {
      down.close();
      head.token = "";
      naming.forget();
      uplink.drop();
    },
  };

  return {
    /** Whose events go up; without a token there is no session yet, or none any more. */
    head,
    post: (/** @type {any} */ message) => take[message.type](message),
  };
}
