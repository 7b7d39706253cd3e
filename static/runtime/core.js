// What the chunk of rare operations is handed by the runtime.
//
// Only what it needs: each name here is a few bytes in every page. A plain object, because a
// module namespace would make the bundler split off a helper that every page has to fetch.

import { eq, order } from "./compare.js";
import { iterate } from "./ops.js";
import { str } from "./text.js";
import { Float, PyObj, PyTuple, float, int, isFloat, isInt, isNumber, num, raise } from "./values.js";
import { decode, encode } from "./wire.js";

export const core = {
  Float, PyObj, PyTuple, decode, encode, eq, float, int, isFloat, isInt, isNumber, iterate, num, order, raise, str,
};
