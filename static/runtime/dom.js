// How a value is shown: text, attribute, property, style, class.
//
// Knows nodes and run-time values, nothing of expressions. Each function returns the setter
// of one place. A setter writes only what differs, so that a page that is already right is
// left alone, with its selection.

import { truthy } from "./compare.js";
import { display } from "./text.js";
import { isSafe, isSafeStyle } from "./urls.js";
import { isNumber, num } from "./values.js";

/** @typedef {import("./values.js").Value} Value */
/** @typedef {(value: Value) => void} Show */

/** @param {Text} node @param {string} text */
function setData(node, text) {
  if (node.data !== text) node.data = text;
}

/** The text of an element that has nothing else in it. @param {Element} el @returns {Show} */
export const showText = (el) => (value) => {
  const only = el.firstChild;
  if (only?.nodeType === 3 && !only.nextSibling) setData(/** @type {Text} */ (only), display(value));
  else el.textContent = display(value);
};

/** The text after a marker comment. @param {Comment} mark @returns {Show} */
export const showTextAfter = (mark) => (value) => {
  const next = mark.nextSibling;
  if (next?.nodeType === 3) setData(/** @type {Text} */ (next), display(value));
  else mark.after(display(value));
};

/** None and False remove it, True is an empty one. @param {Element} el @param {string} name @returns {Show} */
export const showAttribute = (el, name) => (value) => {
  const text = value === true ? "" : display(value);
  if (value === null || value === false || !isSafe(name, text)) el.removeAttribute(name);
  else if (el.getAttribute(name) !== text) el.setAttribute(name, text);
};

/** @param {Element} el @param {string} name @returns {Show} */
export const showStyle = (el, name) => (value) => {
  const { style } = /** @type {HTMLElement} */ (el);
  if (value === null || value === false || !isSafeStyle(display(value))) style.removeProperty(name);
  else style.setProperty(name, display(value));
};

/** Classes beside the static ones. @param {Element} el @param {boolean} live whether it shows them already @returns {Show} */
export function showClass(el, live) {
  /** @type {string[]} */
  let shown = [];
  return (value) => {
    const next = display(value).split(/\s+/).filter(Boolean);
    if (!live) {
      el.classList.remove(...shown.filter((name) => !next.includes(name)));
      el.classList.add(...next);
    }
    live = false;
    shown = next;
  };
}

/** A value as scripts know it, for properties of custom elements. @param {Value} x @returns {any} */
const native = (x) => typeof x !== "boolean" && isNumber(x) ? num(x) : Array.isArray(x) ? x.map(native)
  : x instanceof Map ? Object.fromEntries([...x].map(([k, v]) => [k, native(v)])) : x;

/** What a property becomes: a boolean, a number or a text, as it is now. @param {any} el @param {string} name @param {Value} value */
export function asProperty(el, name, value) {
  const type = typeof el[name];
  return type === "boolean" ? truthy(value) : type === "string" || value === null ? display(value) : native(value);
}

/** @param {any} el @param {string} name @returns {Show} */
export const showProperty = (el, name) => (value) => {
  if (value === null && typeof el[name] === "number") el.removeAttribute(name); // an indeterminate progress
  else {
    const next = asProperty(el, name, value);
    if (el[name] !== next && !/html|srcdoc/i.test(name) && isSafe(name, String(next))) el[name] = next;
  }
};
