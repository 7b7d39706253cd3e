// Python's arithmetic on run-time values.
//
// Knows numbers and sequences only. Power, rounding, repeating and the floor division of floats
// are in the chunk of rare operations.

import { callRare } from "./lazy.js";
import { float, int, isFloat, isInt, isNumber, num, raise } from "./values.js";

/** @typedef {import("./values.js").Value} Value */
/** @typedef {(a: Value, b: Value) => Value} Binary */

/** @param {string} sign @returns {never} */
const unsupported = (sign) => raise(`TypeError: ${sign}`);

/**
 * An operation on two numbers whose result is an int when both are.
 * @param {string} sign
 * @param {(a: number, b: number) => number} f
 * @param {(a: number, b: number) => number} [onFloats] where floats differ
 * @returns {Binary}
 */
const numeric = (sign, f, onFloats = f) => (a, b) =>
  !isNumber(a) || !isNumber(b) ? unsupported(sign)
  : isFloat(a) || isFloat(b) ? float(onFloats(num(a), num(b)))
  : int(f(num(a), num(b)));

/** @param {Binary} f @returns {Binary} with Python's error for a zero divisor */
const divides = (f) => (a, b) => (isNumber(b) && num(b) === 0 && isNumber(a) ? raise("ZeroDivisionError") : f(a, b));

const plus = numeric("+", (a, b) => a + b);
const times = numeric("*", (a, b) => a * b);

/** @type {Binary} */
export function add(a, b) {
  if (typeof a === "string" && typeof b === "string") return a + b;
  return Array.isArray(a) && Array.isArray(b) && a.constructor === b.constructor ? a.concat(b) : plus(a, b);
}

export const sub = numeric("-", (a, b) => a - b);

/** @param {Value} x */
const isSequence = (x) => typeof x === "string" || Array.isArray(x);

/** @type {Binary} */
export const mul = (a, b) =>
  isSequence(a) && isInt(b) ? callRare("repeat", a, b)
  : isSequence(b) && isInt(a) ? callRare("repeat", b, a)
  : times(a, b);

export const truediv = divides((a, b) => (isNumber(a) && isNumber(b) ? float(num(a) / num(b)) : unsupported("/")));

/** Python's remainder: the sign is the divisor's. @param {number} a @param {number} b */
function remainder(a, b) {
  const rest = a % b;
  if (rest === 0) return b < 0 ? -0 : 0;
  return rest < 0 !== b < 0 ? rest + b : rest;
}

export const mod = divides(numeric("%", remainder));
export const floordiv = divides(numeric("//", (a, b) => Math.floor(a / b), (a, b) => callRare("floordiv", a, b)));

/** @param {Value} x */
export const neg = (x) => (isNumber(x) ? (isFloat(x) ? float(-num(x)) : int(-num(x))) : unsupported("-"));
