import assert from "node:assert/strict";
import { test } from "node:test";
import { Waiting, placeFor } from "../../static/js/lib/queue-order.js";

test("a row goes where its key belongs, after its equals", () => {
  const keys = ["001-100", "001-200", "002-050"];
  assert.equal(placeFor(keys, "001-150"), 1);
  assert.equal(placeFor(keys, "001-200"), 2);
  assert.equal(placeFor(keys, "000-999"), 0);
  assert.equal(placeFor(keys, "009-000"), 3);
  assert.equal(placeFor([], "001-100"), 0);
});

test("the last change of a row counts, once", () => {
  const waiting = new Waiting();
  /** @type {string[]} */
  const made = [];
  waiting.add("a", () => made.push("a1"));
  waiting.add("b", () => made.push("b1"));
  waiting.add("a", () => made.push("a2"));
  assert.equal(waiting.size, 2);
  waiting.apply();
  assert.deepEqual(made, ["b1", "a2"]);
  assert.equal(waiting.size, 0);
});
