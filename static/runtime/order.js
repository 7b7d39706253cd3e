// The longest increasing subsequence: which rows may stay where they are.
//
// Knows numbers only.

/**
 * @param {number[]} was where each row was; negative numbers are left out
 * @returns {Set<number>} positions in it
 */
export function inOrder(was) {
  /** @type {number[]} for each length, the position of the smallest end */
  const ends = [];
  /** @type {number[]} */
  const before = [];
  was.forEach((value, i) => {
    if (value < 0) return;
    let low = 0;
    for (let high = ends.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (was[ends[middle]] < value) low = middle + 1;
      else high = middle;
    }
    before[i] = ends[low - 1];
    ends[low] = i;
  });
  const staying = new Set();
  for (let i = ends[ends.length - 1]; i !== undefined; i = before[i]) staying.add(i);
  return staying;
}
