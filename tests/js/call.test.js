// @ts-check
import assert from "node:assert/strict";
import test from "node:test";

import { carried, isNews, promiseOf, promiseWords, said } from "../../static/js/lib/call.js";

test("an offer that only says again what was typed is no offer", () => {
  assert.equal(isNews("caller_number", "07700 900862", "+447700900862"), false);
  assert.equal(isNews("caller_number", "07700 900863", "+447700900862"), true);
  assert.equal(isNews("location_text", "14 Harbour Lane,  Northmere", "14 harbour lane, Northmere"), false);
  assert.equal(isNews("location_text", "the quay", "14 Harbour Lane"), true);
  assert.equal(isNews("caller_name", "Hannah Pryce", " "), false);
});

test("what the form promises is what the server will count", () => {
  const at = { received: 1_000_000, now: 1_300_000 };
  const immediate = { target: "15", rural: "20", clock: "RECEIVED" };
  assert.deepEqual(promiseOf(immediate, false, at), { minutes: 15, until: 1_900_000 });
  assert.deepEqual(promiseOf(immediate, true, at), { minutes: 20, until: 2_200_000 }, "the rural box is ticked");
  assert.deepEqual(promiseOf({ target: "60", rural: "", clock: "GRADED" }, true, at), { minutes: 60, until: 4_900_000 });
  assert.equal(promiseOf({ target: "", rural: "", clock: "RECEIVED" }, true, at), null);
});

test("the promise is said as it is kept: by a time, or at one that is agreed", () => {
  assert.equal(promiseWords(null, "", "RECEIVED"), "No attendance target");
  assert.equal(promiseWords({ minutes: 15, until: 0 }, "23:30:37", "RECEIVED"), "Attend by 23:30:37, 15 min");
  assert.equal(promiseWords({ minutes: 2880, until: 0 }, "23:30:37", "AGREED"), "Agree a time on the Grade tab, within 48 h");
});

test("the same words are looked for once, too few not at all", () => {
  assert.equal(said([["location_text", "Ti"], ["description", "fire"]]), "");
  const first = said([["location_text", "Tidewell Road "], ["grade_code", "I"]]);
  assert.equal(first, said([["location_text", "Tidewell Road"], ["grade_code", "P"]]));
  assert.notEqual(first, said([["location_text", "Tidewell Road, bridge"]]));
  assert.notEqual(said([["call", "0d5"]]), "");
});

test("before F8 the handler reads what goes into the other incident's log, and what stays", () => {
  const form = /** @type {[string, string][]} */ ([["client_key", "k"], ["channel", "999"], ["opened", "1"], ["link_mode", "video"], ["location_text", " "]]);
  assert.equal(carried(form), "Attaching takes over the call alone: nothing is typed yet.");
  assert.equal(
    carried([...form, ["description", "He has a knife"], ["caller_name", "Leah"], ["location_text", "Ropewalk"]]),
    "Attaching writes to its log: the caller, the place, what is happening.",
  );
  assert.equal(
    carried([...form, ["grade_code", "P"], ["threat_score", "HIGH"], ["rara_avoid", "x"], ["flags", "CHILD"], ["caller_agrees", "on"]]),
    "Attaching writes to its log: grade, THRIVE, safeguarding, flags. It keeps its own grade, category and risk. No link is sent: send it from there.",
  );
});
