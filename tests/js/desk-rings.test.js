import assert from "node:assert/strict";
import { test } from "node:test";
import { DeskRings, NEWS, keyOf } from "../../static/js/lib/desk-rings.js";
import { firstOf } from "../../static/js/lib/once.js";

const T = 1_000_000;
const robbery = { id: "i1", at: T, says: (/** @type {number} */ at) => `Incident 13: nobody assigned by its target, ${at}.` };
const call = { id: "c1", at: T - 1000, says: () => "An emergency call rang off before anybody answered. Ring back." };

test("an Immediate rings when its target passes, and once", () => {
  const rings = new DeskRings();
  rings.replace([robbery]);
  assert.deepEqual(rings.take(T - 1), []);
  assert.deepEqual(rings.take(T), [robbery]);
  assert.deepEqual(rings.take(T + 1), []);
});

test("it does not ring when somebody was assigned in time", () => {
  const rings = new DeskRings();
  rings.set(robbery);
  rings.drop("i1");
  assert.deepEqual(rings.take(T + 1), []);
});

test("another target of one that is known; one that is not known must be asked for", () => {
  const rings = new DeskRings();
  rings.set(robbery);
  assert.equal(rings.move("i1", T + 5000), true);
  assert.equal(rings.move("i2", T), false);
  assert.deepEqual(rings.take(T), []);
  const [due] = rings.take(T + 5000);
  assert.equal(due.says(due.at), `Incident 13: nobody assigned by its target, ${T + 5000}.`);
});

test("a lost call rings at once; what was lost long before is no news", () => {
  const rings = new DeskRings();
  rings.replace([call, { ...robbery, at: T - NEWS }]);
  assert.deepEqual(rings.take(T), [call]);
  assert.deepEqual(rings.take(T), []);
});

test("of several windows of one terminal one rings, and again for another target of the same incident", () => {
  /** @type {Map<string, string>} */
  const map = new Map();
  const kept = { getItem: (/** @type {string} */ name) => map.get(name) ?? null, setItem: (/** @type {string} */ name, /** @type {string} */ value) => void map.set(name, value) };
  const first = () => firstOf([keyOf(robbery), keyOf(call)], "sightline.rang", kept);
  assert.deepEqual(first(), [keyOf(robbery), keyOf(call)]);
  assert.deepEqual(first(), []);
  assert.deepEqual(firstOf([keyOf({ ...robbery, at: T + 1 })], "sightline.rang", kept), [keyOf({ ...robbery, at: T + 1 })]);
});
