// The wire form of dicts with other keys than plain strings, sets, and tagged values.
//
// Knows nothing of plain values: the runtime's own codec calls it for the rest.

import { PySet, Tagged } from "./kinds.js";

/** @typedef {import("./kinds.js").Core} Core */
/** @typedef {import("./kinds.js").Value} Value */
/** @typedef {import("../wire.js").Wire} Wire */

/** A key that a JSON object holds as it is. @param {Value} key */
const isPlainKey = (key) => typeof key === "string" && !/^\$|^\p{Nd}+$/u.test(key);

/** @param {Core} core @returns {import("./kinds.js").Operations} */
export function codec({ Float, PyObj, PyTuple, decode, encode, float, isFloat, str }) {
  /** @param {string} key its type letter, a colon, its text @returns {Value} */
  function decodeKey(key) {
    const text = key.slice(2);
    if (key[0] === "s") return text;
    if (key[0] === "j") return decode(JSON.parse(text));
    if (key[0] === "i") return Number(text);
    if (key[0] === "b") return text === "True";
    return key[0] === "n" ? null : float(Number(text.replace("inf", "Infinity")));
  }

  /** A key of a dict, or a member of a set as the key that stands for it. @param {Value} key */
  function encodeKey(key) {
    if (typeof key === "string") return `s:${key}`;
    if (typeof key === "object" && key && !(key instanceof Float)) return `j:${JSON.stringify(encode(key))}`;
    const letter = key === null ? "n" : typeof key === "boolean" ? "b" : isFloat(key) ? "f" : "i";
    return `${letter}:${str(key)}`;
  }

  /** @param {Map<Value, Value>} map @param {(key: Value) => string} key */
  const fromMap = (map, key) => Object.fromEntries(Array.from(map, ([k, v]) => [key(k), encode(v)]));

  return {
    /** @param {string} tag @param {Wire} data */
    decode(tag, data) {
      if (tag === "$map") return new Map(Object.entries(data).map(([k, v]) => [decodeKey(k), decode(v)]));
      return tag === "$set" ? new PySet(Object.keys(data).map(decodeKey)) : new Tagged(tag.slice(1), data);
    },

    /** @param {Value} x */
    encode(x) {
      if (x instanceof Float) return { $float: str(x) };
      if (x instanceof PyTuple) return { $tuple: Array.from(x, encode) };
      if (x instanceof PySet) return { $set: Object.fromEntries(x.items.map((/** @type {Value} */ item) => [encodeKey(item), 1])) };
      if (x instanceof PyObj) return { $obj: fromMap(x.fields, String) };
      if (x instanceof Tagged) return { [`$${x.tag}`]: x.data };
      return [...x.keys()].every(isPlainKey) ? fromMap(x, String) : { $map: fromMap(x, encodeKey) };
    },
  };
}
