// A coarse position at once, a better one after it, never a worse one over a fresh good one; and an honest drawing.
import assert from "node:assert/strict";
import test from "node:test";

import { plan, round } from "../../../static/js/caller/drawing.js";
import { Place, better, read } from "../../../static/js/caller/place.js";
import { Geolocation } from "./fakes.mjs";

const NOW = 1_700_000_000_000;

test("what a phone does not know is left unknown", () => {
  const position = { coords: { latitude: 53.7, longitude: 0.4, accuracy: 8, heading: NaN, speed: -1 }, timestamp: NOW };
  assert.deepEqual(read(position, NOW), { lat: 53.7, lon: 0.4, accuracy: 8, at: NOW, heading: null, speed: null });
});

test("a phone's strange clock becomes ours; a future position does not exist", () => {
  const coords = { latitude: 0, longitude: 0, accuracy: 5, heading: 90, speed: 1.4 };
  assert.equal(read({ coords, timestamp: 721_692_800_000 }, NOW).at, NOW);
  assert.equal(read({ coords, timestamp: NOW + 5000 }, NOW).at, NOW);
  assert.equal(read({ coords, timestamp: NOW - 5000.4 }, NOW).at, NOW - 5000);
});

test("the first rough position counts at once, a worse one later does not", () => {
  const fix = (accuracy, at) => ({ lat: 0, lon: 0, accuracy, at });
  assert.ok(better(null, fix(2000, NOW)));
  assert.ok(better(fix(2000, NOW), fix(8, NOW + 1)));
  assert.ok(!better(fix(8, NOW), fix(2000, NOW + 1000)));
  assert.ok(better(fix(8, NOW), fix(2000, NOW + 10_001)), "but a good one that is old gives way");
  assert.ok(!better(fix(8, NOW), fix(5, NOW - 1)), "and an older one never comes after a newer");
});

test("a stopped watch takes nothing more, a refusal is told", () => {
  const geolocation = new Geolocation();
  const seen = { fixes: [], refused: 0 };
  const place = new Place(geolocation, { fix: (fix) => seen.fixes.push(fix), refused: () => { seen.refused += 1; } }, () => NOW);
  place.start();
  geolocation.fix(53.7, 0.4, 1800, NOW);
  geolocation.fix(53.7, 0.4, 8, NOW);
  assert.deepEqual(seen.fixes.map((fix) => fix.accuracy), [1800, 8]);
  geolocation.fail({ code: 3 });
  assert.equal(seen.refused, 0, "a timeout is not a refusal");
  geolocation.fail({ code: 1 });
  assert.equal(seen.refused, 1);
  place.stop();
  geolocation.fix(53.7, 0.4, 5, NOW);
  assert.equal(seen.fixes.length, 2);
  assert.equal(geolocation.cleared, 1);
});

test("the scale bar is a round length and the circle is to scale", () => {
  assert.deepEqual([3, 7, 12, 33, 160].map(round), [2, 5, 10, 20, 100]);
  const drawn = plan({ lat: 53.7, lon: 0.4, accuracy: 40, at: NOW }, []);
  assert.ok(Math.abs(drawn.radius / drawn.bar - 40 / drawn.metres) < 1e-9);
});

test("the way walked lies where it was: north is up, east is right", () => {
  const fix = { lat: 53.7, lon: 0.4, accuracy: 8, at: NOW };
  const [[x, y]] = plan(fix, [{ lat: 53.7001, lon: 0.4001, accuracy: 8, at: NOW - 1000 }]).trail;
  assert.ok(x > 160 && y < 90);
  assert.equal(plan(fix, [{ lat: 50, lon: 0, accuracy: 8, at: 1 }]).trail.length, 0, "a point far outside is not drawn");
});
