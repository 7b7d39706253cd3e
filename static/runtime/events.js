// The user's events: one listener for each type on the document, and what each trigger sends.
//
// Knows elements and expressions; who carries the events is told by `post`. Nothing waits on
// the way: a click is sent in its own task. But a page that has rarer triggers (`gestures`) loads
// a chunk for them, and until it is there what the user does waits for it, all in order.

import { flushing } from "./cells.js";
import { whenLoaded } from "./lazy.js";
import { PENDING, float } from "./values.js";
import { decode, encode } from "./wire.js";

/** @typedef {import("./values.js").Value} Value */
/** @typedef {import("./cells.js").Env} Env */
/** @typedef {import("./expr.js").Compiled} Compiled */
/** @typedef {{b: number, a: any[]}} Call a binding of the page and its wire arguments */
/** @typedef {{x?: string[], do: {b: number, a: any[]}[], prevent?: boolean, stop?: boolean, debounce?: number, throttle?: number, key?: [string, number], quiet?: boolean}} Trigger */
/** @typedef {Record<string, Trigger | Trigger[]>} On what each event of an element sends */
/** @typedef {{on: On, env: Env}} Bound */
/** @typedef {ReturnType<import("./gestures.js").makeGestures>} Gestures */

/**
 * @typedef {object} Events
 * @property {(el: Element, on: On, env: Env) => void} listen
 * @property {() => boolean} sendWaiting send at once what debouncing or throttling holds back; whether more waits for the chunk
 * @property {(needsGestures?: boolean) => void} turn another page is bound from here on: nothing of the one before is told any more
 */

/** The number that a user typed: an int unless it has a point or an exponent, None for nothing. @param {string} text */
function parseNumber(text) {
  const v = Number(text);
  if (!text.trim() || Number.isNaN(v)) return null;
  return /[^\d\s+-]/.test(text) ? float(v) : v + 0;
}

/** What a trigger hands to its handler. @type {Record<string, (control: any, event: any) => Value>} */
const EXTRACT = {
  value: ({ value }) => value ?? "",
  number: ({ value }) => parseNumber(value ?? ""),
  checked: ({ checked }) => !!checked,
  key: (_, { key }) => key ?? "",
  open: ({ open }) => !!open,
  form: (form, event) => new Map(/** @type {any} */ (EXTRACT.fields(form, event))),
  fields: (form, { submitter }) => Array.from(new FormData(form, submitter), ([k, v]) => [k, `${v}`]),
  detail: ({ value = null }, { detail = value }) => decode(detail),
};

const RETRY_MS = 2000;

/**
 * @param {(tree: any) => Compiled} compile
 * @param {(calls: Call[], control: Element | null, used: Element | null) => void} post the control is the one whose value is sent; what is used shows that its handler runs
 * @returns {Events}
 */
export function makeEvents(compile, post) {
  /** @type {WeakMap<Element, Bound>} */
  const bound = new WeakMap();
  /** @type {WeakMap<any, Compiled>} one closure a tree, however many rows; a page's go with it */
  const compiled = new WeakMap();
  const types = new Set();
  /** Whether a page so far needs the chunk. */
  let hasGestures = false;
  /** @type {Gestures | undefined} */
  let gestures;
  /** @type {(() => void)[]} what waits for the chunk */
  let early = [];

  function load() {
    import("./gestures.js").then(({ makeGestures }) => {
      gestures = makeGestures(handle);
      for (const act of early) act();
      early = [];
    }, () => setTimeout(load, RETRY_MS));
  }

  /** @param {any} tree @param {Env} env @param {Value[]} values */
  function evaluate(tree, env, values) {
    const expr = compiled.get(tree) ?? compile(tree);
    if (tree instanceof Object) compiled.set(tree, expr);
    return encode(expr.value(env, values));
  }

  /** @type {(trigger: Trigger, env: Env, values: Value[], control: Element | null, used: Element | null) => void} */
  function send(trigger, env, values, control, used) {
    try {
      post(trigger.do.map(({ b, a }) => ({ b, a: a.map((arg) => evaluate(arg, env, values)) })), control, used);
    } catch (error) {
      if (error === PENDING) whenLoaded(() => send(trigger, env, values, control, used));
      else console.debug(error);
    }
  }

  /** @param {Element} el @param {Bound} to @param {Trigger} trigger @param {any} event */
  function fire(el, to, trigger, event) {
    const control = el.matches("input,select,textarea") ? el : event.target;
    const x = trigger.x ?? [];
    const values = x.map((name) => EXTRACT[name]?.(control, event)); // now: a form is emptied next
    const carries = x.some((name) => name !== "key" && EXTRACT[name]) ? control : null;
    // Of typing, moving and scrolling nobody waits for the end.
    const used = trigger.quiet || !/click|submit|change/.test(event.type) ? null : event.submitter ?? el;
    const due = () => send(trigger, to.env, values, carries, used);
    if (!hasGestures) due();
    else if (gestures) gestures.send(el, to, trigger, event, values, due);
    else early.push(() => gestures?.send(el, to, trigger, event, values, due));
  }

  /** @param {any} event */
  function handle(event) {
    if (flushing) return; // focus that an update moved, no user
    for (let el = /** @type {Element | null} */ (event.target); el; el = event.bubbles ? el.parentElement : null) {
      const to = bound.get(el);
      let stops = false;
      for (const trigger of [to?.on[event.type] ?? []].flat()) {
        if (trigger.key && gestures && !gestures.hits(trigger.key, event)) continue;
        if (trigger.prevent && (gestures || !trigger.key)) event.preventDefault();
        fire(el, /** @type {Bound} */ (to), trigger, event);
        stops ||= !!trigger.stop;
      }
      if (stops) return;
    }
  }

  return {
    sendWaiting() {
      gestures?.sendWaiting();
      return !!early.length;
    },
    turn(needsGestures) {
      gestures?.forget();
      early = [];
      if (!needsGestures || hasGestures) return;
      hasGestures = true;
      load();
    },
    listen(el, on, env) {
      bound.set(el, { on, env });
      for (const type of Object.keys(on)) {
        // Captured, because focus, blur and mouseenter do not bubble; a wheel must be stoppable.
        if (!types.has(type)) document.addEventListener(type, handle, { capture: true, passive: false });
        types.add(type);
      }
      if (gestures) gestures.listen(el, on);
      else if (hasGestures) early.push(() => gestures?.listen(el, on));
    },
  };
}
