// JSON Patch on wire documents: RFC 6902, RFC 6901, and `append`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { parsePointer, patch } from "../runtime/patch.js";
import { Store } from "../runtime/store.js";

/** @param {any} doc @param {string} op @param {string} path @param {any} [value] */
const run = (doc, op, path, value) => patch(structuredClone(doc), parsePointer(path), { op, path, value });

/** @type {[string, any, [string, string, any?], any][]} */
const CASES = [
  ["replace puts a member's value", { a: 1 }, ["replace", "/a", 2], { a: 2 }],
  ["replace of the whole gives the value", { a: 1 }, ["replace", "", [1]], [1]],
  ["add of the whole gives the value", [1], ["add", "", [2]], [2]],
  ["add makes a member", { a: 1 }, ["add", "/b", 2], { a: 1, b: 2 }],
  ["add to a member that is there replaces it", { a: 1 }, ["add", "/a", 2], { a: 2 }],
  ["remove takes a member", { a: 1, b: 2 }, ["remove", "/a"], { b: 2 }],
  ["add inserts into a list", [1, 3], ["add", "/1", 2], [1, 2, 3]],
  ["add at the length appends", [1], ["add", "/1", 2], [1, 2]],
  ["add at - appends", [1], ["add", "/-", 2], [1, 2]],
  ["replace puts an element", [1, 2], ["replace", "/0", 5], [5, 2]],
  ["remove takes an element", [1, 2, 3], ["remove", "/1"], [1, 3]],
  ["paths go deep", { a: [{ b: [1] }] }, ["add", "/a/0/b/-", 2], { a: [{ b: [1, 2] }] }],
  ["~1 is a slash", { "a/b": 1 }, ["replace", "/a~1b", 2], { "a/b": 2 }],
  ["~0 is a tilde", { "a~b": 1 }, ["replace", "/a~0b", 2], { "a~b": 2 }],
  ["~01 is ~1 and no slash", { "~1": 1 }, ["replace", "/~01", 2], { "~1": 2 }],
  ["an empty token is a member like any other", { "": 1 }, ["replace", "/", 2], { "": 2 }],
  ["append adds text", { a: "x" }, ["append", "/a", "yz"], { a: "xyz" }],
  ["append of the whole adds text", "x", ["append", "", "y"], "xy"],
  ["append reaches into lists", ["x"], ["append", "/0", "y"], ["xy"]],
  ["tagged values are addressed as wire documents", { $map: { "i:1": 1 } }, ["replace", "/$map/i:1", 2], { $map: { "i:1": 2 } }],
];
for (const [name, doc, [op, path, value], expected] of CASES) {
  test(name, () => assert.deepEqual(run(doc, op, path, value), expected));
}

/** @type {[string, any, [string, string, any?]][]} */
const MISFITS = [
  ["replace of a member that is not there", { a: 1 }, ["replace", "/b", 2]],
  ["remove of a member that is not there", { a: 1 }, ["remove", "/b"]],
  ["remove behind the end", [1], ["remove", "/1"]],
  ["replace at -", [1], ["replace", "/-", 2]],
  ["add behind the end", [1], ["add", "/2", 2]],
  ["an index with a leading zero", [1, 2], ["replace", "/01", 2]],
  ["a negative index", [1, 2], ["replace", "/-1", 2]],
  ["an index that is no number", [1, 2], ["replace", "/length", 0]],
  ["a path through a scalar", { a: 1 }, ["add", "/a/b", 2]],
  ["a path through a text", { a: "xy" }, ["replace", "/a/0", "z"]],
  ["a path through what is not there", { a: 1 }, ["add", "/b/c", 2]],
  ["append to what is no text", { a: 1 }, ["append", "/a", "x"]],
  ["a method of an object", { a: 1 }, ["replace", "/toString", 2]],
  ["a method of a list", [1], ["add", "/push/x", 2]],
];
for (const [name, doc, [op, path, value]] of MISFITS) {
  test(`${name} does not fit, and changes nothing`, () => {
    const copy = structuredClone(doc);
    assert.throws(() => patch(copy, parsePointer(path), { op, path, value }));
    assert.deepEqual(copy, doc);
  });
}

for (const key of ["__proto__", "constructor", "prototype"]) {
  test(`${key} is a key like any other, and no way to another object`, () => {
    const doc = run({}, "add", `/${key}`, { polluted: 1 });
    assert.deepEqual(Object.keys(doc), [key]);
    assert.equal(Object.getPrototypeOf(doc), Object.prototype);
    assert.equal(/** @type {any} */ ({}).polluted, undefined);
    assert.throws(() => run({}, "add", `/${key}/polluted`, 1));
    assert.throws(() => run([], "add", `/${key}/polluted`, 1));
    assert.throws(() => run({}, "replace", `/${key}`, 1));
    assert.equal(/** @type {any} */ ({}).polluted, undefined);
    assert.equal(/** @type {any} */ ([]).polluted, undefined);
  });
}

test("states and vars called like members of every object are not found there", () => {
  const store = new Store([["s", "n", 1]]);
  store.apply([{ op: "replace", path: "/__proto__/n", value: 1 }, { op: "add", path: "/constructor/prototype/x", value: 1 }]);
  store.load(JSON.parse('{"__proto__": {"n": 5}, "s": {"__proto__": 3, "n": 2}}'));
  assert.equal(store.cells[0].value, 2);
  assert.equal(/** @type {any} */ ({}).x, undefined);
});

test("a key called __proto__ from the wire is an entry of its dict", () => {
  const store = new Store([["s", "d", {}]]);
  store.load(JSON.parse('{"s": {"d": {"__proto__": {"x": 1}, "a": 2}}}'));
  assert.deepEqual([...store.cells[0].value.keys()], ["__proto__", "a"]);
  store.apply([{ op: "replace", path: "/s/d/__proto__/x", value: 3 }]);
  assert.equal(store.cells[0].value.get("__proto__").get("x"), 3);
  assert.equal(/** @type {any} */ ({}).x, undefined);
});

test("a change is seen through every container that holds it", () => {
  const store = new Store([["s", "d", { rows: [{ a: 1 }] }]]);
  const [cell] = store.cells;
  const before = cell.value;
  store.apply([{ op: "replace", path: "/s/d/rows/0/a", value: 2 }]);
  assert.notEqual(cell.value, before);
  assert.equal(cell.value.get("rows")[0].get("a"), 2);
});

test("a snapshot that says nothing new changes nothing", () => {
  const store = new Store([["s", "d", { a: [1] }]]);
  store.load({ s: { d: { a: [1] } } });
  assert.deepEqual(store.cells[0].changes, []);
});
