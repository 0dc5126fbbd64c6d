import assert from "node:assert/strict";
import { test } from "node:test";

import { boxes, isLine, lastGap, nextGap, runAt, secondOf, summary, totals, words } from "../../static/js/lib/ledger.js";

/** @typedef {import("../../static/js/lib/ledger.js").Line} Line */
/** @param {[number, import("../../static/js/lib/ledger.js").State, import("../../static/js/lib/ledger.js").Why?][]} parts @returns {Line} */
function line(...parts) {
  let at = 0;
  const runs = parts.map(([length, state, why = ""]) => {
    const run = { at, for: length, state, why, frames: 0 };
    at += length;
    return run;
  });
  return { start: 1000, seconds: at, runs };
}
const CALL = line([10, "recorded"], [1, "loss", "network"], [4, "lost", "network"], [5, "recorded"], [2, "phone", "network"], [8, "recorded"]);

test("every second belongs to one run", () => {
  for (let second = 0; second < CALL.seconds; second += 1) {
    const run = runAt(CALL, second);
    assert.ok(run && second >= run.at && second < run.at + run.for);
  }
  assert.equal(runAt(CALL, -1), null);
  assert.equal(runAt(CALL, CALL.seconds), null);
  assert.equal(secondOf(CALL, 1_003_900), 3);
  assert.equal(secondOf(CALL, 0), 0);
  assert.equal(secondOf(CALL, 9e12), 29);
});

test("the sums are the length, and the sentence says them", () => {
  assert.deepEqual(totals(CALL), { recorded: 23, loss: 1, phone: 2, lost: 4 });
  assert.equal(summary(CALL), "23 of 30 s recorded, 1 s with loss, 2 s from the phone, 4 s not recorded");
  assert.equal(summary(line()), "Nothing recorded yet");
});

test("a gap is said with its reason, what the phone has, and the frames", () => {
  assert.equal(words(CALL.runs[2]), "Not recorded, connection lost or weak, 4 s");
  assert.equal(words({ ...CALL.runs[2], kept: true }), "Not recorded, connection lost or weak, the phone has it and will send it, 4 s");
  assert.equal(words({ ...CALL.runs[1], frames: 1 }), "Recorded with loss, connection lost or weak, about 1 frame missing, 1 s");
  assert.equal(words(CALL.runs[0]), "Recorded");
  assert.equal(lastGap(CALL)?.state, "phone");
  assert.equal(lastGap(line([3, "recorded"])), null);
});

test("the next gap goes over neighbours of the same stretch, both ways", () => {
  assert.equal(nextGap(CALL, 1_000_000), 1_010_000);
  assert.equal(nextGap(CALL, 1_010_000), 1_020_000);
  assert.equal(nextGap(CALL, 1_020_000), null);
  assert.equal(nextGap(CALL, 1_029_000, -1), 1_020_000);
  assert.equal(nextGap(CALL, 1_010_000, -1), null);
});

test("one lost second in two hours is still wide enough to be seen, and inside the strip", () => {
  for (const long of [line([7199, "recorded"], [1, "lost", "engine"]), line([1, "lost", "engine"], [7199, "recorded"])]) {
    const drawn = boxes(long, 300);
    const gap = drawn[drawn.length - 1];
    assert.equal(gap.state, "lost");
    assert.ok(gap.width >= 3 && gap.x >= 0 && gap.x + gap.width <= 300);
  }
});

test("a thousand gaps stay a few boxes, and the worse state is not hidden", () => {
  /** @type {[number, import("../../static/js/lib/ledger.js").State, import("../../static/js/lib/ledger.js").Why?][]} */
  const many = [];
  for (let at = 0; at < 1000; at += 1) many.push([1, "recorded"], [1, at === 500 ? "lost" : "loss", "network"]);
  const drawn = boxes(line(...many), 100);
  assert.ok(drawn.filter((box) => box.state !== "recorded").length <= 205);
  assert.ok(drawn.some((box) => box.state === "lost"));
  assert.deepEqual(boxes(line(), 100), []);
  assert.deepEqual(boxes(CALL, 0), []);
});

test("what does not add up is no line", () => {
  assert.ok(isLine(CALL));
  for (const wrong of [null, {}, { ...CALL, seconds: 31 }, { ...CALL, runs: [{ ...CALL.runs[0], state: "fine" }] }, { ...CALL, runs: CALL.runs.slice(1) }]) assert.ok(!isLine(wrong));
});
