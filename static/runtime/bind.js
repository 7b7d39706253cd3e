// Binding a piece of the page: a linear walk that finds markers and makes their jobs.
//
// Markers are `data-t` on elements, `<!--t3-->` before text, and `<!--[3-->` ... `<!--]-->`
// around blocks. The same walk hydrates what the server rendered (`live`: the page shows the
// values already, so nothing is evaluated that does not have to be) and fills a fresh copy of
// a template. Knows nothing of frames.

import { Job } from "./cells.js";
import { showAttribute, showClass, showProperty, showStyle, showText, showTextAfter } from "./dom.js";
import { bindEach } from "./each.js";
import { compile } from "./expr.js";
import { closing } from "./markers.js";
import { bindSwitch } from "./switch.js";

/** @typedef {import("./cells.js").Env} Env */
/** @typedef {import("./cells.js").Scope} Scope */
/** @typedef {import("./expr.js").Compiled} Compiled */
/** @typedef {import("./dom.js").Show} Show */
/** @typedef {Record<string, any>} Tree a name to an expression */
/** @typedef {{text?: any, attrs?: Tree, props?: Tree, style?: Tree, class?: any, on?: Record<string, any>}} Part */
/** @typedef {{kind: "switch", tests: any[], branches: (number | null)[]}} SwitchBlock */
/** @typedef {{kind: "each", in: any, item: number, index: number, key: any, row: number}} EachBlock */
/** @typedef {{v: number, page: string, vars: [string, string, any][], parts: Part[], blocks: (SwitchBlock | EachBlock)[], gestures?: boolean}} Plan */
/** @typedef {(el: any, live: boolean) => Show} MakeShow */
/** @typedef {(node: Node | null, end: Node | null, scope: Scope, env: Env, live: boolean) => void} Walk */

/**
 * What a block needs of the page.
 * @typedef {object} Binder
 * @property {Walk} walk bind the siblings from a node up to an end, which is left out
 * @property {(template: number, scope: Scope, env: Env) => DocumentFragment} render a bound copy
 * @property {(tree: any) => Compiled} compile
 * @property {import("./store.js").VarCell[]} cells
 * @property {import("./inputs.js").Inputs} inputs
 */

/** Whether the user edits this property in the browser. @param {Element} el @param {string} name */
const isEdited = (el, name) =>
  name === "checked" || (name === "value" && el.matches("textarea,select,input:not([type=checkbox],[type=radio])"));

/**
 * @param {Plan} plan
 * @param {import("./store.js").VarCell[]} cells
 * @param {import("./inputs.js").Inputs} inputs
 * @param {import("./events.js").Events} events
 * @returns {Binder}
 */
export function makeBinder(plan, cells, inputs, events) {
  /** @type {Map<Part, [Compiled, MakeShow][][]>} */
  const compiled = new Map();
  /** @type {Binder} */
  const binder = { walk, render, compile: (tree) => compile(tree, cells), cells, inputs };

  /** @param {Tree | undefined} tree @param {(el: any, name: string) => Show} show */
  const named = (tree = {}, show) => Object.entries(tree).map(([name, expr]) =>
    /** @type {[Compiled, MakeShow]} */ ([binder.compile(expr), (el) => show(el, name)]));

  /** @param {Element} el @param {string} name */
  const showAny = (el, name) => (isEdited(el, name) ? inputs.control(el, name) : showProperty(el, name));

  /**
   * The expressions of a part: those shown before the element's children are there and those
   * after (a select's value means nothing without its options).
   * @param {Part} part
   */
  function expressions(part) {
    let groups = compiled.get(part);
    if (!groups) {
      groups = [[...named(part.attrs, showAttribute), ...named(part.style, showStyle)], named(part.props, showAny)];
      if ("text" in part) groups[0].push([binder.compile(part.text), showText]);
      if ("class" in part) groups[0].push([binder.compile(part.class), showClass]);
      compiled.set(part, groups);
    }
    return groups;
  }

  /** @type {(node: any, scope: Scope, env: Env, live: boolean) => void} */
  function bindElement(el, scope, env, live) {
    const part = plan.parts[el.getAttribute("data-t") ?? -1];
    const [first, last] = part ? expressions(part) : [[], []];
    for (const [expr, show] of first) {
      const job = new Job(scope, env, expr, show(el, live));
      if (!live || show === showClass) job.run();
    }
    walk(el.firstChild, null, scope, env, live);
    for (const [expr, show] of last) new Job(scope, env, expr, show(el, live)).run();
    if (part?.on) events.listen(el, part.on, env);
  }

  /** @type {(mark: any, scope: Scope, env: Env, live: boolean) => Node} the last node that was bound */
  function bindComment(mark, scope, env, live) {
    const [, kind, index] = /^(t|\[)(\d+)$/.exec(mark.data) ?? [];
    if (!kind) return mark;
    if (kind === "t") {
      const job = new Job(scope, env, expressions(plan.parts[+index])[0][0][0], showTextAfter(mark));
      if (!live) job.run();
      return mark;
    }
    const close = closing(mark);
    const block = plan.blocks[+index];
    if (block.kind === "each") bindEach(binder, block, mark, close, scope, env, live);
    else bindSwitch(binder, block, mark, close, scope, env, live);
    return close;
  }

  /** @type {Walk} */
  function walk(node, end, scope, env, live) {
    for (; node && node !== end; node = node.nextSibling) {
      if (node.nodeType === 1) bindElement(node, scope, env, live);
      else if (node.nodeType === 8) node = bindComment(node, scope, env, live);
    }
  }

  /** @type {Binder["render"]} */
  function render(template, scope, env) {
    const { content } = /** @type {HTMLTemplateElement} */ (document.getElementById(`t${template}`));
    const copy = document.importNode(content, true);
    walk(copy.firstChild, null, scope, env, false);
    return copy;
  }

  return binder;
}
