// Python's numbers beyond the common operations: powers, rounding, conversion.
//
// Knows nothing of format specs.

import { parseDecimal, truncated } from "./decimals.js";
import { exact, roundTo, tenTo } from "./digits.js";
import { Tagged } from "./kinds.js";

/** @typedef {import("./kinds.js").Value} Value */

/** Round half to even. @param {number} v */
const halfEven = (v) => (Math.abs(v % 1) === 0.5 ? 2 * Math.round(v / 2) : Math.round(v));

/** Python's int * int * ..., exact up to where it is no longer. @param {number} base @param {number} exponent */
function intPower(base, exponent) {
  let result = 1n;
  for (let square = BigInt(base), left = exponent; left && Math.abs(Number(result)) < 2 ** 60; left = Math.floor(left / 2)) {
    if (left % 2) result *= square;
    // Beyond these bounds a further factor only tells that the result is too large.
    if (Math.abs(Number(square)) < 2 ** 60) square *= square;
  }
  return Number(result);
}

const INT = /^[+-]?\d+(_\d+)*$/;
const FLOAT = /^[+-]?(\d+(_\d+)*\.?(\d+(_\d+)*)?|\.\d+(_\d+)*)(e[+-]?\d+(_\d+)*)?$/i;
const SPECIAL = /^([+-]?)(inf(inity)?|nan)$/i;

/** Around a number's text Python takes white space, but not the separators U+001C to U+001F. */
const AROUND = /^(?:[^\S\ufeff]|\x85)+|(?:[^\S\ufeff]|\x85)+$/g;

/** The value of a decimal digit of any script: they come in tens, in order. @param {string} c */
function digitValue(c) {
  const code = /** @type {number} */ (c.codePointAt(0));
  let first = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first--;
  return String((code - first) % 10);
}

/** A number's text as JavaScript reads it, but for underscores. @param {string} text */
const plainText = (text) => text.replace(AROUND, "").replace(/[^\P{Nd}0-9]/gu, digitValue);

/** @param {import("./kinds.js").Core} core @returns {import("./kinds.js").Operations} */
export function numbers({ float, int, isFloat, isInt, isNumber, num, raise }) {
  /** @param {string} name @param {Value} x */
  const number = (name, x) => (isNumber(x) ? num(x) : raise(`TypeError: ${name} of what is no number`));

  /** @param {Value} x @param {(v: number) => number} f */
  function toInt(x, f) {
    const v = number("int", x);
    if (Number.isNaN(v)) raise("ValueError: cannot convert float NaN to integer");
    return Number.isFinite(v) ? int(f(v)) : raise("OverflowError: cannot convert float infinity to integer");
  }

  /** @param {number} a @param {number} b */
  function floatPower(a, b) {
    if (a === 1 || b === 0) return float(1);
    if (a === -1 && Math.abs(b) === Infinity) return float(1);
    if (a === 0 && b < 0 && b > -Infinity) return raise("ZeroDivisionError: 0.0 cannot be raised to a negative power");
    if (a < 0 && Number.isFinite(a) && Number.isFinite(b) && !Number.isInteger(b)) {
      return raise("ValueError: a complex number cannot be shown in the browser");
    }
    const power = a ** b;
    return Number.isFinite(a) && Number.isFinite(b) && !Number.isFinite(power)
      ? raise("OverflowError: Numerical result out of range")
      : float(power);
  }

  /** @param {Value} x @param {number} places */
  function roundPlaces(x, places) {
    const v = num(x);
    if (!isFloat(x)) {
      if (places >= 0 || places < -17) return places < 0 ? 0 : int(v);
      const rounded = roundTo({ isNegative: false, units: BigInt(Math.abs(v)), scale: 0 - places }, 0);
      return int(Number(rounded * tenTo(-places)) * Math.sign(v));
    }
    if (!Number.isFinite(v) || places > 330) return float(v);
    if (places < -330) return float(0 * v);
    const digits = exact(v);
    const rounded = places < 0 ? roundTo({ ...digits, scale: digits.scale - places }, 0) : roundTo(digits, places);
    const result = Number(`${digits.isNegative ? "-" : ""}${rounded}e${-places}`);
    return Number.isFinite(result) ? float(result) : raise("OverflowError: rounded value too large");
  }

  /** @param {string} text */
  function parseFloatText(text) {
    const special = SPECIAL.exec(text);
    if (special) return float((special[1] === "-" ? -1 : 1) * (/^i/i.test(special[2]) ? Infinity : NaN));
    return FLOAT.test(text) ? float(Number(text.replaceAll("_", ""))) : raise("ValueError: could not convert string to float");
  }

  return {
    pos: (x) => (isFloat(x) ? x : int(number("+", x))),
    abs: (x) => (isFloat(x) ? float(Math.abs(num(x))) : int(Math.abs(number("abs", x)))),

    /** CPython's float_floor_div, step by step. @param {number} a @param {number} b */
    floordiv(a, b) {
      const rest = a % b;
      const whole = (a - rest) / b - (rest && rest < 0 !== b < 0 ? 1 : 0);
      const floor = Math.floor(whole);
      return !whole ? 0 * (a / b) : whole - floor > 0.5 ? floor + 1 : floor;
    },

    pow(a, b) {
      const base = number("**", a);
      const exponent = number("**", b);
      if (isFloat(a) || isFloat(b) || exponent < 0) return floatPower(base, exponent);
      return int(intPower(base, exponent));
    },

    round: (x, places = null) =>
      places === null ? toInt(x, halfEven)
      : isInt(places) ? roundPlaces((number("round", x), x), +places)
      : raise("TypeError: round to what is no int"),

    int(x) {
      if (typeof x === "string") {
        const text = plainText(x);
        return INT.test(text) ? int(Number(text.replaceAll("_", ""))) : raise("ValueError: invalid literal for int()");
      }
      if (!(x instanceof Tagged && x.tag === "decimal")) return toInt(x, Math.trunc);
      const decimal = parseDecimal(x.data);
      return decimal.special ? raise("ValueError: no number") : int(Number(truncated(decimal)));
    },

    float(x) {
      if (isFloat(x)) return x;
      if (x instanceof Tagged && x.tag === "decimal") return parseFloatText(x.data.replace(/^(-?NaN)\d+$/, "$1"));
      return typeof x === "string" ? parseFloatText(plainText(x)) : float(number("float", x));
    },
  };
}
