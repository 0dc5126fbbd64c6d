// Units as numbers: glides, sight, what is under the pointer.

import assert from "node:assert/strict";
import { test } from "node:test";

import { GLIDE, UnitPlot, onScreen, worldX, worldY } from "../../static/js/lib/unit-plot.js";

const NOW = 1_800_000_000_000;
const view = { centreX: worldX(0.45), centreY: worldY(53.73), scale: 512 * 2 ** 14, width: 800, height: 600 };
/** @param {Partial<import("../../static/js/lib/units.js").Unit>} [more] */
const unit = (more = {}) => ({ id: "u1", callSign: "NB21", state: "2", lat: 53.73, lon: 0.45, at: NOW, ...more });

/** @param {UnitPlot} plot @param {number} frame */
function drawn(plot, frame) {
  /** @type {Record<string, number[]>} */
  const places = {};
  plot.frame(view, frame, (one, x, y) => { places[one.id] = [x, y]; });
  return places;
}

test("a unit in the middle is in the middle", () => {
  const plot = new UnitPlot();
  plot.put(unit(), NOW, 0);
  assert.deepEqual(drawn(plot, 0).u1.map(Math.round), [400, 300]);
});

test("a fresh fix glides for 240 ms, an old one jumps, and nothing glides for who asked for stillness", () => {
  const plot = new UnitPlot();
  plot.put(unit(), NOW, 0);
  plot.put(unit({ lon: 0.46, at: NOW + 1000 }), NOW + 1000, 1000);
  const end = onScreen(/** @type {any} */ (plot.plots.get("u1")), view)[0];
  assert.ok(plot.moving(1001));
  assert.equal(Math.round(drawn(plot, 1000).u1[0]), 400);
  const half = drawn(plot, 1000 + GLIDE / 2).u1[0];
  assert.ok(half > 400 && half < end);
  assert.equal(drawn(plot, 1000 + GLIDE).u1[0], end);
  assert.ok(!plot.moving(1000 + GLIDE));

  plot.put(unit({ lon: 0.455, at: NOW + 2000 }), NOW + 13_000, 13_000);
  assert.ok(!plot.moving(13_001));

  const still = new UnitPlot({ still: true });
  still.put(unit(), NOW, 0);
  still.put(unit({ lon: 0.46, at: NOW + 1000 }), NOW + 1000, 1000);
  assert.ok(!still.moving(1001));
  assert.equal(drawn(still, 1001).u1[0], end);
});

test("where it goes is read off its last two places", () => {
  const plot = new UnitPlot();
  plot.put(unit(), NOW, 0);
  assert.equal(plot.plots.get("u1")?.course, -1);
  plot.put(unit({ lat: 53.74, at: NOW + 1 }), NOW, 0);
  assert.equal(plot.plots.get("u1")?.course, 0);
  plot.put(unit({ lat: 53.74, lon: 0.47, at: NOW + 2 }), NOW, 0);
  assert.equal(plot.plots.get("u1")?.course, 4);
  plot.put(unit({ lat: 53.74, lon: 0.470001, at: NOW + 3 }), NOW, 0); // stands: where it went last still holds
  assert.equal(plot.plots.get("u1")?.course, 4);
});

test("what is out of sight is not drawn and not found", () => {
  const plot = new UnitPlot();
  plot.replace([unit(), unit({ id: "far", lat: 10 })], NOW, 0);
  assert.deepEqual(Object.keys(drawn(plot, 0)), ["u1"]);
  assert.equal(plot.at(405, 304, view)?.id, "u1");
  assert.equal(plot.at(440, 300, view), null);
  plot.replace([], NOW, 0);
  assert.deepEqual(drawn(plot, 0), {});
});

test("two thousand units cost a few milliseconds a frame", () => {
  const plot = new UnitPlot();
  plot.replace(Array.from({ length: 2000 }, (_, n) => unit({ id: `u${n}`, lat: 53.726 + (n % 40) / 8000, lon: 0.44 + n / 100_000 })), NOW, 0);
  const began = performance.now();
  let count = 0;
  for (let frame = 0; frame < 50; frame += 1) count += plot.frame(view, frame, () => {});
  assert.equal(count, 100_000);
  assert.ok((performance.now() - began) / 50 < 16);
});
