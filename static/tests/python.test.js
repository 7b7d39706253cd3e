// Operations mean in the browser what they mean in Python: the table of Python's own results.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { core } from "../runtime/core.js";
import { compile } from "../runtime/expr.js";
import { preload, setSource, whenLoaded } from "../runtime/lazy.js";
import { rareOperations } from "../runtime/rare.js";
import { PyError } from "../runtime/values.js";
import { encode } from "../runtime/wire.js";
import { CASES } from "./python-cases.js";

before(async () => {
  setSource(async () => rareOperations(core));
  preload();
  await new Promise((resolve) => { whenLoaded(() => resolve(undefined)); });
});

/** @param {any} tree */
const evaluate = (tree) => encode(compile(tree, []).value({}));

/** @param {any} result */
const claim = (result) => (result?.raises ? `raises ${result.raises}` : `is ${JSON.stringify(result)}`);

for (const [group, cases] of Object.entries(CASES)) {
  for (const [source, tree, expected] of cases) {
    test(`${group}: ${source} ${claim(expected)}`, () => {
      if (expected?.raises) assert.throws(() => evaluate(tree), PyError);
      else assert.deepEqual(evaluate(tree), expected);
    });
  }
}
