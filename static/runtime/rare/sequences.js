// Python's strings, lists and dicts beyond the common operations.
//
// Strings count code points. Knows nothing of tagged values.

import { PySet } from "./kinds.js";

/** @typedef {import("./kinds.js").Value} Value */

// What Python calls white space; JavaScript's \s has U+FEFF and lacks the separators.
const SPACE = "[^\\S\\ufeff]|[\\x1c-\\x1f\\x85]";
const START = new RegExp(`^(?:${SPACE})+`);
const END = new RegExp(`(?:${SPACE})+$`);
const ANY = new RegExp(SPACE);

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
export function sequences({ PyTuple, eq, int, isInt, iterate, raise }) {
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

  /** @param {string} s @param {Value} affix @param {"startsWith" | "endsWith"} where */
  const hasAffix = (s, affix, where) =>
    affix instanceof PyTuple ? affix.some((one) => text(s)[where](text(one))) : text(s)[where](text(affix));

  return {
    slice,
    reverse: (x) => slice(x, null, null, -1),

    /** @param {Value} x @param {Value} count */
    repeat(x, count) {
      const times = Math.max(0, +count);
      if (typeof x === "string") return x.repeat(times);
      return rebuild(x, Array.from({ length: times }, () => [...x]).flat());
    },

    /** @param {Value[]} args */
    range(...args) {
      const [start, stop, step = 1] = (args.length > 1 ? args : [0, ...args]).map(integer);
      if (!step) raise("ValueError: range() arg 3 must not be zero");
      return Array.from({ length: Math.max(0, Math.ceil((stop - start) / step)) }, (_, i) => int(start + i * step));
    },

    /** @param {Value[]} flat k1, v1, k2, v2, ... */
    dict(...flat) {
      const map = new Map();
      for (let i = 0; i < flat.length; i += 2) {
        const known = [...map.keys()].filter((key) => eq(key, flat[i]));
        map.set(known.length ? known[0] : flat[i], flat[i + 1]);
      }
      return map;
    },

    /** @param {Value} x */
    iterate: (x) => (x instanceof PySet ? x.items : raise("TypeError: not iterable")),

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
      const most = integer(limit) < 0 ? Infinity : integer(limit);
      const parts = [];
      let rest = words ? text(s).replace(START, "") : text(s);
      while (parts.length < most) {
        const at = words ? rest.search(ANY) : rest.indexOf(text(separator));
        if (at < 0) break;
        parts.push(rest.slice(0, at));
        rest = words ? rest.slice(at).replace(START, "") : rest.slice(at + separator.length);
      }
      return words && !rest ? parts : [...parts, rest];
    },

    /** @param {Value} s @param {Value} old @param {Value} by @param {Value} [limit] */
    replace(s, old, by, limit = -1) {
      // Python finds the empty string around every code point.
      const parts = text(old) === "" ? ["", ...text(s), ""] : text(s).split(old);
      const most = integer(limit) < 0 ? Infinity : integer(limit);
      return parts.reduce((done, part, i) => done + (i > most ? old : text(by)) + part);
    },
  };
}
