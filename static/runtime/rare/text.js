// Python's repr() of everything, and str() of what the runtime's own does not print.
//
// Knows nothing of format specs.

import { PySet, Tagged } from "./kinds.js";

/** @typedef {import("./kinds.js").Value} Value */

const ESCAPES = new Map([["\n", "\\n"], ["\r", "\\r"], ["\t", "\\t"], ["\\", "\\\\"]]);

/** @param {string} c a character that is not printable */
function escapeChar(c) {
  const code = /** @type {number} */ (c.codePointAt(0));
  const [letter, width] = code < 0x100 ? ["x", 2] : code < 0x10000 ? ["u", 4] : ["U", 8];
  return `\\${letter}${code.toString(16).padStart(width, "0")}`;
}

/** @param {string} s */
function quote(s) {
  const mark = s.includes("'") && !s.includes('"') ? '"' : "'";
  const body = s.replace(/[\\\p{C}\p{Z}]|'/gu, (c) => {
    if (c === "'") return mark === c ? "\\'" : c;
    return c === " " ? c : (ESCAPES.get(c) ?? escapeChar(c));
  });
  return mark + body + mark;
}

/**
 * A float as Python prints it: the shortest digits that read back the same (JavaScript finds
 * the same digits), with an exponent from 1e+16 up and below 1e-04.
 * @param {number} v
 */
export function floatRepr(v) {
  if (Number.isNaN(v)) return "nan";
  if (!Number.isFinite(v)) return v < 0 ? "-inf" : "inf";
  const [digits, exponent] = v.toExponential().split("e");
  if (v && (+exponent < -4 || +exponent >= 16)) return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, "0")}`;
  const plain = Object.is(v, -0) ? "-0" : String(v);
  return plain.includes(".") ? plain : `${plain}.0`;
}

/** @param {import("./kinds.js").Core} core @param {import("./kinds.js").Operations} tagged @returns {import("./kinds.js").Operations} */
export function text({ PyTuple, isNumber, num, raise, str }, tagged) {
  /** @param {Value} x @param {boolean} [isMember] of a set, or a key @returns {string} */
  const repr = (x, isMember = false) =>
    typeof x === "string" ? quote(x)
    : x instanceof Tagged ? tagged.taggedRepr(x)
    : typeof x === "object" && x && !isNumber(x) ? containerText(x, isMember)
    : str(x);

  /** @param {Iterable<Value>} items @param {boolean} isMember */
  const reprs = (items, isMember) => Array.from(items, (item) => repr(item, isMember)).join(", ");

  /** @param {Value} x @param {boolean} isMember where a set has to be a frozenset */
  function containerText(x, isMember) {
    if (x instanceof PyTuple) return `(${reprs(x, isMember)}${x.length === 1 ? "," : ""})`;
    if (Array.isArray(x)) return `[${reprs(x, isMember)}]`;
    if (x instanceof Map) return `{${Array.from(x, ([k, v]) => `${repr(k, true)}: ${repr(v)}`).join(", ")}}`;
    if (!(x instanceof PySet)) return raise("TypeError: the text of an object");
    const body = x.items.length ? `{${reprs(x.items, true)}}` : "";
    return isMember ? `frozenset(${body})` : body || "set()";
  }

  return {
    repr: (x) => repr(x),

    /** @param {Value} x what the runtime's own str() does not print */
    str: (x) =>
      isNumber(x) ? floatRepr(num(x))
      : x instanceof Tagged ? tagged.taggedText(x)
      : containerText(x, false),
  };
}
