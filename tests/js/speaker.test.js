import assert from "node:assert/strict";
import { test } from "node:test";
import { LASTS, LOUD, STAYS, Speaker } from "../../static/js/lib/speaker.js";

const levels = (/** @type {Record<string, number>} */ of) => new Map(Object.entries(of));

/** Feed the same levels every 200 ms; the first change and when. */
function until(/** @type {Speaker} */ speaker, /** @type {Record<string, number>} */ of, /** @type {string|null} */ large, from = 0, ms = 6000) {
  for (let now = from; now <= from + ms; now += 200) {
    const next = speaker.next(levels(of), large, now);
    if (next) return { next, after: now - from };
  }
  return null;
}

test("the picture goes to who is heard for a while", () => {
  assert.deepEqual(until(new Speaker(), { a: 0, b: 0.2 }, "a"), { next: "b", after: LASTS });
});

test("a cough changes nothing", () => {
  const speaker = new Speaker();
  assert.equal(until(speaker, { a: 0, b: 0.5 }, "a", 0, LASTS - 200), null);
  assert.equal(until(speaker, { a: 0, b: LOUD / 2 }, "a", LASTS), null);
});

test("who is large and speaks stays, whoever else does", () => {
  assert.equal(until(new Speaker(), { a: 0.1, b: 0.9 }, "a"), null);
});

test("a picture stays for a while, chosen by hand or not", () => {
  const speaker = new Speaker();
  speaker.changed(0);
  assert.deepEqual(until(speaker, { a: 0, b: 0.2 }, "a"), { next: "b", after: STAYS });
});

test("of two who speak the first to begin is shown; who left is forgotten", () => {
  const speaker = new Speaker();
  speaker.next(levels({ b: 0.3, c: 0 }), null, 0);
  speaker.next(levels({ b: 0.3, c: 0.9 }), null, 200);
  assert.equal(until(speaker, { b: 0.3, c: 0.9 }, null, 400)?.next, "b");
  const other = new Speaker();
  other.next(levels({ b: 0.3 }), null, 0);
  assert.equal(until(other, { c: 0 }, null, 200), null);
});
