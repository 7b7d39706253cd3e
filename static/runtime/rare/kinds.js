// The rarer kinds of run-time values: sets, and values that are shown, compared and sent back.
//
// Knows nothing of what can be done with them.

/** @typedef {import("../values.js").Value} Value */
/** @typedef {typeof import("../core.js").core} Core what the runtime hands to this chunk */
/** @typedef {Record<string, (...args: any[]) => any>} Operations */

/** A set, in the order of the wire. */
export class PySet {
  /** @param {Value[]} items */
  constructor(items) {
    this.items = items;
  }
}

/** Bytes, a decimal, a date, ...: what came by the wire. */
export class Tagged {
  /**
   * @param {string} tag without the "$"
   * @param {any} data as on the wire
   */
  constructor(tag, data) {
    this.tag = tag;
    this.data = data;
  }
}
