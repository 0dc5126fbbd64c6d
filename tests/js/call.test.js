// @ts-check
import assert from "node:assert/strict";
import test from "node:test";

import { isNews, said } from "../../static/js/lib/call.js";

test("an offer that only says again what was typed is no offer", () => {
  assert.equal(isNews("caller_number", "07700 900862", "+447700900862"), false);
  assert.equal(isNews("caller_number", "07700 900863", "+447700900862"), true);
  assert.equal(isNews("location_text", "14 Harbour Lane,  Northmere", "14 harbour lane, Northmere"), false);
  assert.equal(isNews("location_text", "the quay", "14 Harbour Lane"), true);
  assert.equal(isNews("caller_name", "Hannah Pryce", " "), false);
});

test("the same words are looked for once, too few not at all", () => {
  assert.equal(said([["location_text", "Ti"], ["description", "fire"]]), "");
  const first = said([["location_text", "Tidewell Road "], ["grade_code", "I"]]);
  assert.equal(first, said([["location_text", "Tidewell Road"], ["grade_code", "P"]]));
  assert.notEqual(first, said([["location_text", "Tidewell Road, bridge"]]));
  assert.notEqual(said([["call", "0d5"]]), "");
});
