// How long to wait before the next try.
//
// Knows nothing of what is tried. Half of the wait is random, so that the pages of a server
// that comes back do not all come at once.

const FIRST_MS = 250;
const MAX_MS = 8000;

/** @param {number} failures in a row, from 1 */
export const backoff = (failures) => Math.min(MAX_MS, FIRST_MS * 2 ** (failures - 1)) * (0.5 + Math.random() / 2);
