import assert from "node:assert/strict";
import { test } from "node:test";
import { complete } from "../../static/js/lib/log-pages.js";

test("a log that begins at 21 on the screen is complete up to its first hole", () => {
  assert.equal(complete([21, 22, 23], 21), 23);
  assert.equal(complete([21, 22, 25], 21), 22);
});

test("an empty log asks from the beginning, also when a later entry came first", () => {
  assert.equal(complete([], 1), 0);
  assert.equal(complete([3], 1), 0);
});
