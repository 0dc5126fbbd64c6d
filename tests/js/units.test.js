import assert from "node:assert/strict";
import { test } from "node:test";
import { ageWords, graticule, metresBetween } from "../../static/js/lib/place.js";
import { Units, isOld, shortAge } from "../../static/js/lib/units.js";

const AT = Date.parse("2026-11-21T22:44:00Z");
const nb21 = { id: "a", callSign: "NB21", state: "2", lat: 53.7385, lon: 0.4421, at: AT };
const moved = { resource: "a", call_sign: "NB21", state: "5", lat: 53.74, lon: 0.45, at: "2026-11-21T22:44:05+00:00" };

function units() {
  const all = new Units({ 2: "Available", 5: "En route" });
  all.replace([nb21]);
  return all;
}

test("a newer position moves a unit, an older or equal one does not", () => {
  const all = units();
  assert.equal(all.hear("unit.moved", moved), true);
  assert.deepEqual([all.all[0].lat, all.all[0].state, all.all[0].at], [53.74, "5", AT + 5000]);
  assert.equal(all.hear("unit.moved", { ...moved, lat: 1 }), false);
  assert.equal(all.hear("unit.moved", { ...moved, lat: 1, at: "2026-11-21T22:43:00+00:00" }), false);
  assert.equal(all.all[0].lat, 53.74);
});

test("a unit that was not there comes with its first position; a State alone does not place one", () => {
  const all = units();
  assert.equal(all.hear("unit.state", { resource: "b", state: "2" }), false);
  assert.equal(all.hear("unit.moved", { ...moved, resource: "b", call_sign: "AR02" }), true);
  assert.deepEqual(all.all.map((unit) => unit.callSign), ["AR02", "NB21"]);
});

test("a State changes the words and the counts", () => {
  const all = units();
  assert.equal(all.hear("unit.state", { resource: "a", state: "2" }), false);
  assert.equal(all.hear("unit.state", { resource: "a", state: "5" }), true);
  assert.equal(all.name(all.all[0], AT + 4000), "NB21: State 5, En route, position 4 s old");
  assert.deepEqual(all.counts(), [{ state: "5", words: "En route", count: 1 }]);
});

test("what is no position is not shown", () => {
  const all = units();
  for (const change of [{ lat: NaN }, { lon: 181 }, { lat: "53" }, { at: "soon" }, { call_sign: "" }]) {
    assert.equal(all.hear("unit.moved", { ...moved, resource: "c", ...change }), false);
  }
  assert.equal(all.hear("health", moved), false);
  assert.equal(all.all.length, 1);
});

test("after a minute a position is old and says its age", () => {
  assert.deepEqual([shortAge(60_000), shortAge(240_000), isOld(60_001)], ["", "4 min", true]);
  assert.equal(ageWords(3 * 3_600_000), "3 h old");
  assert.ok(Math.abs(metresBetween([0, 53], [0, 53.01]) - 1113.2) < 0.1);
});

test("what was heard since the list was made stays", () => {
  const all = units();
  all.hear("unit.moved", moved);
  all.replace([nb21, { ...nb21, id: "b", callSign: "AR02" }]);
  assert.deepEqual(all.all.map((unit) => [unit.callSign, unit.state]), [["AR02", "2"], ["NB21", "5"]]);
  all.replace([]);
  assert.equal(all.all.length, 0);
});

test("the grid's lines stay on the ground while the view moves over it", () => {
  const here = graticule(53.7, 0.4, 100, 2);
  const moved = graticule(53.7, 0.4, 100, 2, { lat: 53.7, lon: 0.4 + 1.4 * (here[3][0][0] - here[1][0][0]) });
  assert.ok(Math.abs(moved[1][0][0] - here[3][0][0]) < 1e-9);
});

test("many positions in one message are many moves, and what moved is noted for the drawing", () => {
  const all = units();
  all.touched.clear();
  const moves = [moved, { ...moved, resource: "b", call_sign: "AR02" }, { ...moved, resource: "c", call_sign: "X", lat: "NaN" }, null].filter(Boolean);
  assert.equal(all.hear("units.moved", { moves }), true);
  assert.deepEqual([...all.touched], ["a", "b"]);
  assert.equal(all.hear("units.moved", { moves }), false);
  assert.equal(all.hear("units.moved", { moves: "all of them" }), false);
});
