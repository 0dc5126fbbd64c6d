import assert from "node:assert/strict";
import { test } from "node:test";

import { timeLeft } from "../../static/js/lib/lease.js";

test("what is left is said in words and turns amber, then red", () => {
  const until = 10 * 3_600_000;
  const at = (/** @type {number} */ minutes) => timeLeft(until, until - minutes * 60_000);
  assert.deepEqual(at(239), { words: "3 h 59 min left.", level: "long", minutes: 239 });
  assert.deepEqual(at(45), { words: "45 min left.", level: "long", minutes: 45 });
  assert.equal(at(15).level, "amber");
  assert.equal(at(5).level, "red");
  assert.deepEqual(at(0), { words: "Time has run out.", level: "red", minutes: 0 });
  assert.equal(at(-3).words, "Time has run out.");
});
