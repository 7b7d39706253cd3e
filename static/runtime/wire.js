// Wire values to run-time values and back.
//
// Knows which tags ("$float", ...) pages use most; the chunk of rare operations knows the
// others. Decoding is by container and remembered per wire container, so that a patch costs
// what it touches: whoever changes a container in place calls `forget` for it and for all
// that hold it. Knows nothing of frames or vars.

import { callRare } from "./lazy.js";
import { str } from "./text.js";
import { Float, PyObj, PyTuple, int, isFloat, isScalar } from "./values.js";

/** @typedef {import("./values.js").Value} Value */
/** @typedef {any} Wire parsed JSON */

/** @type {WeakMap<object, Value>} */
const decoded = new WeakMap();

/** @param {object} container a wire container that is about to change */
export const forget = (container) => decoded.delete(container);

/** @param {Record<string, Wire>} entries @returns {Map<string, Value>} */
const toMap = (entries) => new Map(Object.entries(entries).map(([k, v]) => [k, decode(v)]));

/** @param {Wire} wire a container */
function build(wire) {
  if (Array.isArray(wire)) return wire.map(decode);
  const [tag] = Object.keys(wire);
  const data = wire[tag];
  return tag?.[0] !== "$" ? toMap(wire)
    : tag === "$float" ? new Float(+data.replace("inf", "Infinity"))
    : tag === "$obj" ? new PyObj(toMap(data))
    : tag === "$tuple" ? PyTuple.from(data, decode)
    : callRare("decode", tag, data);
}

/**
 * @param {Wire} wire
 * @returns {Value}
 */
export function decode(wire) {
  if (isScalar(wire)) return wire;
  let value = decoded.get(wire);
  if (value === undefined) decoded.set(wire, (value = build(wire)));
  return value;
}

/**
 * @param {Value} x
 * @returns {Wire} made of fresh containers
 */
export function encode(x) {
  if (isScalar(x)) return typeof x === "number" && !isFloat(x) ? int(x) : x;
  if (x instanceof Float) return { $float: str(x) };
  if (Array.isArray(x) && !(x instanceof PyTuple)) return x.map(encode);
  return callRare("encode", x);
}
