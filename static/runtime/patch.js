// JSON Patch (RFC 6902: add, remove, replace; and `append` for strings) on wire documents.
//
// Knows JSON only. Members are looked up as own properties and written with defineProperty,
// so that a path or a key such as "__proto__" is data like any other.

import { isScalar } from "./values.js";
import { forget } from "./wire.js";

/** @typedef {import("./wire.js").Wire} Wire */
/** @typedef {{op: string, path: string, value?: Wire}} Op */

/** The page has lost step with its session. @returns {never} */
function misfit() {
  throw new Error("a patch does not fit");
}

/** RFC 6901. @param {string} pointer */
export const parsePointer = (pointer) =>
  pointer.split("/").slice(1).map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));

/** The position that a token names in a list, -1 for none. @param {string} token @param {number} end highest position, plus one */
export const position = (token, end) => (/^(0|[1-9]\d*)$/.test(token) && +token < end ? +token : -1);

/** @param {Wire} holder @param {string} token */
const has = (holder, token) =>
  Array.isArray(holder) ? position(token, holder.length) >= 0 : !isScalar(holder) && Object.hasOwn(holder, token);

/**
 * Apply one operation in place.
 * @param {Wire} doc
 * @param {string[]} tokens where in the document
 * @param {Op} op
 * @returns {Wire} the document, another one if the operation replaced it whole
 * @throws {Error} with the document unchanged, if there is no such place
 */
export function patch(doc, tokens, { op, value }) {
  const root = [doc];
  /** @type {Wire} */
  let holder = root;
  let last = "0";
  for (const token of tokens) {
    holder = has(holder, last) ? holder[last] : misfit();
    forget(holder);
    last = token;
  }
  const isList = Array.isArray(holder);
  if (isList && op === "add" && tokens.length) {
    const at = last === "-" ? holder.length : position(last, holder.length + 1);
    holder.splice(at < 0 ? misfit() : at, 0, value);
  } else if (isScalar(holder) || (op !== "add" && !has(holder, last)) || (op === "append" && typeof holder[last] !== "string")) misfit();
  else if (op !== "remove") {
    if (op === "append") value = holder[last] + value;
    Object.defineProperty(holder, last, { value, writable: true, enumerable: true, configurable: true });
  } else if (isList) holder.splice(last, 1);
  else delete holder[last];
  return root[0];
}
