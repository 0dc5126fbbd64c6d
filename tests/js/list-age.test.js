import assert from "node:assert/strict";
import { test } from "node:test";
import { ListAge } from "../../static/js/lib/list-age.js";

const FREE = { held: false, touched: 0 };
const known = (/** @type {Record<string, string>} */ states) => ({ get: (/** @type {string} */ id) => (states[id] ? { state: states[id] } : undefined) });

function shown() {
  const age = new ListAge();
  age.shown(0, ["nb21", "nb24"]);
  age.hear(known({ nb21: "2", nb24: "2", rp14: "2" }));
  return age;
}

test("after 15 seconds the units have moved: it is asked for again, and not before", () => {
  const age = shown();
  assert.equal(age.next(14_999, FREE), "wait");
  assert.equal(age.next(15_000, FREE), "ask");
  age.ask(15_000); // no answer came
  assert.equal(age.next(16_000, FREE), "wait");
  assert.equal(age.next(30_000, FREE), "ask");
  age.shown(30_100, ["nb24"]);
  assert.equal(age.next(31_000, FREE), "wait");
});

test("a unit of the list changes its State: it is asked for once, not for each", () => {
  const age = shown();
  age.hear(known({ nb21: "5", nb24: "2", rp14: "8" }));
  assert.equal(age.next(2_000, FREE), "wait");
  assert.equal(age.next(3_000, FREE), "ask");
  age.ask(3_000);
  age.hear(known({ nb21: "5", nb24: "5" }));
  assert.equal(age.next(4_000, FREE), "wait");
  age.shown(4_100, ["nb24"]);
  assert.equal(age.next(9_000, FREE), "wait");
});

test("units that are not in it, and States that were known, ask for nothing", () => {
  const age = shown();
  age.hear(known({ nb21: "2", nb24: "2", rp14: "5" }));
  assert.equal(age.next(9_000, FREE), "wait");
});

test("under a hand it is not asked for: it says that it is old", () => {
  const age = shown();
  assert.equal(age.next(20_000, { held: true, touched: 19_000 }), "say");
  assert.equal(age.next(20_000, FREE), "ask");
  age.change();
  assert.equal(age.next(21_000, { held: true, touched: 19_000 }), "say");
});

test("at a desk that was left alone no list after list is kept as seen", () => {
  const age = shown();
  assert.equal(age.next(300_001, FREE), "say");
  assert.equal(age.next(300_001, { held: false, touched: 300_000 }), "ask");
});
