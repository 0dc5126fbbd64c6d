// The grid a plain map is read by.

import assert from "node:assert/strict";
import { test } from "node:test";

import { gridLines } from "../../static/js/lib/os-lines.js";

test("lines of the national grid are named as on the edge of a paper map", () => {
  const { up, across, step } = gridLines({ west: -0.14, south: 51.5, east: -0.11, north: 51.515 }, 2080, 1000);
  assert.equal(step, 500);
  assert.ok(up.some((line) => line.words === "TQ 300") && across.some((line) => line.words === "TQ 800"));
  assert.ok(up.length < 12 && across.length < 12);
});

test("beyond Great Britain they are degrees", () => {
  const { up, across } = gridLines({ west: 2.3, south: 48.8, east: 2.4, north: 48.9 }, 7300, 1000);
  assert.ok(up.every((line) => line.words.endsWith("° E")) && across.every((line) => line.words.endsWith("° N")));
});

test("however far out, only so many lines", () => {
  for (const across of [50, 5e3, 5e5, 4e7]) {
    const lines = gridLines({ west: -179, south: -80, east: 179, north: 80 }, across, 1000);
    assert.ok(lines.up.length <= 60 && lines.across.length <= 60);
  }
});
