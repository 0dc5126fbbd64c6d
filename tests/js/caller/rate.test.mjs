// How much goes out: smaller pictures on a thin line, and probes that find out when it is thin no longer.
import assert from "node:assert/strict";
import test from "node:test";

import { limited, look, Rate, STEPS, stepFor } from "../../../static/js/caller/rate.js";
import { settle, Time } from "./fakes.mjs";

const report = (available, { rtt = 0.05, lines = 480 } = {}) => new Map([
  ["p", { type: "candidate-pair", availableOutgoingBitrate: available, currentRoundTripTime: rtt }],
  ["q", { type: "candidate-pair" }],
  ["o", { type: "outbound-rtp", kind: "video", frameHeight: lines }],
]);

function start() {
  const time = new Time();
  const sender = { shaped: [], limits: [], shape(lines, fps) { this.shaped.push([lines, fps]); }, async limit(kbits) { this.limits.push(kbits); } };
  const rate = new Rate(sender, time.timers);
  const run = async (seconds, available, more) => {
    for (let turn = 0; turn < 2 * seconds; turn += 1) { rate.take(report(available, more)); await time.pass(500); await settle(); }
  };
  return { time, sender, rate, run };
}

test("a thin line has small pictures, and a step up needs more than a step down", () => {
  const last = STEPS.length - 1;
  assert.equal(stepFor(2_000_000, last), last);
  assert.equal(stepFor(599_000, last), 1);
  assert.equal(stepFor(200_000, last), 0);
  assert.equal(stepFor(620_000, 1), 1, "not yet");
  assert.equal(stepFor(800_000, 1), last);
  assert.equal(stepFor(3_000_000, 0), last);
  assert.equal(stepFor(320_000, 0), 0);
});

test("down at once, up after a while", async () => {
  const { sender, run } = start();
  await run(1, 400_000);
  assert.deepEqual(sender.shaped, [[360, 15]]);
  await run(1, 900_000);
  assert.equal(sender.shaped.length, 1);
  await run(1.5, 900_000);
  assert.deepEqual(sender.shaped.at(-1), [Infinity, 30]);
});

test("up at once when a probe has measured far more", async () => {
  const { sender, run } = start();
  await run(1, 200_000);
  await run(0.5, 600_000);
  assert.deepEqual(sender.shaped, [[240, 10], [360, 15]]);
  await run(0.5, 2_000_000);
  assert.deepEqual(sender.shaped.at(-1), [Infinity, 30]);
});

test("while there is less than enough it probes, each time a little higher", async () => {
  const { sender, run } = start();
  await run(6, 400_000);
  assert.ok(sender.limits.length >= 3 && sender.limits.length <= 5, String(sender.limits));
  assert.deepEqual(sender.limits, [...sender.limits].sort((a, b) => a - b));
  assert.equal(new Set(sender.limits).size, sender.limits.length);
});

test("a probe that found something is followed sooner", async () => {
  const { sender, rate, run, time } = start();
  for (const available of [300_000, 600_000, 1_300_000]) { rate.take(report(available)); await time.pass(1000); }
  assert.equal(sender.limits.length, 3);
  await run(3, 2_500_000);
  assert.equal(sender.limits.length, 3, "enough");
});

test("no probe into a queue, before the first picture, or where nothing is known", async () => {
  const { sender, rate, run } = start();
  await run(1, 2_500_000);
  await run(3, 400_000, { rtt: 0.4 });
  await run(3, 400_000, { lines: 0 });
  rate.take(new Map());
  assert.deepEqual(sender.limits, []);
  assert.equal(look(new Map()), null);
});

test("a browser that refuses goes on at its own pace", async () => {
  const { sender, run } = start();
  sender.limit = async () => { throw new Error("no"); };
  await run(4, 400_000);
  sender.limit = async (kbits) => { sender.limits.push(kbits); };
  await run(3, 400_000);
  assert.ok(sender.limits.length >= 1);
});

test("the limit stands in the picture's section, once", () => {
  const sdp = "v=0\r\nm=audio 9 X 111\r\nc=IN IP4 0.0.0.0\r\nm=video 9 X 96\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\n";
  const once = limited(sdp, 3001);
  assert.equal(once, sdp.replace("0.0.0.0\r\na=mid", "0.0.0.0\r\nb=AS:3001\r\na=mid"));
  assert.equal(limited(once, 3002), once.replace("3001", "3002"));
});
