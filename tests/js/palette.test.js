import assert from "node:assert/strict";
import { test } from "node:test";

import { fits, stepped, worthAsking } from "../../static/js/lib/palette.js";

test("every typed word begins a word of the command", () => {
  assert.equal(fits("Video wall", "vid wa"), true);
  assert.equal(fits("Video wall", "WALL"), true);
  assert.equal(fits("Video wall", "all"), false);
  assert.equal(fits("New 999 call", "999"), true);
  assert.equal(fits("New 999 call", ""), true);
});

test("a digit is a number of an incident, a letter alone is nothing", () => {
  assert.equal(worthAsking("7"), true);
  assert.equal(worthAsking("h"), false);
  assert.equal(worthAsking(" ha"), true);
  assert.equal(worthAsking("  "), false);
});

test("the list is a ring, and an empty one has no place", () => {
  assert.equal(stepped(2, 1, 3), 0);
  assert.equal(stepped(0, -1, 3), 2);
  assert.equal(stepped(-1, 1, 3), 0);
  assert.equal(stepped(-1, 1, 0), -1);
});
