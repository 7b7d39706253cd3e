// Truth, equality and order of run-time values, and lookup by equality.
//
// What compares item by item, and values that only Python has, are compared by the chunk of
// rare operations. Knows nothing of expressions.

import { callRare } from "./lazy.js";
import { Float, isNumber, isScalar, num } from "./values.js";

/** @typedef {import("./values.js").Value} Value */

/** What `find` answers when there is no such key; no run-time value is equal to it. */
export const MISSING = Symbol();

/**
 * Python's bool(x).
 * @param {Value} x
 * @returns {boolean}
 */
export function truthy(x) {
  if (x instanceof Float) return x.v !== 0;
  if (Array.isArray(x)) return x.length > 0;
  if (x instanceof Map) return x.size > 0;
  return isScalar(x) ? Boolean(x) : callRare("truthy", x);
}

/**
 * Python's a == b.
 * @param {Value} a
 * @param {Value} b
 * @returns {boolean}
 */
export function eq(a, b) {
  if (isNumber(a) && isNumber(b)) return num(a) === num(b);
  return a === b || (!(isScalar(a) && isScalar(b)) && callRare("eq", a, b));
}

/**
 * The value under a key that is equal to `key`, or MISSING. The native lookup answers nearly
 * always; the search is for 1, True and 1.0, which are one key in Python.
 * @param {Map<Value, Value>} map
 * @param {Value} key
 */
export function find(map, key) {
  if (map.has(key)) return map.get(key);
  if (typeof key !== "string") {
    for (const [k, v] of map) if (eq(k, key)) return v;
  }
  return MISSING;
}

/**
 * Below, at or above zero as a is below, equal to or above b; NaN if neither (nan, sets).
 * @param {Value} a
 * @param {Value} b
 * @returns {number}
 */
export function order(a, b) {
  if (isNumber(a) && isNumber(b)) return num(a) === num(b) ? 0 : num(a) - num(b);
  // Code units sort as code points do, unless there are surrogates.
  const isPlain = typeof a === "string" && typeof b === "string" && !/[\ud800-\uffff]/.test(a + b);
  return isPlain ? +(a > b) - +(a < b) : callRare("order", a, b);
}
