// Decimals, exactly: reading, comparing and formatting them.
//
// Rounding is half to even, as in Python's default context. Knows nothing of expressions.

import { tenTo } from "./digits.js";

/**
 * `digits * 10**exponent`, and a sign; or what is no number.
 * @typedef {{isNegative: boolean, digits: string, exponent: number, special: string}} Decimal
 */

/** @param {string} text as Python writes it: "-1.20", "1E+3", "NaN12" @returns {Decimal} */
export function parseDecimal(text) {
  const [, sign, whole = "", fraction = "", power = "0", special = ""] =
    /^(-?)(?:(\d+)(?:\.(\d+))?(?:E([+-]\d+))?|(\D+\d*))$/.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+(?=.)/, "");
  return { isNegative: sign === "-", digits, exponent: Number(power) - fraction.length, special };
}

/** Its value times 10**scale, which has to make it whole. @param {Decimal} x @param {number} scale */
const scaled = ({ isNegative, digits, exponent }, scale) =>
  BigInt(digits) * tenTo(scale + exponent) * (isNegative ? -1n : 1n);

/** Below, at or above zero, of finite ones. @param {Decimal} a @param {Decimal} b */
export function compareDecimals(a, b) {
  const scale = Math.max(0, -a.exponent, -b.exponent);
  const [left, right] = [scaled(a, scale), scaled(b, scale)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Cut to an int. @param {Decimal} x @returns {bigint} */
export const truncated = (x) => scaled(x, Math.max(0, -x.exponent)) / tenTo(Math.max(0, -x.exponent));

/** Rounded so that its last digit is worth 10**exponent. @param {Decimal} x @param {number} exponent @returns {Decimal} */
function rescaled(x, exponent) {
  const more = x.exponent - exponent;
  if (more >= 0) return { ...x, digits: BigInt(x.digits) ? x.digits + "0".repeat(more) : "0", exponent };
  const unit = tenTo(-more);
  const units = BigInt(x.digits);
  const twice = 2n * (units % unit);
  const quotient = units / unit;
  return { ...x, digits: `${twice > unit || (twice === unit && quotient & 1n) ? quotient + 1n : quotient}`, exponent };
}

/** With so many digits, rounded or with zeros behind; 0 has none to count. @param {Decimal} x @param {number} count @returns {Decimal} */
function withDigits(x, count) {
  if (!BigInt(x.digits)) return x;
  const excess = x.digits.length - count;
  const rounded = rescaled(x, x.exponent + excess);
  return rounded.digits.length > count ? rescaled(rounded, rounded.exponent + 1) : rounded;
}

/**
 * A finite decimal's parts by format, as _pydecimal has it: where the point goes, and what
 * exponent that leaves.
 * @param {Decimal} decimal
 * @param {string} type
 * @param {number | null} precision
 * @returns {{isNegative: boolean, whole: string, rest: string}}
 */
export function formatDigits(decimal, type, precision) {
  const kind = type.toLowerCase() || "g";
  let x = kind === "%" ? { ...decimal, exponent: decimal.exponent + 2 } : decimal;
  if (precision !== null && kind === "e") x = withDigits(x, precision + 1);
  else if (precision !== null && "f%".includes(kind)) x = rescaled(x, -precision);
  else if (precision !== null && kind === "g" && x.digits.length > precision) x = withDigits(x, precision || 1);
  const isZero = !BigInt(x.digits);
  if (isZero && x.exponent > 0 && "f%".includes(kind)) x = rescaled(x, 0);

  const { digits } = x;
  const left = x.exponent + digits.length;
  const point = "f%".includes(kind) || (kind === "g" && x.exponent <= 0 && left > -6) ? left
    : isZero && kind === "e" && precision !== null ? 1 - precision : 1;
  const padded = point < 1 ? "0".repeat(1 - point) + digits : digits.padEnd(point, "0");
  const at = Math.max(1, point);
  const power = left - point;
  const e = type === "E" || type === "G" || !type ? "E" : "e";
  return {
    isNegative: x.isNegative,
    whole: padded.slice(0, at),
    rest: (padded.length > at ? `.${padded.slice(at)}` : "") +
      (power || kind === "e" ? `${e}${power < 0 ? "-" : "+"}${Math.abs(power)}` : "") + (kind === "%" ? "%" : ""),
  };
}
