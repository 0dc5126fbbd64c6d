import assert from "node:assert/strict";
import { test } from "node:test";
import { rowAfter } from "../../static/js/lib/queue-row.js";

const GRADES = {
  I: { label: "Immediate", colour: "red", sort: 1, emergency: true },
  P: { label: "Priority", colour: "amber", sort: 2, emergency: false },
};
const shown = { version: 3, words: "ab12", sort: "002-1763764800", mine: false };
const event = (/** @type {object} */ more = {}) => ({
  status: "OPEN", grade: "P", units: 1, version: 4, unit: "NB21", step: "EN_ROUTE", attend_by: "2026-11-21T22:53:52+00:00",
  attended_at: null, words: "ab12", ...more,
});

test("an event draws the row: unit, step, clock, place in the order", () => {
  assert.deepEqual(rowAfter(shown, event(), GRADES, ""), {
    section: "others", sort: "002-1763764800", version: 4, code: "P", grade: GRADES.P, units: "NB21 en route",
    attendBy: "2026-11-21T22:53:52+00:00", attendedAt: null,
  });
});

test("an Immediate without a unit goes to the top, and the grade leads the order", () => {
  const fresh = rowAfter({ ...shown, mine: true }, event({ grade: "I", units: 0, unit: "", step: "" }), GRADES, "");
  assert.ok(typeof fresh === "object");
  assert.equal(fresh.section, "unassigned_immediate");
  assert.equal(fresh.sort, "001-1763764800");
  assert.equal(fresh.units, "No unit");
});

test("one's own incident and one's own unit's are mine", () => {
  const section = (/** @type {any} */ fresh) => fresh.section;
  assert.equal(section(rowAfter({ ...shown, mine: true }, event(), GRADES, "")), "mine");
  assert.equal(section(rowAfter(shown, event(), GRADES, "NB21")), "mine");
  assert.equal(section(rowAfter(shown, event(), GRADES, "NB22")), "others");
});

test("what the row shows already changes nothing, a closed incident leaves", () => {
  assert.equal(rowAfter(shown, event({ version: 3 }), GRADES, ""), "known");
  assert.equal(rowAfter(shown, event({ status: "CLOSED" }), GRADES, ""), "gone");
});

test("other words, a grade or a step this page does not know, a crowd that may hold one's own unit: ask", () => {
  for (const more of [{ words: "ff00" }, { words: "" }, { grade: "Z" }, { unit: "" }, { step: "FLYING" }]) {
    assert.equal(rowAfter(shown, event(more), GRADES, ""), "ask", JSON.stringify(more));
  }
  assert.equal(rowAfter(shown, event({ units: 2 }), GRADES, "NB21"), "ask");
  assert.notEqual(rowAfter(shown, event({ units: 2 }), GRADES, ""), "ask");
});
