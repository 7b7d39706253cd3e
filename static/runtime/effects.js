// Effects: one-off orders of the server, each performed at most once.
//
// The highest id performed is stored before it is performed, so a reload in the middle of a
// redirect does not redirect again. How each is performed is in a chunk that the first effect
// fetches. Knows nothing of frames.

import { recall, remember } from "./memory.js";

/** @typedef {{id: number, kind: string, args: any}} Effect */

const MEMORY = "ts-effects";

/** One after another, in the order of the frames. @type {Promise<any>} */
let done = Promise.resolve();

/**
 * Perform without asking whether it was done before.
 * @param {string} kind an effect's kind, or a notice of the runtime's own
 * @param {any} [args]
 */
export function carryOut(kind, args, isDue = () => true) {
  done = done
    .then(() => import("./perform.js"))
    .then(({ perform: run }) => isDue() && run(kind, args))
    .catch(console.debug);
}

/**
 * @param {string} token the ids count in this session
 * @param {Effect[]} effects
 */
export function perform(token, effects) {
  for (const { id, kind, args } of effects) {
    carryOut(kind, args, () => {
      const [owner, highest] = recall(MEMORY).split(" ");
      if (owner === token && id <= +highest) return false;
      remember(MEMORY, `${token} ${id}`);
      return true;
    });
  }
}
