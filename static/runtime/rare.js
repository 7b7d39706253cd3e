// The chunk of rare operations: what a page loads when it first uses one.
//
// It imports nothing that every page has (`core` is handed in), or the bundler would split the
// common part off into one more file for every page. Knows nothing of the page.

import { codec } from "./rare/codec.js";
import { formatting } from "./rare/format.js";
import { numbers } from "./rare/numbers.js";
import { relations } from "./rare/relations.js";
import { sequences } from "./rare/sequences.js";
import { tagged } from "./rare/tagged.js";
import { text } from "./rare/text.js";

/**
 * @param {import("./rare/kinds.js").Core} core
 * @returns {import("./rare/kinds.js").Operations} a table without a prototype
 */
export function rareOperations(core) {
  const ofTagged = tagged(core);
  return Object.assign(
    Object.create(null), codec(core), formatting(core), numbers(core), relations(core, ofTagged), sequences(core),
    { attr: ofTagged.attr, index: ofTagged.index }, text(core, ofTagged),
  );
}
