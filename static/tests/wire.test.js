// Wire values become run-time values and come back as they were.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { core } from "../runtime/core.js";
import { preload, setSource, whenLoaded } from "../runtime/lazy.js";
import { rareOperations } from "../runtime/rare.js";
import { Float, PyObj, PyTuple } from "../runtime/values.js";
import { decode, encode, forget } from "../runtime/wire.js";

before(async () => {
  setSource(async () => rareOperations(core));
  preload();
  await new Promise((resolve) => { whenLoaded(() => resolve(undefined)); });
});

for (const wire of [
  null, true, false, 0, -7, 1.5, "", "a\u{1f600}", [], [1, [2]], {}, { a: 1, b: { c: null } },
  { $float: "1.0" }, { $float: "inf" }, { $float: "-inf" }, { $float: "nan" }, { $float: "-0.0" }, { $float: "1e+300" }, { $float: "1e+16" },
  { $map: { "i:1": "a", "s:1": "b", "f:1.0": 2, "b:True": 3, "n:None": 4, "f:inf": 5, "s:$x": 6 } },
  { $set: { "i:1": 1, "s:1": 1, 'j:{"$tuple":[1,"a"]}': 1 } }, { $tuple: [1, { $tuple: [] }] }, { $obj: { name: "x", tags: { $set: {} } } },
  { $bytes: "YWI=" }, { $decimal: "1.20" }, { $date: "2024-02-09" }, { $datetime: "2024-02-09T13:05:00" },
  { $timedelta: [1, 2, 3] }, { $uuid: "12345678-1234-5678-1234-567812345678" },
]) {
  test(`${JSON.stringify(wire)} comes back as it was`, () => assert.deepEqual(encode(decode(wire)), wire));
}

test("an int is a number, a float with a fraction is one, any other float is a Float", () => {
  assert.equal(decode(1), 1);
  assert.equal(decode(1.5), 1.5);
  assert.equal(decode({ $float: "1.0" }).v, 1);
  assert.ok(Object.is(decode({ $float: "-0.0" }).v, -0));
  assert.equal(decode({ $float: "-inf" }).v, -Infinity);
  assert.ok(decode({ $float: "nan" }) instanceof Float);
});

test("a dict keeps the order of its keys, also of those that look like integers", () => {
  assert.deepEqual([...decode({ $map: { "s:b": 1, "s:10": 2, "i:9": 3 } }).keys()], ["b", "10", 9]);
});

test("tuples and objects are of their own kinds", () => {
  assert.ok(decode({ $tuple: [1] }) instanceof PyTuple);
  assert.ok(decode({ $obj: { a: 1 } }) instanceof PyObj);
});

test("a container is decoded once, until it is forgotten", () => {
  const wire = { a: [1] };
  assert.equal(decode(wire), decode(wire));
  const first = decode(wire);
  forget(wire);
  assert.notEqual(decode(wire), first);
  assert.equal(decode(wire).get("a"), first.get("a"));
});

test("a dict with a key that JSON objects reorder is sent tagged", () => {
  assert.deepEqual(encode(new Map([["1", 2]])), { $map: { "s:1": 2 } });
  assert.deepEqual(encode(new Map([[1, 2]])), { $map: { "i:1": 2 } });
});

test("an int beyond 2**53 is refused, never rounded", () => {
  assert.throws(() => encode(2 ** 53), /2\*\*53/);
});

for (const wire of [
  { $map: { 'j:{"$date":"2024-02-09"}': 1, 'j:{"$tuple":[1,"a"]}': 2, 's:__proto__': 3 } },
  JSON.parse('{"__proto__":1,"constructor":2,"":3}'),
  { $time: "13:05:00.000001" }, { $date: "0999-01-31" }, { $decimal: "1E+6144" }, { $decimal: "NaN" },
  { $datetime: "2024-02-09T13:05:00+01:00" }, { $set: { 'j:{"$set":{"i:1":1}}': 1, "f:nan": 1 } },
]) {
  test(`${JSON.stringify(wire)} comes back as it was, member by member`, () =>
    assert.equal(JSON.stringify(encode(decode(wire))), JSON.stringify(wire)));
}

test("a key that is a value of its own is found by an equal one", () => {
  const map = decode({ $map: { 'j:{"$date":"2024-02-09"}': "x" } });
  assert.equal(core.str([...map.keys()][0]), "2024-02-09");
  assert.ok(core.eq([...map.keys()][0], decode({ $date: "2024-02-09" })));
});

test("a dict whose keys mean something to JavaScript is a dict", () => {
  const map = decode(JSON.parse('{"__proto__":{"polluted":true}}'));
  assert.deepEqual([...map.keys()], ["__proto__"]);
  assert.equal(/** @type {any} */ ({}).polluted, undefined);
});
