import assert from "node:assert/strict";
import { test } from "node:test";
import { answered, question, several } from "../../../static/js/covert/taps.js";

test("three quick taps, not three slow ones, and not six for two", () => {
  let at = 0;
  const three = several(3, 900, () => at);
  const tap = (/** @type {number} */ later) => ((at += later), three());
  assert.deepEqual([tap(0), tap(300), tap(300)], [false, false, true]);
  assert.deepEqual([tap(100), tap(500), tap(500), tap(300)], [false, false, false, true]);
});

test("the question is the last word of the police, whatever was answered", () => {
  assert.equal(question([]), "");
  assert.equal(question([{ from: "police", text: "Are you hurt?" }, { from: "me", text: "No" }]), "Are you hurt?");
});

test("sent is said of what has arrived, not of what was tapped", () => {
  assert.equal(answered([]), "none");
  assert.equal(answered([{ from: "me", state: "pending" }]), "sending");
  assert.equal(answered([{ from: "me", state: "saved" }]), "sent");
  assert.equal(answered([{ from: "me", state: "saved" }, { from: "police", state: "saved" }]), "none");
});
