import assert from "node:assert/strict";
import { test } from "node:test";

import { scoreOf, tickOf } from "../../static/js/lib/ticks.js";

const press = (/** @type {string} */ key, more = {}) => ({ key, altKey: false, ctrlKey: false, metaKey: false, ...more });

test("a digit ticks a criterion, but not while somebody types, and not with Alt", () => {
  assert.equal(tickOf(press("3"), false), 2);
  assert.equal(tickOf(press("3"), true), null);
  assert.equal(tickOf(press("3", { altKey: true }), false), null);
  assert.equal(tickOf(press("0"), false), null);
});

test("L, M and H choose a score; other letters and Ctrl do not", () => {
  assert.equal(scoreOf(press("H")), "h");
  assert.equal(scoreOf(press("m")), "m");
  assert.equal(scoreOf(press("x")), null);
  assert.equal(scoreOf(press("l", { ctrlKey: true })), null);
});
