import assert from "node:assert/strict";
import { test } from "node:test";
import { answered, pressed, question, reply, several } from "../../../static/js/covert/taps.js";

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

test("an answer is in the caller's words and in English", () => {
  assert.equal(reply("I don't know", "Nie wiem"), "Nie wiem (I don't know)");
  assert.equal(reply("I don't know", "I don't know"), "I don't know");
});

test("the tapped button is pressed, says sent when it is, and lets go at the next question", () => {
  const asked = { from: "police", text: "Are you hurt?", state: "saved" };
  const mine = { from: "me", text: "Tak (Yes)", state: "pending" };
  assert.equal(pressed([asked], "Tak (Yes)"), "none");
  assert.equal(pressed([asked, mine], "Tak (Yes)"), "sending");
  assert.equal(pressed([asked, mine], "Nie (No)"), "none");
  assert.equal(pressed([asked, { ...mine, state: "seen" }], "Tak (Yes)"), "sent");
  assert.equal(pressed([asked, mine, asked], "Tak (Yes)"), "none");
});
