// Controls: who wins when the user and the server set the same value.
//
// The rules. An edit that is not sent, or sent and not acknowledged, is newer than anything a
// frame says: the frame's value waits. Once the edit's own event is acknowledged the bound
// value is shown again, changed or not, so that a refused or clamped entry does not stay; in
// a text that has the focus not before it loses it, so that nobody's "1." becomes "1" while
// typing "1.5". A change that comes after that acknowledgement shows at once, focused or not:
// it is how a chat box is emptied. Knows nothing of the wire.

import { flushing } from "./cells.js";
import { asProperty } from "./dom.js";

/** @typedef {import("./values.js").Value} Value */

/**
 * A control and its bound property. `last` is the number of the last event that carried its
 * value, and `event` the same until it is acknowledged, then 0; `dirty` says that it was edited and nothing sent since;
 * `held` that something waits to be shown; `bad` that the server refused its last event, and
 * `marked` that the page says so.
 * @typedef {{el: any, name: string, wanted: Value, last: number, event: number, dirty: boolean, held: boolean, bad: boolean, marked: boolean}} Control
 */

/** Whether the user is writing in it. @param {any} el */
const isWriting = (el) =>
  el === document.activeElement && el.matches("textarea,input:not([type=checkbox],[type=radio],[type=range],[type=color])");

/** @param {Control} control */
function unmark(control) {
  if (control.marked) control.el.removeAttribute("aria-invalid");
  control.marked = false;
}

/** @param {Control} control */
function show(control) {
  const { el, name, wanted } = control;
  control.held = control.bad = false;
  unmark(control);
  const next = asProperty(el, name, wanted);
  if (el[name] === next) return;
  const { selectionStart, selectionEnd } = el;
  el[name] = next;
  if (isWriting(el) && Number.isInteger(selectionStart)) el.setSelectionRange(selectionStart, selectionEnd);
}

/** @typedef {ReturnType<typeof makeInputs>} Inputs */

export function makeInputs() {
  /** @type {WeakMap<any, Control>} */
  const controls = new WeakMap();
  /** @type {Set<Control>} */
  let unacknowledged = new Set();
  let acked = 0;
  let before = 0;

  /** @param {Control} control */
  function offer(control) {
    const isEcho = control.event > before && control.event === acked && isWriting(control.el);
    control.held = control.dirty || control.event > acked || isEcho;
    if (!control.held) show(control);
  }

  /** Show a control's value again, because its options or its neighbours have changed. @param {Element} el */
  function refresh(el) {
    const control = controls.get(el);
    if (control) offer(control);
  }

  document.addEventListener("input", ({ target }) => {
    const control = controls.get(target);
    if (control) control.dirty = true;
  }, true);
  document.addEventListener("focusout", ({ target }) => {
    const control = controls.get(target);
    if (!control || flushing) return;
    control.dirty = false; // its own handlers have run: nothing more will be sent
    if (control.held && (control.event <= acked || control.bad)) show(control);
  });

  return {
    refresh,

    /**
     * Take charge of a control's property.
     * @param {any} el
     * @param {string} name
     * @returns {(value: Value) => void}
     */
    control(el, name) {
      // What was typed before the runtime came is as good as any other edit.
      const dirty = isWriting(el) && el.value !== el.defaultValue;
      /** @type {Control} */
      const control = { el, name, wanted: null, last: 0, event: 0, dirty, held: false, bad: false, marked: false };
      controls.set(el, control);
      return (value) => {
        control.wanted = value;
        offer(control);
      };
    },

    /** An event that carries the control's value is on its way. @param {Element} el @param {number} n */
    sent(el, n) {
      const control = controls.get(el);
      if (!control) return;
      control.event = control.last = n;
      control.dirty = control.bad = false;
      unacknowledged.add(control);
    },

    /** The server has refused the event: its value is not one. @param {Element} el @param {number} n */
    refuse(el, n) {
      const control = controls.get(el);
      if (control?.last !== n) return; // its answer may come after its acknowledgement
      el.setAttribute("aria-invalid", "true");
      control.bad = control.held = control.marked = true;
      if (!isWriting(el)) show(control);
    },

    /** A frame comes that has all events up to `ack` in it. @param {number} ack */
    beginFrame(ack) {
      before = acked;
      acked = ack;
    },

    /** The frame's values are in place. */
    endFrame() {
      for (const control of unacknowledged) {
        if (control.event > acked) continue;
        unacknowledged.delete(control);
        if (control.bad) control.held = true;
        else {
          unmark(control);
          offer(control);
        }
        control.event = 0;
        // A radio button speaks for its group.
        if (control.el.type === "radio") document.getElementsByName(control.el.name).forEach(refresh);
      }
      before = acked;
    },

    /** Event numbers start again. */
    restart() {
      acked = before = 0;
      for (const control of unacknowledged) control.event = 0;
      unacknowledged = new Set();
    },
  };
}
