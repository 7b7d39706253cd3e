// The chunk of rare operations: when it is fetched, and who waits for it.
//
// Knows nothing of what the operations do. The chunk imports nothing from the rest of the
// runtime (it is handed what it needs), so that the bundler has no shared part to split off
// into a further request.

import { PENDING } from "./values.js";

/** @typedef {Record<string, (...args: any[]) => any>} Operations */

const RETRY_MS = 2000;

/** @type {Operations | null} */
let rare = null;
/** @type {Promise<void> | null} */
let loading = null;
/** @type {() => Promise<Operations>} */
let source = () => Promise.reject(new Error("no source"));
/** @type {Set<() => void>} */
const waiting = new Set();

/** @param {() => Promise<Operations>} fetchChunk how to get the table of rare operations */
export function setSource(fetchChunk) {
  source = fetchChunk;
}

/** Fetch the chunk, once; a failed fetch is repeated for as long as somebody waits. */
export function preload() {
  loading ??= source().then(
    (table) => {
      rare = table;
      for (const wake of waiting) wake();
      waiting.clear();
    },
    () => {
      loading = null;
      if (waiting.size) setTimeout(preload, RETRY_MS);
    },
  );
}

/**
 * Call a rare operation.
 * @param {string} name
 * @param {any[]} args
 * @returns {any}
 * @throws PENDING while the chunk is on its way
 */
export function callRare(name, ...args) {
  if (rare) return rare[name](...args);
  preload();
  throw PENDING;
}

/** Run `wake` once the chunk is there. @param {() => void} wake */
export function whenLoaded(wake) {
  if (rare) wake();
  else waiting.add(wake);
}
