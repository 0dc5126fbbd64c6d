import assert from "node:assert/strict";
import { test } from "node:test";

import { wayTo } from "../../static/js/lib/home-screen.js";

test("a browser that can push shows its switch, on the home screen or not", () => {
  assert.deepEqual([wayTo(true, undefined), wayTo(true, true), wayTo(true, false)], ["able", "able", "able"]);
});

test("an iPhone's browser is told of the home screen; an old one that is there already is told so", () => {
  assert.deepEqual([wayTo(false, false), wayTo(false, true)], ["home", "old"]);
});

test("another browser that cannot is told nothing it could do", () => assert.equal(wayTo(false, undefined), ""));
