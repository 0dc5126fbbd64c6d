import assert from "node:assert/strict";
import { test } from "node:test";

import { Clock, UNKNOWN } from "../../../static/js/backfill/clock.js";
import { Coverage } from "../../../static/js/backfill/coverage.js";
import { FREE, Pace, chunkOf, network, rest } from "../../../static/js/backfill/pace.js";
import { sentence } from "../../../static/js/backfill/panel.js";
import { typeOf } from "../../../static/js/backfill/ring.js";
import { openShelf } from "../../../static/js/backfill/shelf.js";
import { Database } from "./fakes.mjs";

test("the fastest answer measures the clocks best, and an old one is worth less", () => {
  const clock = new Clock();
  assert.deepEqual(clock.value(0), { offset: 0, error: UNKNOWN });
  clock.left(1, 1000);
  clock.came(1, 6500, 2000);
  clock.left(2, 3000);
  clock.came(2, 8030, 3040);
  assert.deepEqual(clock.value(3040), { offset: 5010, error: 21 });
  assert.equal(clock.value(103_040).error, 31);
  clock.came(9, 1, 1);
  clock.left(3, 5000);
  clock.came(3, Number.NaN, 5010);
  clock.left(4, 5000);
  clock.came(4, 9000, 4000); // the phone's clock was set back
  assert.equal(clock.samples.length, 2);
});

const facts = (change = {}) => ({ wanted: true, camera: "on", line: "open", peer: "up", everUp: true, status: { recording: "writing", at: 0 }, ...change });

test("the phone keeps from before the last word of the server until after the next", () => {
  const coverage = new Coverage();
  for (let at = 0; at <= 10_000; at += 1000) coverage.look(facts({ status: { recording: "writing", at } }), at);
  assert.equal(coverage.keeping, false);
  assert.equal(coverage.look(facts({ status: { recording: "stalled", at: 11_000 } }), 11_000), false, "a hiccup");
  assert.equal(coverage.look(facts({ status: { recording: "stalled", at: 13_000 } }), 13_000), true);
  assert.deepEqual(coverage.stretches, [{ from: 7000, until: null }]);
  assert.equal(coverage.wants(1000, 6999), false);
  assert.equal(coverage.wants(3000, 7000), true);
  coverage.look(facts({ status: { recording: "writing", at: 20_000 } }), 20_000);
  assert.equal(coverage.wants(20_900, 24_900), true);
  assert.equal(coverage.wants(21_100, 24_900), false);
});

test("a lost connection is believed at once; a first one is given time", () => {
  const coverage = new Coverage();
  coverage.look(facts({ status: { recording: "writing", at: 5000 } }), 5000);
  assert.equal(coverage.look(facts({ peer: "lost", status: { recording: "writing", at: 5000 } }), 6000), true);
  const first = new Coverage();
  const connecting = facts({ peer: "joining", everUp: false, status: null });
  first.look(connecting, 0);
  assert.equal(first.look(connecting, 7000), false);
  assert.equal(first.look(connecting, 9000), true);
  assert.deepEqual(first.stretches[0], { from: 0, until: null });
  first.look(facts({ wanted: false }), 10_000);
  assert.equal(first.keeping, false);
});

test("the picture comes first: film grows while nothing suffers, and gives way at once", () => {
  const pace = new Pace();
  assert.equal(pace.next(null), FREE);
  const fine = { rtt: 0.05, limited: "none" };
  const first = pace.next(fine);
  for (let chunk = 0; chunk < 30; chunk += 1) pace.next(fine);
  assert.ok(first < 400_000 && pace.rate === 4_000_000, "slowly at first, never without bound");
  assert.equal(pace.next({ rtt: 0.14, limited: "none" }), 2_000_000, "a queue that we fill");
  assert.equal(pace.next({ rtt: 0.05, limited: "bandwidth" }), 1_000_000, "a picture that has to make do with less");
  for (let chunk = 0; chunk < 9; chunk += 1) pace.next({ rtt: null, limited: "bandwidth" });
  assert.equal(pace.rate, 64_000);
  assert.equal(rest(64_000, 64_000, 500), 7500);
  assert.equal(rest(64_000, FREE, 500), 0);
  assert.equal(chunkOf(FREE), 256 * 1024);
  assert.equal(chunkOf(64_000), 8 * 1024);
  const seen = network([{ type: "candidate-pair", nominated: true, currentRoundTripTime: 0.03 }, { type: "candidate-pair", nominated: false, currentRoundTripTime: 9 }, { type: "outbound-rtp", kind: "video", qualityLimitationReason: "cpu" }]);
  assert.deepEqual(seen, { rtt: 0.03, limited: "cpu" });
});

test("the phone's circuit before its processor, and whatever it can", () => {
  const recorder = (...types) => ({ isTypeSupported: (type) => types.includes(type) });
  assert.equal(typeOf(recorder("video/webm;codecs=vp8,opus", "video/mp4;codecs=avc1.42E01E,mp4a.40.2")), "video/mp4;codecs=avc1.42E01E,mp4a.40.2");
  assert.equal(typeOf(recorder("video/mp4")), "video/mp4");
  assert.equal(typeOf({}), "");
});

test("the shelf holds half of the room there is, the oldest first", async () => {
  const shelf = await openShelf(new Database(), { estimate: async () => ({ quota: 1000, usage: 400 }) });
  const piece = (sequence, size) => ({ key: `r/${sequence}`, sequence, size, started: sequence });
  assert.equal(await shelf.add(piece(2, 200)), true);
  assert.equal(await shelf.add(piece(1, 200)), true);
  assert.equal(await shelf.add(piece(3, 400)), false);
  assert.deepEqual((await shelf.list()).map((one) => one.sequence), [1, 2]);
  await shelf.remove("r/1");
  assert.deepEqual([shelf.pieces, shelf.size], [1, 200]);
});

test("one calm sentence at a time", () => {
  const shown = { keeping: false, full: false, pieces: 0, done: 0, all: 0, sending: false, ended: false, outcome: "" };
  assert.equal(sentence(shown), "");
  assert.equal(sentence({ ...shown, keeping: true, pieces: 3 }), "keeping");
  assert.equal(sentence({ ...shown, full: true, keeping: true }), "full");
  assert.equal(sentence({ ...shown, pieces: 3, sending: true }), "sending");
  assert.equal(sentence({ ...shown, pieces: 3 }), "waiting");
  assert.equal(sentence({ ...shown, pieces: 3, ended: true }), "");
  assert.equal(sentence({ ...shown, outcome: "sent" }), "sent");
});
