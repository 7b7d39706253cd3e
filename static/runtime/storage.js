// Vars that live in the browser: what is kept there goes up with attach, what changes is kept.
//
// Loaded by pages that have such vars, before the runtime, which finds it under the name `tsKeep`;
// it imports nothing that every page has. It stands between the page's session and its connection:
// it asks for the session by POST, with the values, before the stream is opened, and again whenever
// the server has lost the session; and it writes after each frame. What is there may have been
// written by anybody: it is data, and what the server could not read is as good as not there.
// Knows nothing of what the values mean.

/**
 * A var that is kept: its index in the plan; where, and under which key; whether its text is the
 * value itself and not JSON; of a cookie, what follows the value; the binding that takes over what
 * another tab has written.
 * @typedef {{v: number, in: "local" | "session" | "cookie", key: string, text?: boolean, after?: string, secure?: boolean, b?: number}} Kept
 */
/** @typedef {(message: any) => void} Post */
/** @typedef {{page: string, token: string, seq: number, path: string, doc: string}} Attach */

const BASE = "/_triostate";
const MEMORY = "ts-stored";
const MAX_BYTES = 60_000; // of 64 KiB, the rest for the envelope
const MAX_DEPTH = 30; // of the server's 32, the rest for what is around a value
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

/** @param {string} text */
const bytesOf = (text) => new TextEncoder().encode(text).length;

/** @template T @param {() => T} action @param {T} otherwise where the browser forbids storage, or it is full */
function attempt(action, otherwise) {
  try {
    return action();
  } catch (error) {
    console.debug(error);
    return otherwise;
  }
}

/** @param {string} name @returns {string | null} */
function readCookie(name) {
  const found = document.cookie.split("; ").find((cookie) => cookie.startsWith(`${name}=`));
  return found === undefined ? null : decodeURIComponent(found.slice(name.length + 1));
}

/** @param {Kept} kept @returns {Storage} */
const storageOf = (kept) => (kept.in === "local" ? localStorage : sessionStorage);

/** @param {Kept} kept @returns {string | null} */
const read = (kept) => attempt(() => (kept.in === "cookie" ? readCookie(kept.key) : storageOf(kept).getItem(kept.key)), null);

/** @param {Kept} kept @param {string} text */
function write(kept, text) {
  attempt(() => {
    if (kept.in !== "cookie") return storageOf(kept).setItem(kept.key, text);
    const secure = kept.secure ?? location.protocol === "https:";
    document.cookie = `${kept.key}=${encodeURIComponent(text)}${kept.after}${secure ? "; Secure" : ""}`;
    if (readCookie(kept.key) !== text) throw new Error(`the browser does not keep the cookie ${kept.key}`);
    return undefined;
  }, undefined);
}

/**
 * Whether the server reads a value as JSON. One that it does not would keep all others from it.
 * @param {any} wire @param {number} [depth] how deep it stands @returns {boolean}
 */
function isReadable(wire, depth = 0) {
  if (typeof wire === "string") return attempt(() => encodeURIComponent(wire) !== undefined, false); // throws for a lone surrogate
  if (typeof wire === "number") return Number.isFinite(wire);
  if (typeof wire !== "object" || !wire) return true;
  return depth < MAX_DEPTH && Object.entries(wire).every((entry) => entry.every((part) => isReadable(part, depth + 1)));
}

/** The wire form that a text stands for; undefined if it is none. @param {Kept} kept @param {string} text */
function parse(kept, text) {
  const wire = kept.text ? text : attempt(() => JSON.parse(text), undefined);
  return isReadable(wire) ? wire : undefined;
}

/** What a wire form is kept as. @param {Kept} kept @param {any} doc */
const textOf = (kept, doc) => (kept.text ? String(doc) : JSON.stringify(doc));

/**
 * A connection as `connect` gives it.
 * @param {{vars: [string, string, any][], stored: Kept[]}} plan
 * @param {{doc: any}[]} cells the plan's vars, as wire documents
 * @param {(base: string, report: Post) => {post: Post}} connect
 * @param {Post} report
 * @param {() => {post: (calls: {b: number, a: any[]}[], control: null) => void}} session sends events
 */
export function keep({ vars, stored }, cells, connect, report, session) {
  /** What is in the browser as far as this tab knows; at first what the last document knew. */
  const known = /** @type {Map<string, string | null>} */ (
    new Map(attempt(() => Object.entries(JSON.parse(sessionStorage.getItem(MEMORY) ?? "{}")), []))
  );
  const defaultsOf = () => new Map(stored.map((kept) => [kept, textOf(kept, cells[kept.v].doc)]));
  let defaults = defaultsOf();
  /** Events that carry what another tab wrote: until they are done a var says what was before. @type {Map<Kept, number>} */
  const underway = new Map();
  /** @type {Attach | null} what there is no answer for */
  let asking = null;
  /** @type {Attach | null} */
  let last = null;
  let acknowledged = 0;
  let failures = 0;
  let withValues = true;
  /** @type {any} */
  let timer = 0;

  /** @param {Kept} kept */
  const nameOf = ({ v }) => `${vars[v][0]}.${vars[v][1]}`;

  const remember = () => attempt(() => sessionStorage.setItem(MEMORY, JSON.stringify(Object.fromEntries(known))), undefined);

  /** What is in the browser, by var; and which of it this tab has neither written nor sent. */
  function values() {
    /** @type {Record<string, any>} */
    const found = {};
    const changed = [];
    let bytes = 0;
    for (const kept of stored) {
      const name = nameOf(kept);
      const text = read(kept);
      const wire = text === null ? undefined : parse(kept, text);
      const more = bytesOf(JSON.stringify([name, name, wire ?? 0]));
      if (bytes + more > MAX_BYTES) {
        console.debug(`${name} is too long to be restored`);
        known.set(name, defaults.get(kept) ?? null); // so that the default is not written over it
        continue;
      }
      bytes += more;
      if (wire !== undefined) found[name] = wire;
      if (text !== (known.get(name) ?? null)) changed.push(name);
      known.set(name, text);
    }
    return withValues ? { stored: found, changed } : { stored: {}, changed: [] };
  }

  function askAgain() {
    clearTimeout(timer);
    timer = 0;
    if (asking) ask(asking);
  }

  /** @param {Attach} mine */
  async function ask(mine) {
    asking = last = mine;
    const { page, token, doc, path } = mine;
    const body = JSON.stringify({ page, token, doc, path, ...values() });
    const headers = { "content-type": "application/json" };
    const [status, answer] = await fetch(`${BASE}/attach`, { method: "POST", headers, body, cache: "no-store" })
      .then(async (response) => [response.status, await response.json()])
      .catch(() => [0, {}]);
    if (mine !== asking) return; // the page has asked anew, or is gone
    if (status === 200) return opened(mine, answer.token);
    if (status === 403 || status === 404) report({ type: "unknown" });
    if (status === 421) mine.token = ""; // another worker has that session
    // What it does not take for a reason of its own must not keep the page from its session.
    if (status === 400 || status === 413) withValues = false;
    report({ type: "lost" });
    askLater();
  }

  function askLater() {
    clearTimeout(timer);
    timer = setTimeout(askAgain, Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures++) * (0.5 + Math.random()));
  }

  /** @param {Attach} attach @param {string} token */
  function opened(attach, token) {
    asking = null;
    remember();
    // "known": a session that is gone by then is to be asked for here, not made without values.
    connection.post({ type: "open", attach: { ...attach, token, seq: token === attach.token ? attach.seq : 0, known: 1 } });
  }

  /** Keep what has changed. */
  function writeChanges() {
    for (const kept of stored) {
      const name = nameOf(kept);
      const text = textOf(kept, cells[kept.v].doc);
      if (text === (known.get(name) ?? defaults.get(kept)) || (underway.get(kept) ?? 0) > acknowledged) continue;
      known.set(name, text);
      write(kept, text);
      remember();
    }
  }

  addEventListener("storage", ({ key }) => {
    for (const kept of stored) {
      if (kept.b === undefined || (key !== kept.key && key !== null)) continue;
      const text = read(kept); // and not what the event says: another tab may have been faster
      const wire = text === null ? undefined : parse(kept, text);
      if (wire === undefined || text === known.get(nameOf(kept))) continue;
      known.set(nameOf(kept), text);
      underway.set(kept, Infinity); // until it has its number
      session().post([{ b: kept.b, a: [wire] }], null);
    }
  });

  /** @type {Record<string, (message: any) => void>} what the page says */
  const take = {
    open({ attach }) {
      clearTimeout(timer);
      if (attach.doc !== last?.doc) return void ask(attach);
      asking = null;
      last = attach;
      connection.post({ type: "open", attach: { ...attach, known: 1 } });
    },
    applied(message) {
      writeChanges();
      connection.post(message);
    },
    events(message) {
      for (const { n, b } of message.events) {
        for (const kept of stored) if (kept.b === b) underway.set(kept, n);
      }
      connection.post(message);
    },
    drop(message) {
      underway.clear();
      connection.post(message);
    },
    wake(message) {
      if (timer) askAgain();
      connection.post(message);
    },
    leave(message) {
      clearTimeout(timer);
      asking = last = null;
      connection.post(message);
    },
  };

  const connection = connect(BASE, (message) => {
    if (message.type === "frame") {
      acknowledged = message.frame.ack ?? acknowledged;
      failures = 0;
    }
    if (message.type === "unknown" && last) {
      // The stream has no session to speak of; or there is no such page, as the answer will say.
      asking ??= last;
      if (!failures++) ask(asking);
      else if (!timer) askLater(); // a browser without cookies is never known
    } else report(message);
  });

  return {
    post: (/** @type {any} */ message) => (take[message.type] ?? connection.post)(message),

    /** Another page takes the place of this one. Its plan numbers things in its own way. @param {any} plan @param {{doc: any}[]} itsCells */
    turn(plan, itsCells) {
      ({ vars, stored } = plan);
      cells = itsCells;
      defaults = defaultsOf();
      underway.clear();
    },
  };
}

/** @type {any} */ (globalThis).tsKeep = keep;
