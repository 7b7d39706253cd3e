// The user's events: one listener for each type on the document, and what each trigger sends.
//
// Knows elements and expressions; who carries the events is told by `send`. Nothing waits on
// the way: a click is sent in its own task.

import { flushing } from "./cells.js";
import { whenLoaded } from "./lazy.js";
import { PENDING, float } from "./values.js";
import { decode, encode } from "./wire.js";

/** @typedef {import("./values.js").Value} Value */
/** @typedef {import("./cells.js").Env} Env */
/** @typedef {import("./expr.js").Compiled} Compiled */
/** @typedef {{b: number, a: any[]}} Call a binding of the page and its wire arguments */
/** @typedef {{x?: string[], do: {b: number, a: any[]}[], prevent?: boolean, stop?: boolean, debounce?: number, throttle?: number}} Trigger */
/** @typedef {{send: (() => void) | null, timer: any}} Slot what a debounced or throttled trigger still has to send */
/** @typedef {{on: Record<string, Trigger>, env: Env, slots?: Map<string, Slot>}} Bound */

/**
 * @typedef {object} Events
 * @property {(el: Element, on: Record<string, Trigger>, env: Env) => void} listen
 * @property {() => void} sendWaiting send at once what debouncing or throttling holds back
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

/**
 * @param {(tree: any) => Compiled} compile
 * @param {(calls: Call[], control: Element | null) => void} post the control is the one whose value is sent
 * @returns {Events}
 */
export function makeEvents(compile, post) {
  /** @type {WeakMap<Element, Bound>} */
  const bound = new WeakMap();
  /** @type {Map<any, Compiled>} one closure a tree, however many rows */
  const compiled = new Map();
  const types = new Set();
  /** @type {Set<Slot>} */
  const waiting = new Set();

  /** @param {any} tree @param {Env} env @param {Value[]} values */
  function evaluate(tree, env, values) {
    let expr = compiled.get(tree);
    if (!expr) compiled.set(tree, (expr = compile(tree)));
    return encode(expr.value(env, values));
  }

  /** @type {(trigger: Trigger, env: Env, values: Value[], control: Element | null) => void} */
  function send(trigger, env, values, control) {
    try {
      post(trigger.do.map(({ b, a }) => ({ b, a: a.map((arg) => evaluate(arg, env, values)) })), control);
    } catch (error) {
      if (error === PENDING) whenLoaded(() => send(trigger, env, values, control));
      else console.debug(error);
    }
  }

  /** @param {Slot} slot */
  function sendSlot(slot) {
    waiting.delete(slot);
    const due = slot.send;
    slot.send = null;
    due?.();
  }

  function sendWaiting() {
    waiting.forEach(sendSlot);
  }

  /** Hold back: `debounce` until the last event is so old, `throttle` until the last one sent is. @param {Slot} slot @param {Trigger} trigger @param {() => void} due */
  function later(slot, trigger, due) {
    slot.send = due;
    waiting.add(slot);
    if (trigger.throttle) {
      if (slot.timer) return;
      sendSlot(slot);
      slot.timer = setTimeout(() => {
        slot.timer = 0;
        if (slot.send) later(slot, trigger, slot.send);
      }, trigger.throttle);
    } else {
      clearTimeout(slot.timer);
      slot.timer = setTimeout(sendSlot, trigger.debounce, slot);
    }
  }

  /** @param {Element} el @param {Bound} to @param {Trigger} trigger @param {Event} event */
  function fire(el, to, trigger, event) {
    const control = el.matches("input,select,textarea") ? el : /** @type {Element} */ (event.target);
    const x = trigger.x ?? [];
    const values = x.map((name) => EXTRACT[name](control, event));
    const due = () => send(trigger, to.env, values, x.some((name) => name !== "key") ? control : null);
    if (trigger.debounce || trigger.throttle) {
      const slots = (to.slots ??= new Map());
      const slot = slots.get(event.type) ?? { send: null, timer: 0 };
      slots.set(event.type, slot);
      later(slot, trigger, due);
    } else {
      sendWaiting(); // the text typed before the button was pressed arrives before it
      due();
    }
  }

  /** @param {any} event */
  function handle(event) {
    if (flushing) return; // focus that an update moved, no user
    for (let el = /** @type {Element | null} */ (event.target); el; el = event.bubbles ? el.parentElement : null) {
      const to = bound.get(el);
      const trigger = to?.on[event.type];
      if (!trigger) continue;
      if (trigger.prevent) event.preventDefault();
      fire(el, to, trigger, event);
      if (trigger.stop) return;
    }
  }

  document.addEventListener("focusout", sendWaiting, true);
  return {
    sendWaiting,
    listen(el, on, env) {
      bound.set(el, { on, env });
      for (const type of Object.keys(on)) {
        // Captured, because focus, blur and mouseenter do not bubble; a wheel must be stoppable.
        if (!types.has(type)) document.addEventListener(type, handle, { capture: true, passive: false });
        types.add(type);
      }
    },
  };
}
