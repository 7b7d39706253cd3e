// The table of the operations that pages use most, with Python's meaning.
//
// Knows run-time values only. An operation that is not in the table is looked for in the
// chunk of rare operations.

import { add, floordiv, mod, mul, neg, sub, truediv } from "./arith.js";
import { eq, find, order, truthy } from "./compare.js";
import { callRare } from "./lazy.js";
import { str } from "./text.js";
import { PyObj, PyTuple, isInt, raise } from "./values.js";

/** @typedef {import("./values.js").Value} Value */

/** @param {Value} x @returns {Value[]} */
export const iterate = (x) =>
  Array.isArray(x) ? x
  : typeof x === "string" ? [...x]
  : x instanceof Map ? [...x.keys()]
  : callRare("iterate", x);

/** @param {Value} x @param {Value} key */
function index(x, key) {
  if (x instanceof Map) {
    const found = find(x, key);
    return found === undefined ? raise("KeyError") : found;
  }
  if ((typeof x !== "string" && !Array.isArray(x)) || !isInt(key)) return callRare("index", x, key);
  const items = iterate(x);
  const at = +key < 0 ? +key + items.length : +key;
  return at in items ? items[at] : raise("IndexError");
}

/** @param {Value} x @param {string} name */
const attr = (x, name) => (x instanceof PyObj && x.fields.has(name) ? x.fields.get(name) : callRare("attr", x, name));

/** @param {Value} x @param {Value} item */
const contains = (x, item) =>
  typeof x === "string" && typeof item === "string" ? x.includes(item)
  : Array.isArray(x) ? x.some((other) => other === item || eq(other, item))
  : x instanceof Map ? find(x, item) !== undefined
  : callRare("contains", x, item);

/** @param {Value} x @returns {Map<Value, Value>} */
const mapping = (x) => (x instanceof Map ? x : raise("AttributeError"));

/** @type {Record<string, (...args: any[]) => Value>} */
export const OPS = {
  // @ts-expect-error -- a name such as "constructor" is no operation
  __proto__: null,
  add,
  sub,
  mul,
  truediv,
  floordiv,
  mod,
  neg,
  eq,
  ne: (a, b) => !eq(a, b),
  lt: (a, b) => order(a, b) < 0,
  le: (a, b) => order(a, b) <= 0,
  gt: (a, b) => order(a, b) > 0,
  ge: (a, b) => order(a, b) >= 0,
  not: (x) => !truthy(x),
  bool: truthy,
  list: (...items) => items,
  index,
  attr,
  len: (x) => iterate(x).length,
  contains,
  str,
  concat: (...parts) => parts.map(str).join(""),
  keys: (d) => [...mapping(d).keys()],
  values: (d) => [...mapping(d).values()],
  items: (d) => Array.from(mapping(d), (entry) => PyTuple.from(entry)),
  get(d, key, otherwise = null) {
    const found = find(mapping(d), key);
    return found === undefined ? otherwise : found;
  },
};
