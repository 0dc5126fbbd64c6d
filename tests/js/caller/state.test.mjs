// What the page may say. Every sentence of the strip has a fact that puts it there and one that takes it away.
import assert from "node:assert/strict";
import test from "node:test";

import { age, begin, clock, distance, fill, guard, moment, place, strip } from "../../../static/js/caller/state.js";

const NOW = 1_700_000_000_000;
const live = (changes = {}) => ({
  ...begin(), screen: "live", wanted: true, camera: "on", line: "open", peer: "up", everUp: true, place: "on",
  fix: { lat: 53.7, lon: 0.4, accuracy: 8, at: NOW }, placeSince: NOW - 60_000,
  status: { watched: true, recording: "writing", seconds: 134.4, at: NOW }, ...changes,
});

test("seen and saved are two facts from two sources", () => {
  assert.deepEqual(strip(live(), NOW), { state: "live", title: "see", note: "saved", icon: "", amber: false, rec: 134.4 });
  const alone = live({ status: { watched: false, recording: "writing", seconds: 3, at: NOW } });
  assert.equal(strip(alone, NOW).title, "getting", "nobody watches: the page does not say that somebody does");
  assert.equal(strip(alone, NOW).rec, 3);
});

test("REC is there only while the server says that bytes are written", () => {
  for (const recording of ["waiting", "late", "stalled", "off", "", "WRITING"]) {
    const now = strip(live({ status: { watched: true, recording, seconds: 9, at: NOW } }), NOW);
    assert.equal(now.rec, null, recording);
    assert.equal(now.note, "unsaved", recording);
  }
});

test("a status that is old says nothing about now", () => {
  assert.equal(strip(live(), NOW + 4000).rec, 134.4);
  const stale = strip(live(), NOW + 4001);
  assert.equal(stale.rec, null);
  assert.equal(stale.state, "reconnecting");
});

test("one strip at a time, the worst news first", () => {
  const cases = [
    [live({ camera: "paused", line: "lost", peer: "lost" }), "paused"],
    [live({ line: "lost" }), "reconnecting"],
    [live({ peer: "lost" }), "reconnecting"],
    [live({ peer: "joining", everUp: false, status: null }), "connecting"],
    [live({ status: null }), "connecting"],
    [live({ held: true, peer: "lost" }), "held"],
    [live({ line: "replaced" }), "replaced"],
    [live({ wanted: false, camera: "off", peer: "none" }), "location"],
    [live({ wanted: false, camera: "off", peer: "none", place: "refused", fix: null }), "nothing"],
    [live({ wanted: false, camera: "off", peer: "none", line: "lost" }), "reconnecting"],
  ];
  for (const [facts, state] of cases) assert.equal(strip(facts, NOW).state, state);
});

test("without camera and position nothing is claimed to be seen", () => {
  const words = strip(live({ wanted: false, camera: "off", place: "asking", fix: null }), NOW);
  assert.equal(words.title, "camera_off");
});

test("the location chip: coarse, sharpening, good, old, off", () => {
  const at = (accuracy, age, since = 60_000) => place(live({ fix: { lat: 0, lon: 0, accuracy, at: NOW - age }, placeSince: NOW - since }), NOW);
  assert.deepEqual(at(1800, 0, 1000), { word: "closer_km", values: { km: "1.8" }, tone: "grey" });
  assert.deepEqual(at(40, 0, 1000), { word: "closer", values: { metres: "40" }, tone: "grey" });
  assert.deepEqual(at(8, 0, 1000), { word: "within", values: { metres: "8" }, tone: "" });
  assert.deepEqual(at(40, 0), { word: "within", values: { metres: "40" }, tone: "" }, "it stopped getting closer");
  assert.deepEqual(at(8, 20_000).word, "within");
  assert.deepEqual(at(8, 22_000), { word: "old", values: { seconds: "22" }, tone: "amber" });
  assert.deepEqual(at(8, 200_000), { word: "old_min", values: { minutes: "3" }, tone: "amber" });
  assert.equal(place(live({ place: "refused" }), NOW).word, "place_off");
  assert.equal(place(live({ fix: null }), NOW).word, "finding");
});

test("a radius is never said more exactly than it is", () => {
  assert.equal(distance(0).values.metres, "2");
  assert.equal(distance(8.1).values.metres, "9");
  assert.deepEqual(distance(1000), { values: { km: "1" }, far: true });
  assert.deepEqual(distance(12_300).values, { km: "13" });
});

test("ages, clocks and moments", () => {
  assert.deepEqual(age(900), { word: "now", values: {} });
  assert.deepEqual(age(4000), { word: "ago", values: { seconds: "4" } });
  assert.deepEqual(age(150_000), { word: "ago_min", values: { minutes: "2" } });
  assert.equal(clock(134.9), "02:14");
  assert.equal(clock(3734), "1:02:14");
  assert.equal(clock(-1), "00:00");
  assert.equal(moment(NOW), NOW);
  assert.equal(moment(NOW / 1000), NOW);
  assert.equal(moment("2026-11-21T03:16:00Z"), Date.UTC(2026, 10, 21, 3, 16));
  assert.equal(moment(null), 0);
});

test("a sentence keeps a hole it cannot fill", () => {
  assert.equal(fill("within {metres} m of {place}", { metres: "8" }), "within 8 m of {place}");
});

test("a second tap within 700 ms does nothing, another button does", () => {
  let now = 0;
  const once = guard(() => now);
  assert.ok(once("stop"));
  now = 699;
  assert.ok(!once("stop"));
  assert.ok(once("chat"));
  now = 700;
  assert.ok(once("stop"));
});
