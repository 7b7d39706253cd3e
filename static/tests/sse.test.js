// Server-sent events, however the network cuts them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { sseParser } from "../runtime/sse.js";

/** @param {string[]} chunks */
function parse(chunks) {
  /** @type {[string, string][]} */
  const events = [];
  const take = sseParser((event, data) => events.push([event, data]));
  chunks.forEach(take);
  return events;
}

const TEXT = ': hi\n\nevent: snapshot\ndata: {"a":"\u{1f600}: x"}\n\ndata:one\ndata\ndata: two\nid: 7\n\nevent: bye\r\ndata: 1\r\n\r\nevent: cr\rdata: 2\r\r:\n\nevent: lost\n\n';
const EVENTS = [["snapshot", '{"a":"\u{1f600}: x"}'], ["", "one\n\ntwo"], ["bye", "1"], ["cr", "2"]];

test("events, comments, several data lines, all three line ends", () => {
  assert.deepEqual(parse([TEXT]), EVENTS);
});

test("cut in two at every place it says the same", () => {
  for (let i = 0; i <= TEXT.length; i++) assert.deepEqual(parse([TEXT.slice(0, i), TEXT.slice(i)]), EVENTS, `cut at ${i}`);
});

test("in pieces of any one size it says the same", () => {
  for (let size = 1; size < 20; size++) {
    const chunks = Array.from({ length: Math.ceil(TEXT.length / size) }, (_, i) => TEXT.slice(i * size, (i + 1) * size));
    assert.deepEqual(parse(chunks), EVENTS, `pieces of ${size}`);
  }
});

test("an event is reported with its closing line and not before", () => {
  assert.deepEqual(parse(["data: 1\n"]), []);
  assert.deepEqual(parse(["data: 1\n", "\n"]), [["", "1"]]);
});

test("an event without data is none, and its name does not stay", () => {
  assert.deepEqual(parse(["event: a\n\ndata: 1\n\n"]), [["", "1"]]);
});

test("only one blank after the colon is taken", () => {
  assert.deepEqual(parse(["data:  x\n\n"]), [["", " x"]]);
});
