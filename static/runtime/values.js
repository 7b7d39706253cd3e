// The run-time values of Python that JavaScript has no native form for.
//
// None is null, a bool a boolean, an int an integral number, a list an Array, a dict a Map, a
// str a string. A float is a number when it has a fraction and a Float otherwise, because
// JavaScript's 1.0 is its 1. Sets, bytes, dates and the like are in the chunk of rare
// operations. Knows nothing of the wire, of operations or of the page.

/**
 * A Python value at run time. Expressions are untyped, as they are in Python, so every
 * operation looks at what it was given and raises where Python would.
 * @typedef {any} Value
 */

/** A float that JavaScript would mistake for an int: integral, infinite, or not a number. */
export class Float {
  /** @param {number} v */
  constructor(v) {
    this.v = v;
  }
}

/** A tuple. Shares a list's reading operations; equal to tuples only. */
export class PyTuple extends Array {}

/** An attrs or dataclass instance: its fields by name. */
export class PyObj {
  /** @param {Map<string, Value>} fields */
  constructor(fields) {
    this.fields = fields;
  }
}

/** What an evaluation that Python would end with an exception throws. */
export class PyError extends Error {}

/**
 * @param {string} text "KeyError: 'name'"
 * @returns {never}
 */
export function raise(text) {
  throw new PyError(text);
}

// The texts are short, because every page carries them and only a debugging console shows them.

/** Thrown instead of a result while the chunk with the rare operations is being fetched. */
export const PENDING = new PyError("pending");

/** Whether it is one of JavaScript's own: text, number, boolean, null. @param {Value} x */
export const isScalar = (x) => typeof x !== "object" || !x;

/** @param {Value} x */
export const isFloat = (x) => x instanceof Float || (typeof x === "number" && !Number.isInteger(x));

/** Whether it may index a list: an int or a bool. @param {Value} x */
export const isInt = (x) => typeof x === "boolean" || Number.isInteger(x);

/** Whether arithmetic takes it: an int, a bool or a float. @param {Value} x */
export const isNumber = (x) => isInt(x) || isFloat(x);

/**
 * The JavaScript number behind an int, a bool or a float.
 * @param {Value} x
 * @returns {number}
 */
export const num = (x) => (x instanceof Float ? x.v : +x);

/**
 * A float result.
 * @param {number} v
 * @returns {Value}
 */
export const float = (v) => (Number.isFinite(v) && !Number.isInteger(v) ? v : new Float(v));

/**
 * An int result. Beyond 2**53 a JavaScript number is no longer exact, and an error is
 * better than a wrong digit. Adding 0 turns -0, which no int is, into 0.
 * @param {number} v
 */
export const int = (v) =>
  Number.isSafeInteger(v) ? v + 0 : raise("OverflowError: int beyond 2**53");
