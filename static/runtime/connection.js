// The page's connection with its session: the stream down and the events up, behind messages.
//
// A page talks to a Connection in structured-cloneable messages only and never touches the
// network itself, so that all of it can move behind the port of a SharedWorker.
//
// To the connection, `post(message)`:
//   {type: "open", attach: {page, token, seq, path, doc}}   connect, or connect again
//   {type: "attached", token, seq}   the page took a snapshot; events may go, to this token
//   {type: "applied", seq}           the page is at this frame; the next POST names it
//   {type: "events", events: [{n, b, a}]}
//   {type: "drop"}                   forget all events not yet answered
//   {type: "wake"}                   the network may be back: try now
//   {type: "leave"}                  the page is going: say so, send the rest, close
//
// From it, `report(message)`:
//   {type: "frame", event: "snapshot" | "delta" | "bye", frame}
//   {type: "alive"} {type: "lost"}   bytes come; none come any more (it tries again by itself)
//   {type: "unknown"}                the server does not know the page
//   {type: "posted", numbers, refused: [{n, error}]}   these events are answered
//   {type: "gap"}                    the numbers do not fit the server's: begin a new document
//   {type: "gone"}                   there is no such session: open again

import { makeStream } from "./stream.js";
import { makeUplink } from "./uplink.js";

/**
 * @param {string} base "/_triostate"
 * @param {(message: any) => void} report
 * @returns {{post: (message: any) => void}}
 */
export function connect(base, report) {
  let isCut = false;
  const uplink = makeUplink(`${base}/events`, report);
  const stream = makeStream(`${base}/stream`, (message) => {
    report(message);
    if (message.type === "lost") isCut = true;
    if (message.type === "alive" && isCut) {
      isCut = false;
      uplink.wake();
    }
  });
  const { head } = uplink;

  /** @type {Record<string, (message: any) => void>} */
  const take = {
    open({ attach }) {
      if (head.epoch !== attach.doc) head.token = ""; // nothing goes before its snapshot
      stream.attach = attach;
      head.page = attach.page;
      head.epoch = attach.doc;
      stream.open();
    },
    attached({ token, seq }) {
      Object.assign(stream.attach, { token, seq });
      Object.assign(head, { token, seen: seq });
      uplink.wake();
    },
    applied({ seq }) {
      Object.assign(stream.attach, { seq });
      head.seen = seq;
    },
    events: ({ events }) => uplink.add(events),
    drop: () => uplink.drop(),
    wake() {
      stream.wake();
      uplink.wake();
    },
    leave() {
      stream.close();
      uplink.sendRest();
      const body = JSON.stringify({ token: head.token, epoch: head.epoch });
      if (head.token) navigator.sendBeacon(`${base}/leave`, new Blob([body], { type: "application/json" }));
      head.token = "";
    },
  };

  return { post: (message) => take[message.type](message) };
}
