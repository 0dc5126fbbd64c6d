import assert from "node:assert/strict";
import { test } from "node:test";

import { circlesOf, trailColour } from "../../static/js/lib/trail.js";

/** Leah runs along Harbour Lane: a fix a second. */
const trail = (/** @type {number} */ count) => Array.from({ length: count }, (_, at) => ({ lat: 53.7361 + at * 1e-5, lon: 0.4471, accuracy: 8 + at, at: at * 1000 }));

test("every fix has its own circle, the newest strong and drawn last, the older the fainter", () => {
  const circles = circlesOf(trail(6));
  assert.deepEqual(circles.map(({ fix }) => fix.accuracy), [8, 9, 10, 11, 12, 13]);
  assert.deepEqual(circles.map(({ newest }) => newest), [false, false, false, false, false, true]);
  for (const [older, newer] of circles.slice(1).map((one, at) => [circles[at], one])) assert.ok(older.fill < newer.fill && older.edge < newer.edge);
  assert.ok(circles[0].edge >= 0.1, "the oldest is still seen");
});

test("a phone that stands still for long is no dark spot", () => {
  const circles = circlesOf(trail(200));
  assert.equal(circles.length, 40);
  assert.equal(circles[39].fix.at, 199_000);
  const seenThrough = circles.slice(0, -1).reduce((left, { fill }) => left * (1 - fill), 1);
  assert.ok(seenThrough > 0.7, "the grid and the units under all of them are still seen");
});

test("one fix is one circle, none is none, and the colour says how old the newest is", () => {
  assert.deepEqual(circlesOf(trail(1)).map(({ newest, edge }) => [newest, edge]), [[true, 1]]);
  assert.deepEqual(circlesOf([]), []);
  assert.deepEqual([0, 9999, 10_000, 60_000, 60_001].map(trailColour), ["--accent", "--accent", "--warn", "--warn", "--faint"]);
});
