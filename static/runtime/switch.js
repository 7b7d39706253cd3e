// A block that shows one of several branches.
//
// Knows its two comments and which branch is between them.

import { Job, Scope } from "./cells.js";
import { truthy } from "./compare.js";
import { removeRange } from "./markers.js";
import { PENDING } from "./values.js";

/** @typedef {import("./cells.js").Env} Env */

/** Whether a test holds; one that fails does not, as in the first paint. @param {() => any} test */
function isTrue(test) {
  try {
    return truthy(test());
  } catch (error) {
    if (error === PENDING) throw error;
    return false;
  }
}

/**
 * @param {import("./bind.js").Binder} binder
 * @param {import("./bind.js").SwitchBlock} block
 * @param {Comment} open
 * @param {Comment} close
 * @param {Scope} scope
 * @param {Env} env
 * @param {boolean} live
 */
export function bindSwitch(binder, { tests, branches }, open, close, scope, env, live) {
  let shown = -1;
  let inner = new Scope(scope);
  const compiled = tests.map(binder.compile);
  const choice = {
    vars: new Set(compiled.flatMap(({ vars }) => [...vars])),
    locals: new Set(compiled.flatMap(({ locals }) => [...locals])),
    /** @param {Env} at */
    value(at) {
      const i = compiled.findIndex(({ value }) => isTrue(() => value(at)));
      return i < 0 ? tests.length : i;
    },
  };
  const job = new Job(scope, env, choice, (i) => {
    if (i === shown) return;
    shown = i;
    if (live) return; // the server chose as we do, from the same defaults
    inner.dispose();
    inner = new Scope(scope);
    removeRange(open.nextSibling, close);
    const template = branches[i];
    if (template !== null) close.before(binder.render(template, inner, env));
  });
  job.run();
  if (live) binder.walk(open.nextSibling, close, inner, env, true);
  live = false;
}
