// Python's format specs: what f"{n:03d}" and f"{x:,.2f}" mean.
//
// Digits are exact and rounded half to even, as CPython's are. Knows nothing of expressions.

import { formatDigits, parseDecimal } from "./decimals.js";
import { exact, fixed, roundTo, significant } from "./digits.js";
import { Tagged } from "./kinds.js";
import { strftime } from "./strftime.js";
import { floatRepr } from "./text.js";

/** @typedef {import("./kinds.js").Value} Value */
/** @typedef {import("./digits.js").Digits} Digits */
/**
 * `fillsDigits`: whether zeros that fill the width are digits of the number, grouped as such.
 * @typedef {{fill: string, align: string, sign: string, z: string, alternate: string, zero: string, width: number, group: string, precision: number | null, type: string, fillsDigits: boolean}} Spec
 */
/** @typedef {(text: string) => never} Raise */

const SPEC = /^(?:(.)?([<>=^]))?([ +-])?(z)?(#)?(0)?(\d*)([_,])?(?:\.(\d+))?([a-zA-Z%])?$/su;

/** Wider or more precise is no text to read; Python's side has the same bound. */
const MAX_WIDTH = 1000;

/** @param {string} text @param {Raise} raise @returns {Spec} */
function parseSpec(text, raise) {
  const found = SPEC.exec(text) ?? raise("ValueError: Invalid format specifier");
  const [, fill, align = "", sign = "", z = "", alternate = "", zero = "", width, group = "", places, type = ""] = found;
  const precision = places === undefined ? null : Number(places);
  if (Math.max(Number(width), precision ?? 0) > MAX_WIDTH) raise("ValueError: too wide");
  return {
    fill: fill ?? (zero || " "), align: align || (zero && "="), sign, z, alternate, zero, width: Number(width), group, precision, type,
    fillsDigits: (fill ?? zero) === "0" && (align || "=") === "=",
  };
}

/** @param {string} digits @param {string} mark @param {number} [size] */
const grouped = (digits, mark, size = 3) =>
  mark ? digits.replace(new RegExp(`\\B(?=(?:\\w{${size}})+$)`, "g"), mark) : digits;

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
  const body = () => grouped(digits, spec.group, size) + rest;
  let digits = whole;
  if (spec.align !== "=") return aligned(head + body(), spec, ">");
  const width = spec.width - head.length;
  if (!spec.fillsDigits) return head + aligned(body(), { ...spec, width }, ">");
  while (body().length < width) digits = `0${digits}`;
  return head + body();
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

/** A float's digits, without sign. @param {number} v @param {Spec} spec @param {Raise} raise */
function floatDigits(v, { type, precision, alternate }, raise) {
  const kind = type === "n" ? "g" : type.toLowerCase();
  if (!/^[efg%]?$/.test(kind) || type === "N") raise(`ValueError: Unknown format code '${type}' for object of type 'float'`);
  const percent = kind === "%" ? "%" : "";
  const value = Math.abs(percent ? v * 100 : v);
  if (!Number.isFinite(value)) return floatRepr(value) + percent;
  if (!kind && precision === null) {
    const text = floatRepr(value);
    return alternate && !text.includes(".") ? text.replace("e", ".e") : text;
  }
  const digits = exact(value);
  const places = precision ?? 6;
  if (kind === "e") return scientific(digits, places, alternate);
  if (kind === "f" || percent) return fixed(roundTo(digits, places), places) + (alternate && !places ? "." : "") + percent;
  return general(digits, places, alternate, !kind);
}

/** Whether nothing but zeros is shown. @param {string} shown */
const isZeroText = (shown) => !/[1-9a-df-z]/i.test(shown.replace(/e.*/i, ""));

/** @param {number} v @param {Spec} spec @param {Raise} raise */
function formatFloat(v, spec, raise) {
  if (spec.group && spec.type === "n") raise("ValueError: Cannot specify grouping with 'n'.");
  const lower = floatDigits(v, spec, raise);
  const shown = /[EFG]/.test(spec.type) ? lower.toUpperCase() : lower;
  const [, whole, rest] = /** @type {RegExpExecArray} */ (/^(\d*)(.*)$/.exec(shown));
  const group = Number.isFinite(v) ? spec.group : ""; // no groups in front of "inf"
  return assemble({ ...spec, group }, { isNegative: (v < 0 || Object.is(v, -0)) && !(spec.z && isZeroText(shown)), whole, rest });
}

/** @type {Record<string, [number, string]>} */
const RADIX = { b: [2, "0b"], o: [8, "0o"], x: [16, "0x"], X: [16, "0X"] };

/** @param {number} v @param {Spec} spec @param {Raise} raise */
function formatChar(v, spec, raise) {
  if (spec.sign || spec.alternate || spec.group) raise("ValueError: not allowed with integer format specifier 'c'");
  if (v < 0 || v > 0x10ffff) raise("OverflowError: %c arg not in range(0x110000)");
  if (v >= 0xd800 && v < 0xe000) raise("ValueError: half a surrogate pair");
  return aligned(String.fromCodePoint(v), spec, ">");
}

/** @param {number} v @param {Spec} spec @param {Raise} raise */
function formatInt(v, spec, raise) {
  const { type, alternate, group } = spec;
  if (/[eEfFgG%]/.test(type)) return formatFloat(v, spec, raise);
  if (spec.precision !== null) raise("ValueError: Precision not allowed in integer format specifier");
  if (spec.z) raise("ValueError: Negative zero coercion (z) not allowed in integer format specifier");
  if (type === "c") return formatChar(v, spec, raise);
  const [radix, prefix] = RADIX[type] ?? [10, ""];
  if (!prefix && !"dn".includes(type)) raise(`ValueError: Unknown format code '${type}' for object of type 'int'`);
  if (group && (prefix ? group === "," : type === "n")) raise(`ValueError: Cannot specify '${group}' with '${type}'.`);
  const whole = Math.abs(v).toString(radix);
  return assemble(spec, {
    isNegative: v < 0, prefix: alternate && prefix, size: prefix ? 4 : 3,
    whole: type === "X" ? whole.toUpperCase() : whole,
  });
}

/** @param {string} s @param {Spec} spec @param {Raise} raise */
function formatText(s, spec, raise) {
  const { type, align, zero, sign, group, precision } = spec;
  if ((type && type !== "s") || (align === "=" && !zero) || sign || group || spec.z || spec.alternate) {
    raise("ValueError: Invalid format specifier for object of type 'str'");
  }
  return aligned(precision === null ? s : [...s].slice(0, precision).join(""), { ...spec, align: align.replace("=", "") }, "<");
}

/** @param {string} data @param {string} text @param {Raise} raise */
function formatDecimal(data, text, raise) {
  const spec = parseSpec(text, raise);
  // Decimals have a parser of their own in Python, with more rules.
  const isWrong = spec.alternate || spec.group === "_" || !/^[eEfFgG%n]?$/.test(spec.type) ||
    (spec.group && spec.type === "n") || /^(.?[<>=^])[ +-]?z?0|^[ +-]?z?00/su.test(text);
  if (isWrong) raise("ValueError: invalid format string");
  const decimal = parseDecimal(data);
  if (decimal.special) {
    const shown = decimal.special + (spec.type === "%" ? "%" : "");
    const inSpaces = { ...spec, fill: spec.zero ? " " : spec.fill, align: spec.zero ? ">" : spec.align, fillsDigits: false };
    return assemble({ ...inSpaces, group: "" }, { isNegative: decimal.isNegative, whole: shown });
  }
  const parts = formatDigits(decimal, spec.type === "n" ? "g" : spec.type, spec.precision);
  const isNegative = parts.isNegative && !(spec.z && isZeroText(parts.whole + parts.rest));
  return assemble({ ...spec, fillsDigits: spec.zero !== "" }, { ...parts, isNegative });
}

/** @param {import("./kinds.js").Core} core @returns {import("./kinds.js").Operations} */
export function formatting({ isFloat, isNumber, num, raise, str }) {
  return {
    /** @param {Value} x @param {Value} [spec] */
    format(x, spec = "") {
      if (typeof spec !== "string") raise("TypeError: a format spec is a str");
      if (spec === "") return str(x);
      if (x instanceof Tagged && /^(date|time$)/.test(x.tag)) return strftime(x.data, spec, raise);
      if (x instanceof Tagged && x.tag === "decimal") return formatDecimal(x.data, spec, raise);
      if (typeof x === "string") return formatText(x, parseSpec(spec, raise), raise);
      if (!isNumber(x)) return raise("TypeError: unsupported format string");
      return (isFloat(x) ? formatFloat : formatInt)(num(x), parseSpec(spec, raise), raise);
    },
  };
}
