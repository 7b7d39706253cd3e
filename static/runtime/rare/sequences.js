// Python's strings, lists and dicts beyond the common operations.
//
// Strings count code points. Knows nothing of what tagged values mean.

import { PySet, Tagged } from "./kinds.js";

/** @typedef {import("./kinds.js").Value} Value */

// What Python calls white space; JavaScript's \s has U+FEFF and lacks the separators.
const SPACE = "[^\\S\\ufeff]|[\\x1c-\\x1f\\x85]";
const START = new RegExp(`^(?:${SPACE})+`);
const END = new RegExp(`(?:${SPACE})+$`);
const ANY = new RegExp(SPACE);

/** As many as Python's side makes at most. */
const MAX_ITEMS = 1_000_000;

/** @param {number | null} at @param {number} length @param {number} low @param {number} high */
const clamp = (at, length, low, high) => Math.min(high, Math.max(low, at !== null && at < 0 ? at + length : Number(at)));

/** The positions that a slice takes. @param {number} length @param {(number | null)[]} bounds */
function positions(length, [start, stop, step]) {
  const by = step ?? 1;
  const [low, high] = by > 0 ? [0, length] : [-1, length - 1];
  const first = start === null ? (by > 0 ? low : high) : clamp(start, length, low, high);
  const end = stop === null ? (by > 0 ? high : low) : clamp(stop, length, low, high);
  return Array.from({ length: Math.max(0, Math.ceil((end - first) / by)) }, (_, i) => first + i * by);
}

/** @param {import("./kinds.js").Core} core @returns {import("./kinds.js").Operations} */
export function sequences({ PyTuple, int, isInt, iterate, raise }) {
  /** @param {Value} x @returns {string} */
  const text = (x) => (typeof x === "string" ? x : raise("TypeError: not a str"));

  /** @param {Value} x @returns {number} */
  const integer = (x) => (isInt(x) ? +x : raise("TypeError: not an int"));

  /** Items put together as what they came from. @param {Value} like @param {Value[]} items */
  const rebuild = (like, items) => (typeof like === "string" ? items.join("") : like instanceof PyTuple ? PyTuple.from(items) : items);

  /** @param {Value} x @param {...Value} bounds */
  function slice(x, ...bounds) {
    if (typeof x !== "string" && !Array.isArray(x)) raise("TypeError: not a sequence");
    const [start, stop, step] = bounds.map((bound) => (bound === null ? null : integer(bound)));
    if (step === 0) raise("ValueError: slice step cannot be zero");
    const items = iterate(x);
    return rebuild(x, positions(items.length, [start, stop, step]).map((i) => items[i]));
  }

  /** @param {Value} s @param {Value} affix @param {"startsWith" | "endsWith"} where */
  function hasAffix(s, affix, where) {
    const whole = text(s);
    return (affix instanceof PyTuple ? affix : [affix]).some((one) => whole[where](text(one)));
  }

  /** @param {number} count */
  const affordable = (count) => (count > MAX_ITEMS ? raise("ValueError: too many items") : Math.max(0, count));

  return {
    slice,
    reverse: (x) => slice(x, null, null, -1),

    /** @param {Value} x @param {Value} count */
    repeat(x, count) {
      const items = iterate(x);
      const times = affordable(items.length * +count) && +count;
      if (typeof x === "string") return x.repeat(times);
      return rebuild(x, Array.from({ length: times }, () => [...items]).flat());
    },

    /** @param {Value[]} args */
    range(...args) {
      const [start, stop, step = 1] = (args.length > 1 ? args : [0, ...args]).map(integer);
      if (!step) raise("ValueError: range() arg 3 must not be zero");
      return Array.from({ length: affordable(Math.ceil((stop - start) / step)) }, (_, i) => int(start + i * step));
    },

    tuple: (...items) => PyTuple.from(items),

    /** @param {Value} x */
    iterate(x) {
      if (x instanceof Tagged && x.tag === "bytes") return Array.from(atob(x.data), (c) => c.charCodeAt(0));
      return x instanceof PySet ? x.items : raise("TypeError: not iterable");
    },

    join: (items, separator) => iterate(items).map(text).join(text(separator)),
    lower: (s) => text(s).toLowerCase(),
    upper: (s) => text(s).toUpperCase(),
    startswith: (s, affix) => hasAffix(s, affix, "startsWith"),
    endswith: (s, affix) => hasAffix(s, affix, "endsWith"),

    /** @param {Value} s @param {Value} [chars] */
    strip(s, chars = null) {
      if (chars === null) return text(s).replace(START, "").replace(END, "");
      const set = [...text(chars)];
      const points = [...text(s)];
      while (points.length && set.includes(points[0])) points.shift();
      while (points.length && set.includes(points[points.length - 1])) points.pop();
      return points.join("");
    },

    /** @param {Value} s @param {Value} [separator] @param {Value} [limit] */
    split(s, separator = null, limit = -1) {
      if (separator === "") raise("ValueError: empty separator");
      const words = separator === null;
      if (!words) text(separator);
      const most = integer(limit) < 0 ? Infinity : integer(limit);
      const parts = [];
      let rest = words ? text(s).replace(START, "") : text(s);
      while (parts.length < most) {
        const at = words ? rest.search(ANY) : rest.indexOf(separator);
        if (at < 0) break;
        parts.push(rest.slice(0, at));
        rest = words ? rest.slice(at).replace(START, "") : rest.slice(at + separator.length);
      }
      return words && !rest ? parts : [...parts, rest];
    },

    /** @param {Value} s @param {Value} old @param {Value} by @param {Value} [limit] */
    replace(s, old, by, limit = -1) {
      // Python finds the empty string around every code point.
      text(by);
      const parts = text(old) === "" ? ["", ...text(s), ""] : text(s).split(old);
      const most = integer(limit) < 0 ? Infinity : integer(limit);
      return parts.reduce((done, part, i) => done + (i > most ? old : by) + part);
    },
  };
}
