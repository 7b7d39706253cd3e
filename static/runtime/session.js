// The page's side of its session: its token, its event numbers, and what each frame does.
//
// Knows the page only through what it is handed: a store to change, inputs to protect. Knows
// the network only through the Connection's messages.

import { flush } from "./cells.js";
import { claim, unclaim } from "./claim.js";
import { notify, perform } from "./effects.js";
import { sendRest, tell } from "./goodbye.js";
import { recall, remember } from "./memory.js";
import { restored, setStatus } from "./status.js";

/** @typedef {import("./events.js").Call} Call */
/** @typedef {Call & {n: number, control: Element | null}} Pending */

const TOKEN = "ts-token";
const RELOADED = "ts-reloaded";
const MAX_PENDING = 1000;
const RELOAD_MS = 60_000;

/** The address of the page that the tab shows. */
export const here = () => location.pathname + location.search;

const newDoc = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (x) => x.toString(36)).join("");

/**
 * @param {string} page id
 * @param {import("./store.js").Store} store
 * @param {import("./inputs.js").Inputs} inputs
 * @param {(report: (message: any) => void) => {post: (message: any) => void}} connect
 */
export function makeSession(page, store, inputs, connect) {
  let token = "";
  let doc = "";
  /** The last frame applied. */
  let seq = 0;
  /** The last event numbered. */
  let last = 0;
  /** The last document that was attached: with another one nothing may be sent yet. */
  let attached = "";
  /** @type {Pending[]} events that the server has not answered */
  let pending = [];
  /** @type {Map<Element, number>} what shows that it is busy, with the last event that it sent */
  const busy = new Map();
  let isCut = false;
  /** Whether a snapshot has come since the server last said that it does not know the page. */
  let isKnown = false;
  /** What the server has heard of this document; what was said during a cut it may not have. @type {boolean | null} */
  let saidHidden = false;
  const connection = connect((message) => hear[message.type](message));

  const isReady = () => doc !== "" && attached === doc;

  /** What of the pending events travels. */
  const wires = () => pending.map(({ n, b, a }) => ({ n, b, a }));

  function open() {
    connection.post({ type: "open", attach: { page, token, seq, path: here(), doc } });
  }

  /** What was used is not busy any more, once its event is over. @param {(n: number) => boolean} [isOver] */
  function calm(isOver = () => true) {
    for (const [el, n] of busy) if (isOver(n) && busy.delete(el)) el.removeAttribute("aria-busy");
  }

  /**
   * Send events to the server, now.
   * @param {Call[]} calls @param {Element | null} control the control whose value they carry @param {Element | null} [used] what is busy until they are over
   */
  function post(calls, control, used) {
    if (session.arrived) return; // of a page that is on its way out
    if (pending.length + calls.length > MAX_PENDING) {
      notify("refused");
      return;
    }
    const events = calls.map((call) => ({ n: ++last, ...call }));
    pending.push(...events.map((event) => ({ ...event, control })));
    connection.post({ type: "events", events });
    if (control) inputs.sent(control, last);
    if (used) {
      busy.set(used, last);
      used.setAttribute("aria-busy", "true");
    }
  }

  /** Number what is pending from 1. */
  function restart() {
    const again = pending;
    pending = [];
    last = 0;
    connection.post({ type: "drop" });
    inputs.restart();
    calm();
    for (const { b, a, control } of again) post([{ b, a }], control);
  }

  /** Begin as a new document. */
  function renew() {
    doc = newDoc();
    seq = 0;
    saidHidden = false;
    open(); // first, so that nothing goes in the old document's name
    restart();
  }

  /** The session that this page or its tab had is no more. What was meant for it must not reach another. */
  function lost() {
    if (pending.length) notify("dropped");
    else if (attached) notify("fresh");
    pending = [];
    restart();
  }

  /** @param {any} frame @param {() => void} change */
  function apply(frame, change) {
    const { ack, effects = [] } = frame;
    inputs.beginFrame(ack);
    change();
    flush();
    store.settle();
    inputs.endFrame();
    calm((n) => n <= ack);
    seq = frame.seq;
    perform(token, effects, post);
    connection.post({ type: "applied", seq, hasEffects: effects.length > 0 });
    session.arrived?.();
  }

  /** @type {Record<string, (frame: any) => void>} */
  const take = {
    snapshot(frame) {
      if (frame.fresh && (attached || token)) lost();
      if (frame.fresh) saidHidden = false;
      token = frame.token;
      remember(TOKEN, token);
      claim(token);
      attached = doc;
      isKnown = true;
      apply(frame, () => store.load(frame.state));
      restored();
      setStatus("live");
      connection.post({ type: "attached", token, seq });
      sayHidden();
    },

    delta(frame) {
      if (frame.seq <= seq) return; // seen before the stream was cut
      if (frame.seq > seq + 1) return open(); // one is missing: ask again from ours
      try {
        apply(frame, () => store.apply(frame.ops));
      } catch (error) {
        console.debug(error);
        seq = 0; // a snapshot, please
        open();
      }
    },

    bye({ reason }) {
      if (reason !== "replaced") return; // the connection comes back by itself
      token = ""; // another document has our session: be one of our own
      renew();
    },
  };

  /** @type {Record<string, (message: any) => void>} */
  const hear = {
    frame({ event, frame }) {
      // A delta before its snapshot, or of another tab on the same stream, is not for this page.
      if (event === "snapshot" || (frame.token === token && isReady())) take[event]?.(frame);
    },
    alive() {
      isCut = false;
      if (!attached) return;
      setStatus("live");
      sayHidden();
    },
    lost() {
      isCut = true;
      calm();
      setStatus("reconnecting");
    },

    posted({ numbers, refused }) {
      pending = pending.filter(({ n, control }) => {
        if (!numbers.includes(n)) return true;
        const refusal = refused.find((/** @type {any} */ answer) => answer.n === n);
        if (refusal) {
          console.debug("refused:", refusal.error);
          calm((own) => own === n);
        }
        if (refusal && control) inputs.refuse(control, n);
        // To be heard by forms.js.
        control?.dispatchEvent(new CustomEvent("ts-answer", { detail: { doc, n, refusal } }));
        return false;
      });
    },

    gap: renew,

    anew() {
      if (!doc) return; // it is not begun
      open();
      if (isReady()) connection.post({ type: "attached", token, seq });
      connection.post({ type: "events", events: wires() });
    },

    gone() {
      seq = 0;
      open();
    },

    /**
     * The server does not know this page, as it has a newer one; or it is closed to us. A page that
     * never was let in is loaded again once a minute at most.
     */
    unknown() {
      if (!isKnown && Date.now() - +recall(RELOADED) < RELOAD_MS) return;
      isKnown = false;
      remember(RELOADED, `${Date.now()}`);
      location.reload();
    },
  };

  /** Say whether the page can be seen, if that is news: the session of a hidden or frozen one is kept for longer. */
  function sayHidden(isHidden = document.hidden) {
    if (!isReady() || isHidden === saidHidden) return;
    tell({ token, epoch: doc, hidden: isHidden });
    saidHidden = isCut ? null : isHidden;
  }

  /** The page is hidden or frozen, or shown again. @param {boolean} isHidden */
  function hide(isHidden) {
    sayHidden(isHidden);
    connection.post({ type: "hide", isHidden });
  }

  /** Begin, with the tab's token if it has one and no other tab holds it. */
  async function start() {
    setStatus("connecting");
    token = recall(TOKEN);
    if (token && !(await claim(token))) token = "";
    renew();
  }

  const session = {
    post,
    start,
    hide,

    /** How many events the server has not answered. */
    unanswered: () => pending.length,

    /**
     * Called after each frame for a page that is to take this one's place. As long as it is there,
     * nothing that is done is sent.
     * @type {(() => void) | null}
     */
    arrived: null,

    /** Attach to another page, at the address that the tab has now. @param {string} id @param {import("./store.js").Store} vars */
    turn(id, vars) {
      page = id;
      store = vars;
      renew();
    },

    wake: () => connection.post({ type: "wake" }),

    /** The page goes, to be shown again perhaps. */
    leave() {
      connection.post({ type: "leave" });
      unclaim();
      if (!isReady()) return;
      sendRest({ token, page, epoch: doc, seen: seq }, wires());
      tell({ token, epoch: doc });
      doc = ""; // nothing more is said in its name: that it is hidden, say
    },

    /** The browser shows the page again as it was left. */
    resume() {
      pending = [];
      start();
    },
  };
  return session;
}
