// Expressions: from the JSON tree of the plan to closures, with the cells that they read.
//
// Knows nothing of where a value is shown. What is read is collected once, while compiling,
// so an evaluation does no bookkeeping.

import { truthy } from "./compare.js";
import { callRare, preload } from "./lazy.js";
import { OPS } from "./ops.js";
import { decode } from "./wire.js";

/** @typedef {import("./values.js").Value} Value */
/** @typedef {import("./cells.js").Cell} Cell */
/** @typedef {import("./cells.js").Env} Env */
/** @typedef {(env: Env, event?: Value[]) => Value} Evaluate */
/** @typedef {{value: Evaluate, vars: Set<Cell>, locals: Set<number>}} Compiled */

/** @type {Record<string, (...args: Evaluate[]) => Evaluate>} evaluated as Python's keywords are */
const LAZY = {
  // @ts-expect-error -- a name such as "constructor" is no operation
  __proto__: null,
  and: (a, b) => (env, event) => {
    const first = a(env, event);
    return truthy(first) ? b(env, event) : first;
  },
  or: (a, b) => (env, event) => {
    const first = a(env, event);
    return truthy(first) ? first : b(env, event);
  },
  cond: (test, a, b) => (env, event) => (truthy(test(env, event)) ? a : b)(env, event),
};

/** @param {string} name @returns {(...args: Value[]) => Value} */
function operation(name) {
  if (OPS[name]) return OPS[name];
  preload();
  return callRare.bind(null, name);
}

/** @param {string} name @param {Evaluate[]} args @returns {Evaluate} */
function apply(name, args) {
  if (LAZY[name]) return LAZY[name](...args);
  const f = operation(name);
  const [a, b] = args;
  if (args.length === 1) return (env, event) => f(a(env, event));
  if (args.length === 2) return (env, event) => f(a(env, event), b(env, event));
  return (env, event) => f(...args.map((arg) => arg(env, event)));
}

/**
 * @param {any} tree
 * @param {Cell[]} cells the vars of the plan
 * @returns {Compiled}
 */
export function compile(tree, cells) {
  const vars = new Set();
  const locals = new Set();

  /** @param {any} node @returns {Evaluate} */
  function build(node) {
    if (!Array.isArray(node)) return () => node;
    const [op, arg] = node;
    if (op === "c") return () => decode(arg); // not now: what has a rare tag may have to wait
    if (op === "v") {
      vars.add(cells[arg]);
      return () => cells[arg].value;
    }
    if (op === "l") {
      locals.add(arg);
      return (env) => env[arg].value;
    }
    if (op === "e") return (_env, event) => event?.[arg] ?? null;
    return apply(op, node.slice(1).map(build));
  }

  return { value: build(tree), vars, locals };
}
