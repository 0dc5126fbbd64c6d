import assert from "node:assert/strict";
import { test } from "node:test";
import { connection, isSecondPlace, numbers, pictureState, recLight, recWords, stepMarks } from "../../static/js/lib/picture.js";

/** @type {import("../../static/js/webrtc/protocol.js").Health} */
const HEALTH = { t: "health", at: 0, recording: "writing", recorded_seconds: 89, last_write_age: 0.3, joined: true, frame_age: 0.1, width: 1280, height: 720, fps: 24, bitrate: 1.4e6, loss: 0.008, rtt: 0.084, has_audio: false, viewers: 4, engine: "e1" };
/** @param {object} [health] @param {object} [more] */
const facts = (health = {}, more = {}) => ({ session: /** @type {const} */ ("live"), health: { ...HEALTH, ...health }, healthAge: 300, frameAge: 200, alarm: false, ...more });

test("REC is lit only while bytes reach the disk", () => {
  assert.equal(recLight(facts()), "writing");
  assert.equal(recLight(facts({ recording: "late" })), "late");
  assert.equal(recLight(facts({ recording: "stalled" })), "stalled");
  assert.equal(recLight(facts({}, { alarm: true })), "stalled");
  assert.equal(recLight(facts({}, { healthAge: 3001 })), "unknown");
});

test("a recording on the second disk is a warning and no silence", () => {
  assert.equal(isSecondPlace("second place: No space left on device"), true);
  assert.equal(isSecondPlace("No space left on device"), false);
  assert.equal(isSecondPlace(null), false);
});

test("before, without frames, and after", () => {
  assert.equal(recLight(facts({}, { session: "delivered", health: null })), "idle");
  assert.equal(recLight(facts({}, { session: "camera_on", health: null })), "joining");
  assert.equal(recLight(facts({ recording: "waiting", recorded_seconds: 0 })), "joining");
  assert.equal(recLight(facts({ recording: "waiting", frame_age: 12 })), "no-frames");
  assert.equal(recLight(facts({}, { session: "ended" })), "ended");
});

test("the light's words", () => {
  const times = { recorded: "00:01:29", without: "00:12" };
  assert.equal(recWords("writing", times), "REC 00:01:29");
  assert.equal(recWords("stalled", times), "NOT RECORDING");
  assert.equal(recWords("no-frames", times), "No frames 00:12");
  assert.equal(recWords("idle", times), "");
});

test("the picture is live for two seconds after its last frame, not longer", () => {
  assert.equal(pictureState({ session: "live", frameAge: null }), "none");
  assert.equal(pictureState({ session: "live", frameAge: 2000 }), "live");
  assert.equal(pictureState({ session: "live", frameAge: 2001 }), "lost");
  assert.equal(pictureState({ session: "ended", frameAge: 9000 }), "ended");
});

test("the connection in a word", () => {
  assert.equal(connection(facts()), "good");
  assert.equal(connection(facts({ loss: 0.02 })), "weak");
  assert.equal(connection(facts({ fps: 14 })), "weak");
  assert.equal(connection(facts({ frame_age: 2.1 })), "lost");
  assert.equal(connection(facts({ joined: false })), "changing");
  assert.equal(connection(facts({ joined: false, recorded_seconds: 0 })), "none");
  assert.equal(connection(facts({}, { healthAge: 4000 })), "lost");
  assert.equal(connection(facts({}, { health: null })), "none");
});

test("numbers, and a dash for what is not known", () => {
  assert.deepEqual(numbers(HEALTH), { size: "1280×720", fps: "24 fps", rate: "1.4 Mbit/s", loss: "loss 0.8 %", trip: "84 ms" });
  assert.equal(numbers(null).size, "–");
  assert.equal(numbers({ ...HEALTH, rtt: null }).trip, "– ms");
});

test("steps: done, now, and the one that failed", () => {
  assert.deepEqual(stepMarks("delivered", "queued"), ["done", "done", "now", "todo", "todo", "todo"]);
  assert.deepEqual(stepMarks("live", "live"), Array(6).fill("done"));
  assert.deepEqual(stepMarks("failed", "queued"), ["done", "failed", "todo", "todo", "todo", "todo"]);
  assert.deepEqual(stepMarks("ended", "opened"), ["done", "done", "done", "done", "todo", "todo"]);
});
