// Truth, equality and order of containers and tagged values.
//
// The runtime's own compares numbers and plain text. Knows nothing of text forms.

import { PySet, Tagged } from "./kinds.js";

/** @typedef {import("./kinds.js").Value} Value */

/** UTF-16 code units reordered so that they sort as code points do. @param {number} unit */
const rank = (unit) => (unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit);

/** @param {string} a @param {string} b */
function orderText(a, b) {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  return i < a.length && i < b.length ? rank(a.charCodeAt(i)) - rank(b.charCodeAt(i)) : a.length - b.length;
}

/** @param {import("./kinds.js").Core} core @param {import("./kinds.js").Operations} tagged @returns {import("./kinds.js").Operations} */
export function relations({ PyObj, eq, find, order, raise }, tagged) {
  const absent = Symbol("absent");

  /** @param {Map<Value, Value>} a @param {Map<Value, Value>} b */
  const sameEntries = (a, b) => a.size === b.size && [...a].every(([k, v]) => {
    const other = [...b.keys()].some((key) => eq(key, k)) ? find(b, k) : absent;
    return other !== absent && eq(v, other);
  });

  /** @param {PySet} a @param {PySet} b */
  const isSubset = (a, b) => a.items.every((item) => b.items.some((other) => eq(item, other)));

  /** @param {PySet} a @param {PySet} b */
  function orderSets(a, b) {
    const [below, above] = [isSubset(a, b), isSubset(b, a)];
    return below ? (above ? 0 : -1) : above ? 1 : NaN;
  }

  return {
    /** @param {Value} x @returns {boolean} */
    truthy(x) {
      if (x instanceof PySet) return x.items.length > 0;
      return x instanceof Tagged ? tagged.taggedTruth(x) : true;
    },

    /** @param {Value} a @param {Value} b @returns {boolean} */
    eq(a, b) {
      if (a instanceof Tagged || b instanceof Tagged) return tagged.compareTagged(a, b) === 0;
      if (!a || !b || a.constructor !== b.constructor) return false;
      if (Array.isArray(a)) return a.length === b.length && a.every((x, i) => eq(x, b[i]));
      if (a instanceof Map) return sameEntries(a, b);
      if (a instanceof PySet) return a.items.length === b.items.length && isSubset(a, b);
      return a instanceof PyObj && sameEntries(a.fields, b.fields);
    },

    /** @param {Value} a @param {Value} b @returns {number} */
    order(a, b) {
      if (typeof a === "string" && typeof b === "string") return orderText(a, b);
      const relation = a instanceof Tagged || b instanceof Tagged ? tagged.compareTagged(a, b) : undefined;
      if (relation !== undefined) return relation;
      if (a instanceof PySet && b instanceof PySet) return orderSets(a, b);
      if (Array.isArray(a) && Array.isArray(b) && a.constructor === b.constructor) {
        const i = a.findIndex((x, at) => at >= b.length || !eq(x, b[at]));
        return i < 0 || i >= b.length ? a.length - b.length : order(a[i], b[i]);
      }
      return raise("TypeError: these do not compare");
    },
  };
}
