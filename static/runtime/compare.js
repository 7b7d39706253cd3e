// Truth, equality and order of run-time values, and lookup by equality.
//
// What compares item by item, and values that only Python has, are compared by the chunk of
// rare operations. Knows nothing of expressions.

import { callRare } from "./lazy.js";
import { Float, isNumber, isScalar, num } from "./values.js";

/** @typedef {import("./values.js").Value} Value */

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
  return isScalar(a) && isScalar(b) ? a === b : callRare("eq", a, b);
}

/**
 * The value under a key that is equal to `key`, or undefined. The native lookup answers nearly
 * always; the search is for 1, True and 1.0, which are one key in Python.
 * @param {Map<Value, Value>} map
 * @param {Value} key
 * @returns {Value | undefined}
 */
export function find(map, key) {
  const found = map.get(key);
  return found !== undefined || typeof key === "string" ? found : callRare("find", map, key);
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
