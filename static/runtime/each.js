// A block that shows a row for each item of a list.
//
// Two ways lead to the right rows. Where the block shows a var itself, the changes made to
// that var are followed one by one: an added row touches one row. Everywhere else the items
// are compared by key, and the longest run of rows that are still in order stays where it is,
// so that focus and scroll survive. Knows nothing of frames.

import { Cell, Job, Scope } from "./cells.js";
import { removeRange, rowStarts } from "./markers.js";
import { iterate } from "./ops.js";
import { inOrder } from "./order.js";
import { position } from "./patch.js";
import { isNumber, num } from "./values.js";
import { decode, encode } from "./wire.js";

/** @typedef {import("./values.js").Value} Value */
/** @typedef {import("./cells.js").Env} Env */

/**
 * From `first` to `last` are its nodes, whatever happens inside; null before it is mounted.
 * @typedef {{item: Cell, index: Cell, env: Env, key: any, scope: Scope | null, first: any, last: any}} Row
 */

/** @param {Row} row @returns {ChildNode[]} */
function nodesOf({ first, last }) {
  const nodes = [];
  for (let node = first; node; node = node === last ? null : node.nextSibling) nodes.push(node);
  return nodes;
}

/** @param {Row} row */
function unmount(row) {
  row.scope?.dispose();
  for (const node of nodesOf(row)) node.remove();
  row.first = null;
}

/**
 * @param {import("./bind.js").Binder} binder
 * @param {import("./bind.js").EachBlock} block
 * @param {Comment} open
 * @param {Comment} close
 * @param {Scope} scope
 * @param {Env} outer
 * @param {boolean} live
 */
export function bindEach(binder, block, open, close, scope, outer, live) {
  const items = binder.compile(block.in);
  const key = block.key === null ? null : binder.compile(block.key);
  /** The var that the block shows as it is. */
  const source = block.in[0] === "v" ? binder.cells[block.in[1]] : null;
  /** @type {Row[]} */
  let rows = [];
  /** Whether the rows are as the last flush should have left them. */
  let isSound = false;

  /** @param {Row} row @returns {string | number | null} */
  function keyOf({ env }) {
    if (!key) return null;
    const value = key.value(env);
    return isNumber(value) ? num(value) : typeof value === "string" ? `=${value}` : JSON.stringify(encode(value));
  }

  /** @param {Value} value undefined for one that comes later @param {number} at */
  function makeRow(value, at) {
    const item = new Cell(value);
    const index = new Cell(at);
    const env = Object.create(outer);
    env[block.item] = item;
    env[block.index] = index;
    /** @type {Row} */
    const row = { item, index, env, key: null, scope: null, first: null, last: null };
    if (value !== undefined) row.key = keyOf(row);
    return row;
  }

  /** @param {Row} row @param {ChildNode} before */
  function mount(row, before) {
    row.scope = new Scope(scope);
    const nodes = binder.render(block.row, row.scope, row.env);
    row.first = nodes.firstChild;
    if (row.first?.data !== "r") nodes.prepend((row.first = new Comment("r")));
    row.last = nodes.lastChild;
    before.before(nodes);
  }

  /** Mount what is not, and put rows in order around those that stay. @param {(i: number) => boolean} stays */
  function place(stays, from = 0) {
    const active = /** @type {HTMLElement | null} */ (document.activeElement);
    let before = close;
    for (let i = rows.length - 1; i >= from; i--) {
      const row = rows[i];
      if (!row.first) mount(row, before);
      else if (!stays(i)) before.before(...nodesOf(row));
      before = row.first;
    }
    if (active?.isConnected && active !== document.activeElement) active.focus({ preventScroll: true });
  }

  /** Take over the rows that the server rendered. @param {Value[]} values */
  function adopt(values) {
    const starts = rowStarts(open, close);
    if (starts.length !== values.length) return reconcile(values);
    rows = values.map((value, i) => {
      const row = makeRow(value, i);
      const end = starts[i + 1] ?? close;
      row.first = starts[i];
      row.last = end.previousSibling;
      row.scope = new Scope(scope);
      binder.walk(row.first, end, row.scope, row.env, true);
      return row;
    });
  }

  /** Do to the rows what was done to the var. @param {any[]} doc @param {import("./store.js").Change[]} changes */
  function follow(doc, changes) {
    /** @type {Set<Row>} */
    const changed = new Set();
    let from = rows.length;
    for (const { op, tokens: [token, ...deeper] } of changes) {
      const at = token === "-" ? rows.length : position(token, rows.length + 1);
      if (deeper.length || (op !== "add" && op !== "remove")) {
        changed.add(rows[at]);
        continue;
      }
      from = Math.min(from, at);
      if (op === "add") rows.splice(at, 0, makeRow(undefined, at));
      else rows.splice(at, 1).forEach(unmount);
    }
    for (let i = from; i < rows.length; i++) {
      const row = rows[i];
      row.index.set(i);
      if (!row.first) {
        row.item.value = decode(doc[i]);
        row.key = keyOf(row);
      }
    }
    for (const row of changed) {
      if (!row.first) continue;
      row.item.set(decode(doc[row.index.value]));
      if (keyOf(row) !== row.key) return reconcile(iterate(source?.value)); // another row, perhaps from elsewhere
    }
    place(() => true, from);
  }

  /** Rows by key; two with one key stay two. @param {Row[]} list @returns {Map<string | number, Row>} */
  function byKey(list) {
    const map = new Map();
    list.forEach((row, i) => {
      let unique = key ? row.key : i;
      while (map.has(unique)) unique += "'";
      map.set(unique, row);
    });
    return map;
  }

  /** Compare by key. @param {Value[]} values */
  function reconcile(values) {
    if (!rows.length) removeRange(open.nextSibling, close);
    const fresh = byKey(values.map(makeRow));
    const old = byKey(rows);
    /** @type {number[]} where each row was; -1 for a new one */
    const was = [];
    rows = Array.from(fresh, ([unique, next], i) => {
      const row = old.get(unique) ?? next;
      old.delete(unique);
      was.push(row.first ? row.index.value : -1);
      row.item.set(values[i]);
      row.index.set(i);
      return row;
    });
    old.forEach(unmount);
    const staying = inOrder(was);
    place((i) => staying.has(i));
  }

  /** @param {Value} value */
  function show(value) {
    const wasSound = isSound;
    isSound = false;
    if (wasSound && source && Array.isArray(source.doc) && source.changes.every(({ tokens }) => tokens.length)) {
      follow(source.doc, source.changes);
    } else (live ? adopt : reconcile)(iterate(source ? source.value : value));
    isSound = true;
    const select = close.parentElement?.closest("select");
    if (select) binder.inputs.refresh(select);
  }

  // A var that is followed is not read as a whole: that would cost its length each time.
  new Job(scope, outer, source ? { ...items, value: () => null } : items, show).run();
  live = false;
}
