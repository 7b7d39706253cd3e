// Python's str() of the values that pages show most.
//
// Containers, very large and very small floats, dates and the like are printed by the chunk
// of rare operations.

import { callRare } from "./lazy.js";
import { Float, int } from "./values.js";

/** @typedef {import("./values.js").Value} Value */

/**
 * @param {Value} x
 * @returns {string}
 */
export function str(x) {
  if (typeof x === "string") return x;
  if (x === null) return "None";
  if (typeof x === "boolean") return x ? "True" : "False";
  if (Number.isInteger(x)) return `${int(x)}`;
  const v = x instanceof Float ? x.v : x;
  // Between these bounds JavaScript writes the digits that Python writes.
  if (typeof v === "number" && Math.abs(v) >= 1e-4 && Math.abs(v) < 1e16) return v === x ? `${v}` : `${v}.0`;
  return callRare("str", x);
}

/** The text of a value on the page: str(), and nothing for None. @param {Value} x */
export const display = (x) => (x === null ? "" : str(x));
