// What can be done with dates, decimals, bytes and the like: text, order, attributes.
//
// Arithmetic with them is an error: a page that needs it computes it in a var.

import { compareDigits, exact, parseDigits } from "./digits.js";
import { Tagged } from "./kinds.js";

/** @typedef {import("./kinds.js").Value} Value */

/** @param {number} n @param {number} [width] */
export const pad = (n, width = 2) => String(n).padStart(width, "0");

/** The fields of an ISO date or datetime; the offset in seconds, or null. @param {string} iso */
export function dateFields(iso) {
  const [, date, time = "", offset = ""] = /^([\d-]+)(?:T([\d:.]+))?(.*)$/.exec(iso) ?? [];
  const [year, month, day] = date.split("-").map(Number);
  const [hour = 0, minute = 0, second = 0, microsecond = 0] = time ? time.split(/[:.]/).map(Number) : [];
  const parts = /^([+-])(\d+):(\d+)(?::(\d+))?/.exec(offset);
  const seconds = parts ? Number(`${parts[1]}1`) * (+parts[2] * 3600 + +parts[3] * 60 + +(parts[4] ?? 0)) : null;
  return { year, month, day, hour, minute, second, microsecond, offset: seconds };
}

/** The bytes as characters of the same codes. @param {string} base64 */
const binary = (base64) => atob(base64);

/** @param {string} base64 */
function bytesText(base64) {
  const raw = binary(base64);
  const mark = raw.includes("'") && !raw.includes('"') ? '"' : "'";
  const named = new Map([["\t", "\\t"], ["\n", "\\n"], ["\r", "\\r"], ["\\", "\\\\"], ["'", mark === "'" ? "\\'" : "'"]]);
  const body = raw.replace(/[^ -~]|[\\']/g, (c) => named.get(c) ?? `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`);
  return `b${mark}${body}${mark}`;
}

/** @param {number[]} delta days, seconds, microseconds */
function deltaText([days, seconds, microseconds]) {
  const plural = Math.abs(days) === 1 ? "" : "s";
  const clock = `${Math.floor(seconds / 3600)}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`;
  return `${days ? `${days} day${plural}, ` : ""}${clock}${microseconds ? `.${pad(microseconds, 6)}` : ""}`;
}

/** @param {number[]} delta */
function deltaRepr(delta) {
  const names = ["days", "seconds", "microseconds"];
  const args = delta.map((v, i) => (v ? `${names[i]}=${v}` : "")).filter(Boolean);
  return `datetime.timedelta(${args.join(", ") || "0"})`;
}

/** @param {Tagged} x */
function dateRepr({ tag, data }) {
  const { year, month, day, hour, minute, second, microsecond } = dateFields(data);
  const tail = tag === "date" ? [] : microsecond ? [hour, minute, second, microsecond] : second ? [hour, minute, second] : [hour, minute];
  return `datetime.${tag}(${[year, month, day, ...tail].join(", ")})`;
}

/** Microseconds since year 0, on the datetime's own clock or UTC. @param {string} iso */
function instant(iso) {
  const f = dateFields(iso);
  const seconds = Date.UTC(f.year, f.month - 1, f.day, f.hour, f.minute, f.second - (f.offset ?? 0)) / 1000;
  return BigInt(seconds) * 1_000_000n + BigInt(f.microsecond);
}

/** @param {import("./kinds.js").Core} core @returns {import("./kinds.js").Operations} */
export function tagged({ isNumber, num, raise }) {
  /** A decimal or number, exactly; null if it is neither or not finite. @param {Value} x */
  function digitsOf(x) {
    if (x instanceof Tagged) return x.tag === "decimal" && /\d/.test(x.data) ? parseDigits(x.data) : null;
    return isNumber(x) && Number.isFinite(num(x)) ? exact(num(x)) : null;
  }

  /** Below, at or above zero; undefined if they do not compare. @param {Value} a @param {Value} b */
  function compareTagged(a, b) {
    const [left, right] = [digitsOf(a), digitsOf(b)];
    if (left && right) return compareDigits(left, right);
    if (!(a instanceof Tagged) || !(b instanceof Tagged) || a.tag !== b.tag) return undefined;
    if (a.tag === "datetime") {
      if ((dateFields(a.data).offset === null) !== (dateFields(b.data).offset === null)) return undefined;
      return Number(instant(a.data) - instant(b.data));
    }
    const [x, y] = a.tag === "bytes" ? [binary(a.data), binary(b.data)] : [a.data, b.data];
    if (a.tag !== "timedelta") return x < y ? -1 : x > y ? 1 : 0;
    return x[0] - y[0] || x[1] - y[1] || x[2] - y[2];
  }

  return {
    /** @param {Tagged} x */
    taggedTruth({ tag, data }) {
      if (tag === "timedelta") return data.some(Boolean);
      return tag === "bytes" ? data !== "" : tag !== "decimal" || !/^[-+]?[0.]+(e|$)/i.test(data);
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
      if (x.tag === "timedelta") return deltaRepr(x.data);
      if (dateFields(x.data).offset !== null) raise("TypeError: the repr() of an aware datetime is not known in the browser");
      return dateRepr(x);
    },

    /** @param {Value} x @param {string} name */
    attr(x, name) {
      const fields =
        !(x instanceof Tagged) ? {}
        : x.tag === "timedelta" ? { days: x.data[0], seconds: x.data[1], microseconds: x.data[2] }
        : x.tag === "datetime" ? { ...dateFields(x.data), offset: undefined }
        : x.tag === "date" ? (({ year, month, day }) => ({ year, month, day }))(dateFields(x.data))
        : {};
      const value = Object.hasOwn(fields, name) ? /** @type {Record<string, any>} */ (fields)[name] : undefined;
      return value ?? raise(`AttributeError: ${name}`);
    },
  };
}
