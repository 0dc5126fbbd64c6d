import assert from "node:assert/strict";
import { test } from "node:test";

import { behindWords, keyTarget, markBeside, markWords, partAt, rowBefore, withGaps } from "../../static/js/lib/rewind.js";

/** @typedef {import("../../static/js/lib/rewind.js").Row} Row */
/** @typedef {import("../../static/js/lib/rewind.js").Mark} Mark */
const PARTS = [
  { number: 1, start: 1000, end: 5000, width: 640, height: 480 },
  { number: 2, start: 8000, end: 9000, width: 480, height: 640 },
  { number: 4, start: 9500, end: null, width: 640, height: 480 },
];

test("a moment belongs to its part, in a gap to the next one, at the end to the one being written", () => {
  assert.equal(partAt(PARTS, 0)?.number, 1);
  assert.equal(partAt(PARTS, 4999)?.number, 1);
  assert.equal(partAt(PARTS, 6000)?.number, 2);
  assert.equal(partAt(PARTS, 99_000)?.number, 4);
  assert.equal(partAt(PARTS.slice(0, 2), 99_000), null);
});

test("showing begins at the last key frame before the moment", () => {
  /** @type {Row[]} */
  const rows = [[100, 50, 0, 2, true], [150, 50, 2, 4, false], [200, 50, 4, 6, true], [250, 50, 6, 8, false]];
  assert.deepEqual([0, 1.9, 3.9, 4, 7, 99].map((time) => rowBefore(rows, time)), [0, 0, 0, 2, 2, 2]);
  assert.equal(rowBefore(rows, -3), 0);
  assert.equal(rowBefore(rows.slice(1, 2), 3), -1);
});

test("marks are gone to in order, and the one that is shown is passed over", () => {
  /** @type {Mark[]} */
  const marks = [{ kind: "join", at: 1000 }, { kind: "chat", at: 5000, who: "caller" }, { kind: "log", at: 9000, number: 4, type: "MEDIA" }];
  assert.equal(markBeside(marks, 0, 1)?.at, 1000);
  assert.equal(markBeside(marks, 5000, 1)?.at, 9000);
  assert.equal(markBeside(marks, 9000, 1), null);
  assert.equal(markBeside(marks, 6000, -1)?.at, 1000);
  assert.equal(markBeside(marks, 1000, -1), null);
  assert.deepEqual(marks.map(markWords), ["Phone connected", "Caller wrote", "Log 4, MEDIA"]);
});

test("gaps are marks too, each stretch once", () => {
  /** @type {import("../../static/js/lib/ledger.js").Line} */
  const line = { start: 2, seconds: 5, runs: [{ at: 0, for: 2, state: "recorded", why: "", frames: 0 }, { at: 2, for: 1, state: "loss", why: "network", frames: 3 }, { at: 3, for: 2, state: "lost", why: "network", frames: 0 }] };
  assert.deepEqual(withGaps([{ kind: "join", at: 9000 }], line).map((mark) => [mark.kind, mark.at]), [["gap", 4000], ["join", 9000]]);
});

test("keys go by seconds and minutes, never before the beginning, and End is live", () => {
  assert.equal(keyTarget("ArrowLeft", 5000, 4500), 4500);
  assert.equal(keyTarget("ArrowRight", 5000, 0), 6000);
  assert.equal(keyTarget("PageDown", 500_000, 0), 440_000);
  assert.equal(keyTarget("PageUp", 0, 0), 60_000);
  assert.equal(keyTarget("Home", 5000, 1000), 1000);
  assert.equal(keyTarget("End", 5000, 0), Infinity);
  assert.equal(keyTarget("x", 5000, 0), null);
});

test("how far behind is said as on a clock", () => {
  assert.equal(behindWords(42_400), "Rewound, 00:42 behind live");
  assert.equal(behindWords(3_725_000), "Rewound, 01:02:05 behind live");
  assert.equal(behindWords(-5), "Rewound, 00:00 behind live");
});
