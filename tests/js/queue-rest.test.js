import assert from "node:assert/strict";
import { test } from "node:test";
import { Rest, pressing } from "../../static/js/lib/queue-rest.js";

const GRADES = { I: { emergency: true }, P: { emergency: false } };
let seq = 0;
/** @param {string} incident @param {number} version @param {object} [more] @param {string} [kind] @returns {any} */
const event = (incident, version, more = {}, kind = "incident.changed") => ({ topic: "board.1", seq: ++seq, kind, at: "", data: { incident, version, status: "OPEN", grade: "P", units: 1, ...more } });

test("a row that is not there is put; one that is there only when it is newer", () => {
  const rest = new Rest();
  assert.equal(rest.takes("a", 3, null), true);
  assert.equal(rest.takes("a", 3, 2), true);
  assert.equal(rest.takes("a", 3, 3), false);
  assert.equal(rest.takes("a", 2, 3), false);
});

test("an incident that was closed on the way does not come back with an older answer", () => {
  const rest = new Rest();
  rest.hear(event("a", 4, { status: "CLOSED" }));
  assert.equal(rest.takes("a", 3, null), false);
  assert.equal(rest.takes("b", 3, null), true);
});

test("one that was opened again after closing does", () => {
  const rest = new Rest();
  rest.hear(event("a", 4, { status: "CLOSED" }));
  assert.equal(rest.takes("a", 5, null), true);
  rest.hear(event("a", 5));
  assert.equal(rest.takes("a", 5, null), true);
});

test("what was heard is told again once, the newest of each, in the order it came", () => {
  const rest = new Rest();
  for (const one of [event("a", 2), event("b", 7), event("a", 3), event("b", 6)]) rest.hear(one);
  assert.deepEqual(rest.drain().map(({ data }) => [data.incident, data.version]), [["b", 7], ["a", 3]]);
  assert.deepEqual(rest.drain(), []);
});

test("a new incident and an Immediate that nobody goes to do not wait for the rest", () => {
  assert.equal(pressing(event("a", 1, {}, "incident.opened"), GRADES), true);
  assert.equal(pressing(event("a", 2, { grade: "I", units: 0 }), GRADES), true);
  assert.equal(pressing(event("a", 2, { grade: "I", units: 1 }), GRADES), false);
  assert.equal(pressing(event("a", 2, { grade: "I", units: 0, status: "CLOSED" }), GRADES), false);
  assert.equal(pressing(event("a", 2, { grade: "P", units: 0 }), GRADES), false);
  assert.equal(pressing(event("a", 2, { grade: "X", units: 0 }), GRADES), false);
});
