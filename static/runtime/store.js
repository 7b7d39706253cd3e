// The vars of the page: a wire document each, changed by patches and read as run-time values.
//
// Knows nothing of who watches. For the blocks that want to follow a list row by row, a cell
// keeps what was done to it since the last flush.

import { Cell } from "./cells.js";
import { parsePointer, patch } from "./patch.js";
import { decode } from "./wire.js";

/** @typedef {import("./patch.js").Op} Op */
/** @typedef {import("./wire.js").Wire} Wire */

/** @typedef {{op: string, tokens: string[]}} Change */

/** One var. Its value is decoded when somebody reads it. */
export class VarCell extends Cell {
  /** @param {Wire} doc */
  constructor(doc) {
    super(null);
    this.doc = doc;
    /** @type {Change[]} changes since the last flush, in order */
    this.changes = [];
    Object.defineProperty(this, "value", { get: () => decode(this.doc) });
  }
}

/** @param {Wire} a @param {Wire} b */
const sameWire = (a, b) => JSON.stringify(a) === JSON.stringify(b);

export class Store {
  /** @param {[string, string, Wire][]} vars state, name and default, in the plan's order */
  constructor(vars) {
    this.cells = vars.map(([, , doc]) => new VarCell(doc));
    /** @type {Map<string, VarCell>} */
    this.byPath = new Map(vars.map(([state, name], i) => [`${state}/${name}`, this.cells[i]]));
  }

  /**
   * Take a whole state. Vars that are as they were stay untouched.
   * @param {Record<string, Record<string, Wire>>} states
   */
  load(states) {
    for (const [state, vars] of Object.entries(states)) {
      for (const [name, doc] of Object.entries(vars)) {
        const cell = this.byPath.get(`${state}/${name}`);
        if (cell && !sameWire(cell.doc, doc)) this.change(cell, [], { op: "replace", path: "", value: doc });
      }
    }
  }

  /**
   * Apply a delta's operations. Vars that the page does not show are passed over.
   * @param {Op[]} ops
   * @throws {import("./patch.js").PatchError}
   */
  apply(ops) {
    for (const op of ops) {
      const [state, name, ...tokens] = parsePointer(op.path);
      const cell = this.byPath.get(`${state}/${name}`);
      if (cell) this.change(cell, tokens, op);
    }
  }

  /** @param {VarCell} cell @param {string[]} tokens @param {Op} op */
  change(cell, tokens, op) {
    cell.doc = patch(cell.doc, tokens, op);
    cell.changes.push({ op: op.op, tokens });
    cell.touch();
  }

  /** Forget what was done, after a flush. */
  settle() {
    for (const cell of this.cells) cell.changes = [];
  }
}
