// Python's format specs: what f"{n:03d}" and f"{x:,.2f}" mean.
//
// Digits are exact and rounded half to even, as CPython's are. Knows nothing of expressions.

import { exact, fixed, parseDigits, roundTo, significant } from "./digits.js";
import { Tagged } from "./kinds.js";
import { strftime } from "./strftime.js";
import { floatRepr } from "./text.js";

/** @typedef {import("./kinds.js").Value} Value */
/** @typedef {import("./digits.js").Digits} Digits */
/** @typedef {{fill: string, align: string, sign: string, z: string, alternate: string, zero: string, width: number, group: string, precision: number | null, type: string}} Spec */

const SPEC = /^(?:(.)?([<>=^]))?([ +-])?(z)?(#)?(0)?(\d+)?([_,])?(?:\.(\d+))?([a-zA-Z%])?$/su;

/** @param {string} text @param {(text: string) => never} raise @returns {Spec} */
function parseSpec(text, raise) {
  const found = SPEC.exec(text) ?? raise("ValueError: Invalid format specifier");
  const [, fill, align = "", sign = "-", z = "", alternate = "", zero = "", width = "0", group = "", precision, type = ""] = found;
  return {
    fill: fill ?? (zero || " "), align, sign, z, alternate, zero: fill || align ? "" : zero,
    width: Number(width), group, precision: precision === undefined ? null : Number(precision), type,
  };
}

/** @param {string} digits @param {string} mark @param {number} [size] */
const grouped = (digits, mark, size = 3) =>
  mark ? digits.replace(new RegExp(`(?<=[^])(?=(?:[^]{${size}})+$)`, "g"), mark) : digits;

/** @param {string} body @param {Spec} spec @param {string} align used when the spec has none */
function aligned(body, { fill, align: own, width }, align) {
  const missing = width - [...body].length;
  if (missing <= 0) return body;
  const side = own || align;
  const left = side === "<" ? 0 : side === "^" ? Math.floor(missing / 2) : missing;
  return fill.repeat(left) + body + fill.repeat(missing - left);
}

/**
 * A number's parts put together: sign, prefix, whole digits in groups, and the rest.
 * @param {Spec} spec
 * @param {{isNegative: boolean, prefix?: string, whole: string, rest?: string, size?: number}} parts
 */
function assemble(spec, { isNegative, prefix = "", whole, rest = "", size = 3 }) {
  const head = (isNegative ? "-" : spec.sign === "-" ? "" : spec.sign) + prefix;
  const inner = spec.align === "=" || spec.zero;
  if (!inner) return aligned(head + grouped(whole, spec.group, size) + rest, spec, ">");
  const width = spec.width - head.length - rest.length;
  if (spec.fill !== "0") return head + (grouped(whole, spec.group, size) + rest).padStart(spec.width - head.length, spec.fill);
  let digits = whole; // zeros are grouped with the digits
  while (grouped(digits, spec.group, size).length < width) digits = `0${digits}`;
  return head + grouped(digits, spec.group, size) + rest;
}

/** @param {number} exponent */
const exponentText = (exponent) => `e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;

/** @param {string} digits @param {string} point shown even with nothing behind it? */
const withPoint = (digits, point) => (digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits + point);

/** @param {Digits} digits @param {number} precision @param {string} alternate */
function scientific(digits, precision, alternate) {
  const [shown, exponent] = significant(digits, precision + 1);
  return withPoint(shown, alternate && ".") + exponentText(exponent);
}

/** @param {Digits} digits @param {number} precision @param {string} alternate @param {boolean} isBare no type: at least one digit behind the point */
function general(digits, precision, alternate, isBare) {
  const count = precision || 1;
  const [shown, exponent] = significant(digits, count);
  const trimmed = (/** @type {string} */ text) => (alternate || !text.includes(".") ? text : text.replace(/\.?0+$/, ""));
  if (exponent < -4 || exponent >= count - (isBare ? 1 : 0)) {
    const [mantissa, power] = [withPoint(shown, alternate && "."), exponentText(exponent)];
    return trimmed(mantissa) + power;
  }
  const places = count - 1 - exponent;
  const text = trimmed(fixed(BigInt(shown), places));
  return isBare && !text.includes(".") ? `${text}.0` : text + (alternate && !text.includes(".") ? "." : "");
}

/** A float's digits, without sign. @param {number} v @param {Spec} spec @param {(text: string) => never} raise */
function floatDigits(v, { type, precision, alternate }, raise) {
  const kind = type.toLowerCase();
  if (kind && !"efg%n".includes(kind)) raise(`ValueError: Unknown format code '${type}' for object of type 'float'`);
  if (!Number.isFinite(v)) return floatRepr(Math.abs(v)) + (kind === "%" ? "%" : "");
  if (kind === "" && precision === null) return floatRepr(Math.abs(v)) + (alternate && !floatRepr(v).includes(".") ? "." : "");
  const digits = exact(kind === "%" ? v * 100 : v);
  const places = precision ?? 6;
  if (kind === "e") return scientific(digits, places, alternate);
  if (kind === "f" || kind === "%") return fixed(roundTo(digits, places), places) + (alternate && !places ? "." : "") + (kind === "%" ? "%" : "");
  return general(digits, places, alternate, kind === "");
}

/** @param {number} v @param {Spec} spec @param {(text: string) => never} raise */
function formatFloat(v, spec, raise) {
  const lower = floatDigits(v, spec, raise);
  const shown = /[EFG]/.test(spec.type) ? lower.toUpperCase() : lower;
  const isZero = !/[1-9in]/i.test(shown.replace(/e.*/i, ""));
  const [, whole, rest] = /** @type {RegExpExecArray} */ (/^(\d*|inf|nan)(.*)$/i.exec(shown));
  return assemble(spec, { isNegative: (v < 0 || Object.is(v, -0)) && !(spec.z && isZero), whole, rest });
}

/** @type {Record<string, [number, string]>} */
const RADIX = { b: [2, "0b"], o: [8, "0o"], x: [16, "0x"], X: [16, "0X"] };

/** @param {number} v @param {Spec} spec @param {(text: string) => never} raise */
function formatInt(v, spec, raise) {
  const { type, alternate, group } = spec;
  if (/[eEfFgG%]/.test(type)) return formatFloat(v, spec, raise);
  if (spec.precision !== null) raise("ValueError: Precision not allowed in integer format specifier");
  if (spec.z) raise("ValueError: Negative zero coercion (z) not allowed in integer format specifier");
  if (type === "c") return aligned(String.fromCodePoint(v), spec, "<");
  const [radix, prefix] = RADIX[type] ?? [10, ""];
  if (!RADIX[type] && !"dn".includes(type)) raise(`ValueError: Unknown format code '${type}' for object of type 'int'`);
  if ((group === "," && prefix) || (group && type === "n")) raise(`ValueError: Cannot specify '${group}' with '${type}'.`);
  const whole = Math.abs(v).toString(radix);
  return assemble(spec, {
    isNegative: v < 0, prefix: alternate && prefix, size: prefix ? 4 : 3,
    whole: type === "X" ? whole.toUpperCase() : whole,
  });
}

/** @param {string} s @param {Spec} spec @param {(text: string) => never} raise */
function formatText(s, spec, raise) {
  const { type, align, sign, group, precision } = spec;
  if ((type && type !== "s") || align === "=" || sign !== "-" || group || spec.z || spec.alternate) {
    raise("ValueError: Invalid format specifier for object of type 'str'");
  }
  return aligned(precision === null ? s : [...s].slice(0, precision).join(""), spec, "<");
}

/** @param {string} data @param {Spec} spec @param {(text: string) => never} raise */
function formatDecimal(data, spec, raise) {
  const { type, precision } = spec;
  if (!/\d/.test(data) || !/^[fF%]?$/.test(type) || (!type && precision !== null)) raise("ValueError: this format of a decimal is not known in the browser");
  const digits = parseDigits(data);
  const moved = type === "%" ? { ...digits, units: digits.units * 100n } : digits;
  const places = precision ?? (type === "%" ? Math.max(0, digits.scale - 2) : digits.scale);
  const shown = type ? fixed(roundTo(moved, places), places) : data.replace(/^[+-]/, "");
  const [, whole, rest] = /** @type {RegExpExecArray} */ (/^(\d*)(.*)$/.exec(shown));
  return assemble(spec, { isNegative: digits.isNegative, whole, rest: rest + (type === "%" ? "%" : "") });
}

/** @param {import("./kinds.js").Core} core @returns {import("./kinds.js").Operations} */
export function formatting({ isFloat, isNumber, num, raise, str }) {
  return {
    /** @param {Value} x @param {Value} [spec] */
    format(x, spec = "") {
      if (typeof spec !== "string") raise("TypeError: a format spec is a str");
      if (spec === "") return str(x);
      if (x instanceof Tagged && x.tag.startsWith("date")) return strftime(x.data, spec, raise);
      if (x instanceof Tagged && x.tag === "decimal") return formatDecimal(x.data, parseSpec(spec, raise), raise);
      if (typeof x === "string") return formatText(x, parseSpec(spec, raise), raise);
      if (!isNumber(x)) return raise("TypeError: unsupported format string");
      return (isFloat(x) ? formatFloat : formatInt)(num(x), parseSpec(spec, raise), raise);
    },
  };
}
