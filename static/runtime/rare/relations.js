// Truth, equality, order and membership of containers and tagged values.
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
export function relations({ PyObj, PyTuple, eq, order, raise }, tagged) {
  /** In a container a value is found by identity first: nan equals nothing. @param {Value} a @param {Value} b */
  const same = (a, b) => a === b || eq(a, b);

  /** What may be looked up in a dict or set; raises otherwise. @template T @param {T} x @returns {T} */
  function hashable(x) {
    if (x instanceof PyTuple) for (const item of x) hashable(item);
    else if (Array.isArray(x) || x instanceof Map || x instanceof PySet || x instanceof PyObj) raise("TypeError: unhashable");
    return x;
  }

  /** @param {Map<Value, Value>} map @param {Value} key @returns {Value | undefined} */
  function search(map, key) {
    for (const [k, v] of map) if (same(k, key)) return v;
    return undefined;
  }

  /** @param {Map<Value, Value>} a @param {Map<Value, Value>} b */
  const sameEntries = (a, b) => a.size === b.size && [...a].every(([k, v]) => {
    const other = b.get(k) ?? search(b, k);
    return other !== undefined && same(v, other);
  });

  /** @param {PySet} a @param {PySet} b */
  const isSubset = (a, b) => a.items.every((item) => b.items.some((other) => same(item, other)));

  /** @param {PySet} a @param {PySet} b */
  function orderSets(a, b) {
    const [below, above] = [isSubset(a, b), isSubset(b, a)];
    return below ? (above ? 0 : -1) : above ? 1 : NaN;
  }

  return {
    /** What the native lookup has not found. @param {Map<Value, Value>} map @param {Value} key */
    find: (map, key) => search(map, hashable(key)),

    /** @param {Value} x @returns {boolean} */
    truthy(x) {
      if (x instanceof PySet) return x.items.length > 0;
      return x instanceof Tagged ? tagged.taggedTruth(x) : true;
    },

    /** @param {Value} a @param {Value} b @returns {boolean} */
    eq(a, b) {
      if (a instanceof Tagged || b instanceof Tagged) return tagged.compareTagged(a, b, true) === 0;
      if (a === b) return true;
      if (!a || !b || a.constructor !== b.constructor) return false;
      if (Array.isArray(a)) return a.length === b.length && a.every((x, i) => same(x, b[i]));
      if (a instanceof Map) return sameEntries(a, b);
      if (a instanceof PySet) return a.items.length === b.items.length && isSubset(a, b);
      return a instanceof PyObj && sameEntries(a.fields, b.fields);
    },

    /** @param {Value} a @param {Value} b @returns {number} */
    order(a, b) {
      if (typeof a === "string" && typeof b === "string") return orderText(a, b);
      const relation = a instanceof Tagged || b instanceof Tagged ? tagged.compareTagged(a, b, false) : undefined;
      if (relation !== undefined) return relation;
      if (a instanceof PySet && b instanceof PySet) return orderSets(a, b);
      if (Array.isArray(a) && Array.isArray(b) && a.constructor === b.constructor) {
        const i = a.findIndex((x, at) => at >= b.length || !same(x, b[at]));
        return i < 0 || i >= b.length ? a.length - b.length : order(a[i], b[i]);
      }
      return raise("TypeError: these do not compare");
    },

    /** Of what is no list or dict. @param {Value} x @param {Value} item */
    contains(x, item) {
      if (!(x instanceof PySet)) raise("TypeError: in");
      if (!(item instanceof PySet)) hashable(item); // a set is looked for as the frozenset that it equals
      return x.items.some((/** @type {Value} */ other) => same(other, item));
    },

    /** @param {Value[]} flat k1, v1, k2, v2, ... */
    dict(...flat) {
      const map = new Map();
      for (let i = 0; i < flat.length; i += 2) {
        const key = hashable(flat[i]);
        const known = [...map.keys()].filter((k) => same(k, key));
        map.set(known.length ? known[0] : key, flat[i + 1]);
      }
      return map;
    },
  };
}
