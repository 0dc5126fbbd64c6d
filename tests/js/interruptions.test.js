// What the console says of a phone that shows nothing.
import assert from "node:assert/strict";
import test from "node:test";

import { Interruptions, KINDS } from "../../static/js/lib/interruptions.js";

const time = (/** @type {number} */ at) => new Date(at).toISOString().slice(11, 19);
const AT = Date.UTC(2026, 10, 21, 14, 2, 11);
/** @param {"camera"|"microphone"|"page"} what @param {string} why */
const lasts = (what, why) => ({ what, why, since: AT });

test("a frozen camera, since when, until it is over", () => {
  const now = new Interruptions();
  now.take([lasts("camera", "frozen")]);
  assert.equal(now.lines(time).camera, "Camera frozen since 14:02:11");
  now.take([lasts("camera", "taken")]);
  assert.equal(now.lines(time).camera, "Camera interrupted by a phone call or another app since 14:02:11");
  now.take([]);
  assert.deepEqual(now.lines(time), { page: "", camera: "", microphone: "" });
});

test("a locked phone explains the rest", () => {
  const now = new Interruptions();
  const rest = [lasts("camera", "no_frames"), lasts("microphone", "taken")];
  now.take([...rest, lasts("page", "hidden")]);
  assert.deepEqual(now.lines(time), { page: "Caller's phone is locked or in another app since 14:02:11", camera: "", microphone: "" });
  now.take(rest);
  assert.equal(now.lines(time).microphone, "Microphone interrupted by a phone call or another app since 14:02:11");
  assert.equal(now.lines(time).camera, "No picture from the phone since 14:02:11");
});

test("a reason of a newer server is still an interruption", () => {
  const now = new Interruptions();
  now.take([lasts("camera", "eaten")]);
  assert.equal(now.lines(time).camera, "Interrupted since 14:02:11");
  now.take([]);
  assert.ok(KINDS.every((kind) => now.lines(time)[kind] === ""));
});
