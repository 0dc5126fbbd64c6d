// Distances in words: as the server says them (tests/unit/suspects_curfews/test_ground_and_route.py).
import assert from "node:assert/strict";
import test from "node:test";

import { distanceWords } from "../../static/js/lib/fix.js";

test("no finer than anybody walks", () => {
  const words = [[8.7, "9 m"], [94, "94 m"], [181, "180 m"], [994, "990 m"], [1234, "1.2 km"], [14_400, "14 km"]];
  for (const [metres, said] of words) assert.equal(distanceWords(Number(metres)), said);
});
