// Effects and notices: handed to the chunk that performs them, which the first one fetches.
//
// One after another, because browsers settle several imports of one module in any order. Knows
// nothing of frames.

import { recall, remember } from "./memory.js";

/** @type {Promise<void>} */
let done = Promise.resolve();

/** @param {(chunk: typeof import("./perform.js")) => void} use */
function withChunk(use) {
  done = done.then(() => import("./perform.js")).then(use).catch(console.debug);
}

/**
 * Perform what has not been performed before.
 * @param {string} token the ids count in this session
 * @param {import("./perform.js").Effect[]} effects
 * @param {import("./perform.js").Post} post sends events
 */
export function perform(token, effects, post) {
  if (effects.length) withChunk((chunk) => chunk.perform(token, effects, recall, remember, post));
}

/** Tell the user something of the runtime's own. @param {string} kind */
export const notify = (kind) => withChunk((chunk) => chunk.carryOut(kind, {}));
