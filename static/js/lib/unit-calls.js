// Units that ask to be called, without a page: what to say, once on this terminal however many windows are open.

import { firstOf } from "./once.js";

/** @typedef {{id: string, words: string}} UnitCall */

/**
 * What this window says of the calls that wait; one that another window said already is passed over.
 * @param {UnitCall[]} calls
 * @param {import("./once.js").Kept} kept what the windows of this terminal share
 * @returns {string} "" when nothing is news
 */
export function newsOf(calls, kept) {
  const fresh = firstOf(calls.map((call) => call.id), "sightline.unit-calls", kept);
  return calls.filter((call) => fresh.includes(call.id)).map((call) => call.words).join(" ");
}
