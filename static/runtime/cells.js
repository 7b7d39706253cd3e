// What changes, who watches it, and the order in which watchers run again.
//
// Knows nothing of the DOM or of frames. A Cell holds a value (a var's, a row's item). A Job
// is one expression bound to one place of the page. Jobs run in the order of their making, so
// a block runs before what is inside it and never finds a row that is about to go.

import { whenLoaded } from "./lazy.js";
import { PENDING } from "./values.js";

/** @typedef {import("./values.js").Value} Value */
/** @typedef {import("./expr.js").Compiled} Compiled */
/** @typedef {Record<number, Cell>} Env cells of the loop variables in scope, by local id */

export class Cell {
  /** @param {Value} value */
  constructor(value) {
    this.value = value;
    /** @type {Set<Job> | undefined} made when somebody watches: a row's index seldom is */
    this.jobs = undefined;
  }

  /** Let every watcher run in the next flush. */
  touch() {
    this.jobs?.forEach((job) => due.add(job));
  }

  /** @param {Value} value */
  set(value) {
    if (value === this.value) return;
    this.value = value;
    this.touch();
  }
}

/** What is made together and goes together: the page, a branch, a row. */
export class Scope {
  /** @param {Scope | null} parent */
  constructor(parent) {
    this.parent = parent;
    /** @type {Job[]} */
    this.jobs = [];
    /** @type {Set<Scope> | undefined} */
    this.inner = undefined;
    if (parent) (parent.inner ??= new Set()).add(this);
  }

  /** Stop all jobs in it. */
  dispose() {
    this.parent?.inner?.delete(this);
    this.inner?.forEach((scope) => scope.dispose());
    for (const job of this.jobs) job.dispose();
  }
}

let made = 0;
/** @type {Set<Job>} */
const due = new Set();

/** Whether the page is being changed by the runtime: the DOM events this causes are no user's. */
export let flushing = false;

export class Job {
  /**
   * @param {Scope} scope
   * @param {Env} env
   * @param {Compiled} expr
   * @param {(value: Value) => void} show
   */
  constructor(scope, env, expr, show) {
    this.order = made++;
    this.env = env;
    this.expr = expr;
    this.show = show;
    this.complained = false;
    this.disposed = false;
    for (const cell of expr.vars) (cell.jobs ??= new Set()).add(this);
    for (const id of expr.locals) (env[id].jobs ??= new Set()).add(this);
    scope.jobs.push(this);
  }

  /** Evaluate and show. One that fails leaves on show what there is. */
  run() {
    try {
      this.show(this.expr.value(this.env));
    } catch (error) {
      if (error === PENDING) return whenLoaded(() => this.again());
      if (!this.complained) console.debug(error);
      this.complained = true;
    }
  }

  again() {
    if (!this.disposed) due.add(this);
    if (!flushing) flush();
  }

  dispose() {
    for (const cell of this.expr.vars) cell.jobs?.delete(this);
    for (const id of this.expr.locals) this.env[id].jobs?.delete(this);
    this.disposed = true;
    due.delete(this);
  }
}

/** Run every job that is due, in order, until none is. */
export function flush() {
  flushing = true;
  while (due.size) {
    for (const job of [...due].sort((a, b) => a.order - b.order)) if (due.delete(job)) job.run();
  }
  flushing = false;
}
