import assert from "node:assert/strict";
import { test } from "node:test";
import { ageWords, fixAge, graticule, lineDistance, radius, ring } from "../../static/js/lib/place.js";

test("age of a position", () => {
  assert.deepEqual([0, 9999, 10_000, 60_000, 60_001].map(fixAge), ["fresh", "fresh", "aging", "aging", "old"]);
  assert.equal(ageWords(4200), "4 s old");
  assert.equal(ageWords(300_000), "5 min old");
  assert.equal(radius(8.2), "±8 m");
  assert.equal(radius(1200), "±1,200 m");
});

test("a ring is closed and as wide as its radius", () => {
  const points = ring(53.73615, 0.44712, 100);
  assert.deepEqual(points[0], points.at(-1));
  const north = Math.max(...points.map((point) => point[1])) - 53.73615;
  const east = Math.max(...points.map((point) => point[0])) - 0.44712;
  assert.ok(Math.abs(north * 111_320 - 100) < 0.5);
  assert.ok(Math.abs(east * 111_320 * Math.cos((53.73615 * Math.PI) / 180) - 100) < 0.5);
});

test("lines of the grid are a round distance apart", () => {
  assert.equal(lineDistance(8), 10);
  assert.equal(lineDistance(640), 1000);
  assert.equal(lineDistance(1e9), 100_000);
  assert.equal(graticule(53, 0, 100, 2).length, 10);
  assert.ok(ring(90, 0, 100).every((point) => Number.isFinite(point[0])));
});
