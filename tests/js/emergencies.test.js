import assert from "node:assert/strict";
import test from "node:test";

import { Emergencies } from "../../static/js/lib/emergencies.js";
import { UnitRows } from "../../static/js/lib/unit-rows.js";

const raised = { emergency: "e1", call_sign: "NB21", status: "RAISED" };

test("two consoles hear one press: each says it once and sounds until somebody has acknowledged", () => {
  for (const console of [new Emergencies(), new Emergencies()]) {
    assert.equal(console.hear(raised), "State 0. NB21 calls for emergency assistance.");
    assert.equal(console.replace([{ id: "e1", sign: "NB21", status: "RAISED" }]), "");
    assert.ok(console.sounds);
    assert.equal(console.hear({ ...raised, status: "ACKNOWLEDGED" }), "State 0 of NB21 acknowledged.");
    assert.ok(!console.sounds);
    assert.equal(console.hear(raised), ""); // heard again after a reconnection
    assert.ok(!console.sounds);
  }
});

test("one that was raised while nobody listened is said when the page opens", () => {
  const console = new Emergencies();
  assert.equal(console.replace([{ id: "e1", sign: "AR02", status: "RAISED" }]), "State 0. AR02 calls for emergency assistance.");
  assert.ok(console.sounds);
  assert.equal(console.replace([]), "");
  assert.ok(!console.sounds);
});

test("one acknowledged of two still sounds", () => {
  const console = new Emergencies();
  console.hear(raised);
  console.hear({ ...raised, emergency: "e2", call_sign: "NB22" });
  console.hear({ ...raised, status: "ACKNOWLEDGED" });
  assert.ok(console.sounds);
  assert.equal(console.hear({ ...raised, status: "OVER" }), "State 0 of NB21 is over.");
});

const row = { id: "u1", callSign: "NB21", state: "2", skills: ["Taser", "Dog"], incident: null, serial: null, at: 1000 };

test("a State moves a unit; an older one and an unknown unit do not", () => {
  const rows = new UnitRows();
  rows.replace([row]);
  const at = (/** @type {number} */ ms) => new Date(ms).toISOString();
  assert.equal(rows.hear({ resource: "u1", state: "5", at: at(2000), incident: "i1", serial: 417 }), "moved");
  assert.equal(rows.hear({ resource: "u1", state: "5", at: at(2000), incident: "i1", serial: 417 }), "same");
  assert.equal(rows.hear({ resource: "u1", state: "2", at: at(1500) }), "old");
  assert.equal(rows.hear({ resource: "u9", state: "2", at: at(3000) }), "unknown");
  assert.deepEqual([rows.byId.get("u1")?.state, rows.byId.get("u1")?.serial], ["5", 417]);
});

test("skills that are asked for must all be there", () => {
  const rows = new UnitRows();
  assert.ok(rows.toggle("Taser") && rows.toggle("Dog"));
  assert.ok(rows.shows(row));
  assert.ok(rows.toggle("Drone pilot"));
  assert.ok(!rows.shows(row));
  assert.ok(!rows.toggle("Drone pilot"));
});

test("units stand in the order of their call signs", () => {
  assert.equal(UnitRows.placeIn("NB22", ["NB21", "NB24"]), 1);
  assert.equal(UnitRows.placeIn("NC11", ["NB21", "NB24"]), 2);
  assert.equal(UnitRows.placeIn("AR02", []), 0);
});
