// The comments that fence the moving parts of a page.
//
// `<!--[3-->` ... `<!--]-->` around a block, `<!--r-->` before each row, `<!--t3-->` before a
// text. Knows nodes only.

/** What a comment says; "" for other nodes. @param {Node} node */
const said = (node) => (node.nodeType === 8 ? /** @type {Comment} */ (node).data : "");

/** The end of the block that a comment opens. @param {Node} open @returns {Comment} */
export function closing(open) {
  let depth = 0;
  for (let node = open.nextSibling; node; node = node.nextSibling) {
    const data = said(node);
    if (data[0] === "[") depth++;
    else if (data === "]" && !depth--) return /** @type {Comment} */ (node);
  }
  throw new Error("a block has no end");
}

/** The starts of the rows of a block, those of inner blocks left out. @param {Node} open @param {Node} close */
export function rowStarts(open, close) {
  /** @type {ChildNode[]} */
  const starts = [];
  for (let node = open.nextSibling; node && node !== close; node = node.nextSibling) {
    const data = said(node);
    if (data === "r") starts.push(node);
    else if (data[0] === "[") node = closing(node);
  }
  return starts;
}

/** Remove the siblings from `node` up to `end`, which is left out. @param {Node | null} node @param {Node | null} end */
export function removeRange(node, end) {
  while (node && node !== end) {
    const next = node.nextSibling;
    /** @type {ChildNode} */ (node).remove();
    node = next;
  }
}
