// What can be done with dates, decimals, bytes and the like: text, order, attributes.
//
// Arithmetic with them is an error: a page that needs it computes it in a var.

import { compareIso, dateFields, dateRepr, deltaRepr, deltaText } from "./dates.js";
import { compareDecimals, parseDecimal } from "./decimals.js";
import { exact } from "./digits.js";
import { Tagged } from "./kinds.js";

/** @typedef {import("./kinds.js").Value} Value */
/** @typedef {import("./decimals.js").Decimal} Decimal */

/** @param {string} base64 */
function bytesText(base64) {
  const raw = atob(base64);
  const mark = raw.includes("'") && !raw.includes('"') ? '"' : "'";
  const named = new Map([["\t", "\\t"], ["\n", "\\n"], ["\r", "\\r"], ["\\", "\\\\"], ["'", mark === "'" ? "\\'" : "'"]]);
  const body = raw.replace(/[^ -~]|[\\']/g, (c) => named.get(c) ?? `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`);
  return `b${mark}${body}${mark}`;
}

/** The attributes that each has. @type {Record<string, string[]>} */
const FIELDS = {
  date: ["year", "month", "day"],
  datetime: ["year", "month", "day", "hour", "minute", "second", "microsecond"],
  time: ["hour", "minute", "second", "microsecond"],
};

/** @param {import("./kinds.js").Core} core @returns {import("./kinds.js").Operations} */
export function tagged({ PyObj, isNumber, num, raise }) {
  /** A decimal or number as a decimal, exactly; null if it is neither. @param {Value} x @returns {Decimal | null} */
  function decimalOf(x) {
    if (x instanceof Tagged) return x.tag === "decimal" ? parseDecimal(x.data) : null;
    if (!isNumber(x)) return null;
    const v = num(x);
    if (!Number.isFinite(v)) return parseDecimal(String(v));
    const { isNegative, units, scale } = exact(v);
    return { isNegative, digits: String(units), exponent: -scale, special: "" };
  }

  /** @param {Decimal} a @param {Decimal} b @param {boolean} isEquality @returns {number | undefined} */
  function compareNumbers(a, b, isEquality) {
    const specials = a.special + b.special;
    if (!specials) return compareDecimals(a, b);
    if (/sN/.test(specials) || (!isEquality && /N/.test(specials))) raise("InvalidOperation");
    if (/N/.test(specials)) return undefined;
    const [x, y] = [a, b].map(({ special, isNegative }) => (!special ? 0 : isNegative ? -1 : 1));
    return x - y;
  }

  /**
   * Below, at or above zero; undefined if they do not compare.
   * @param {Value} a
   * @param {Value} b
   * @param {boolean} isEquality nan and the like have no order, but are unequal
   * @returns {number | undefined}
   */
  function compareTagged(a, b, isEquality) {
    const [left, right] = [decimalOf(a), decimalOf(b)];
    if (left && right) return compareNumbers(left, right, isEquality);
    if (!(a instanceof Tagged) || !(b instanceof Tagged) || a.tag !== b.tag) return undefined;
    if (a.tag === "datetime" || a.tag === "time") return compareIso(a.data, b.data);
    if (a.tag === "timedelta") return a.data[0] - b.data[0] || a.data[1] - b.data[1] || a.data[2] - b.data[2];
    const [x, y] = a.tag === "bytes" ? [atob(a.data), atob(b.data)] : [a.data, b.data];
    return x < y ? -1 : x > y ? 1 : 0;
  }

  return {
    /** @param {Tagged} x */
    taggedTruth({ tag, data }) {
      if (tag === "timedelta") return data.some(Boolean);
      return tag === "bytes" ? data !== "" : tag !== "decimal" || !/^-?[0.]+(E|$)/.test(data);
    },

    compareTagged,

    /** @param {Tagged} x */
    taggedText(x) {
      if (x.tag === "bytes") return bytesText(x.data);
      if (x.tag === "timedelta") return deltaText(x.data);
      return x.tag === "datetime" ? x.data.replace("T", " ") : x.data;
    },

    /** @param {Tagged} x */
    taggedRepr(x) {
      if (x.tag === "decimal") return `Decimal('${x.data}')`;
      if (x.tag === "uuid") return `UUID('${x.data}')`;
      if (x.tag === "bytes") return bytesText(x.data);
      return x.tag === "timedelta" ? deltaRepr(x.data) : dateRepr(x.tag, x.data);
    },

    /** A field under the name of a method of Var. @param {Value} x @param {Value} name */
    index: (x, name) =>
      x instanceof PyObj && x.fields.has(name) ? x.fields.get(name) : raise("TypeError: []"),

    /** @param {Value} x @param {string} name */
    attr(x, name) {
      const { tag, data } = x instanceof Tagged ? x : { tag: "", data: null };
      const at = ["days", "seconds", "microseconds"].indexOf(name);
      if (tag === "timedelta" && at >= 0) return data[at];
      if (!FIELDS[tag]?.includes(name)) raise(`AttributeError: ${name}`);
      return dateFields(data)[/** @type {"year"} */ (name)];
    },
  };
}
