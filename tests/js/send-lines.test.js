import { test } from "node:test";
import assert from "node:assert/strict";
import { NOBODY, inSight, linesOf } from "../../static/js/lib/send-lines.js";

const at = { lat: 53.73, lon: 0.44 };
const placed = new Map([["nb27", { lat: 53.74, lon: 0.43 }], ["rp14", { lat: 53.75, lon: 0.46 }]]);

test("Enter would assign NB27: one whole line from it to the incident", () => {
  assert.deepEqual(linesOf({ at, picked: "nb27", looked: "", offered: [] }, placed), [{ unit: "nb27", picked: true }]);
});

test("the pointer is on RP14: a second line, dashed; NB27 is still the one that Enter assigns", () => {
  assert.deepEqual(linesOf({ at, picked: "nb27", looked: "rp14", offered: [] }, placed), [{ unit: "rp14", picked: false }, { unit: "nb27", picked: true }]);
});

test("the pointer is on the unit that is picked already: one line", () => {
  assert.equal(linesOf({ at, picked: "nb27", looked: "nb27", offered: [] }, placed).length, 1);
});

test("a unit without a position has no line, and neither has an incident without a place", () => {
  assert.deepEqual(linesOf({ at, picked: "nc18", looked: "rp14", offered: [] }, placed), [{ unit: "rp14", picked: false }]);
  assert.deepEqual(linesOf({ at: null, picked: "nb27", looked: "rp14", offered: [] }, placed), []);
  assert.deepEqual(linesOf(NOBODY, placed), []);
});

test("in sight are the place and the units on offer that have a position", () => {
  assert.deepEqual(inSight({ at, picked: "", looked: "", offered: ["nb27", "nc18", "rp14"] }, placed), [at, placed.get("nb27"), placed.get("rp14")]);
  assert.deepEqual(inSight(NOBODY, placed), []);
});
