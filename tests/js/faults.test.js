import assert from "node:assert/strict";
import { test } from "node:test";
import { faultOf, linkOf } from "../../static/js/lib/faults.js";
import { Reach } from "../../static/js/lib/reach.js";

const T = 1_000_000;
const time = (/** @type {number} */ at) => `T${(at - T) / 1000}`;
/** @param {Partial<import("../../static/js/lib/faults.js").Known>} known @param {number} [now] */
const said = (known, now = T + 60_000) => faultOf({ state: "up", downSince: null, reached: null, away: [], looked: null, heard: T - 5000, kept: 0, ...known }, now, time);

test("nothing is wrong", () => {
  assert.deepEqual(said({}), { level: "ok", words: "", faults: [], since: null, asOf: null });
});

test("a server that answers nothing is unreachable after ten seconds, and what is kept is counted", () => {
  const lost = { state: /** @type {"down"} */ ("down"), downSince: T, reached: false, kept: 2, heard: T - 1000 };
  assert.equal(said(lost, T + 9_000).level, "warn");
  const red = said(lost, T + 10_000);
  assert.deepEqual([red.level, red.faults, red.asOf], ["down", ["server"], T - 1000]);
  assert.equal(red.words, "Server not reachable since T0. 2 entries kept on this terminal. Use the paper log. Typing still works.");
});

test("a lost socket of a server that answers is no outage: amber, whatever the time", () => {
  const amber = said({ state: "down", downSince: T, reached: true }, T + 3_600_000);
  assert.deepEqual([amber.level, amber.faults], ["warn", ["link"]]);
  assert.equal(amber.words, "Live updates are down since T0. Log, grading and assigning work. This page refreshes every 15 s.");
});

test("before the first answer nothing is promised", () => {
  assert.equal(said({ state: "down", downSince: T }, T + 1000).words, "Live updates are down since T0. Trying again by itself.");
});

test("parts that are away: since the first of them, and lists say until when they are true", () => {
  const both = said({ away: [{ part: "channel_layer", since: T }, { part: "media", since: T + 2000 }], looked: T + 50_000 });
  assert.equal(both.words, "Live updates and live video are down since T0. Log, grading and assigning work. This page refreshes every 5 s.");
  assert.deepEqual([both.level, both.faults, both.asOf], ["warn", ["channel_layer", "media"], T + 50_000]);
  const store = said({ away: [{ part: "storage", since: T }] });
  assert.equal(store.words, "The evidence store is down since T0. Recording goes on. Exhibits open when it is back.");
  assert.equal(store.asOf, null, "what is listed is true all the same");
});

test("a part nobody has words for is named as it is", () => {
  assert.equal(said({ away: [{ part: "speech_engine", since: T }] }).words, "speech engine is down since T0.");
});

test("without records paper is used at once", () => {
  const red = said({ away: [{ part: "database", since: T }], kept: 1 });
  assert.equal(red.level, "down");
  assert.match(red.words, /^Records do not answer since T0\. 1 entry kept on this terminal\. Use the paper log\./);
});

test("signed out comes before all else", () => {
  assert.match(said({ state: "signed-out", away: [{ part: "media", since: T }] }).words, /^Signed out\./);
});

test("beside the clock nothing is promised that the line denies", () => {
  /** @param {Partial<import("../../static/js/lib/faults.js").Known>} known */
  const link = (known) => linkOf({ state: "up", downSince: null, away: [], ...known });
  assert.equal(link({}), "up");
  assert.equal(link({ state: "joining" }), "joining");
  assert.equal(link({ state: "up", downSince: T }), "down", "taken, and not answered yet");
  assert.equal(link({ state: "signed-out" }), "down");
  assert.equal(link({ away: [{ part: "media", since: T }, { part: "channel_layer", since: T }] }), "late");
  assert.equal(link({ away: [{ part: "media", since: T }] }), "up", "changes come as they happen");
  assert.equal(link({ away: [{ part: "channel_layer", since: T }, { part: "database", since: T }] }), "down");
});

function reaching() {
  /** @type {((reached: boolean) => void)[]} */
  const asked = [];
  /** @type {(() => void)[]} */
  const timers = [];
  const told = { changed: 0, refreshed: 0 };
  const world = { setTimeout: (/** @type {() => void} */ run) => timers.push(run), clearTimeout: () => timers.splice(0) };
  const reach = new Reach(() => new Promise((resolve) => asked.push(resolve)), () => (told.changed += 1), () => (told.refreshed += 1), world);
  const answer = async (/** @type {boolean} */ reached) => {
    asked.shift()?.(reached);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { reach, asked, timers, told, answer, next: () => timers.shift()?.() };
}

test("as long as it answers, what is on the screen is refreshed with every third answer", async () => {
  const one = reaching();
  one.reach.start();
  one.reach.start();
  assert.equal(one.asked.length, 1, "asked once");
  for (let time = 0; time < 6; time += 1) {
    await one.answer(true);
    one.next();
  }
  assert.deepEqual([one.reach.reached, one.told], [true, { changed: 6, refreshed: 2 }]);
});

test("an answer of the loss before says nothing about this one", async () => {
  const one = reaching();
  one.reach.start();
  one.reach.stop();
  one.reach.start();
  await one.answer(false);
  assert.equal(one.reach.reached, null);
  await one.answer(true);
  assert.equal(one.reach.reached, true);
  one.reach.stop();
  assert.deepEqual([one.reach.reached, one.timers.length], [null, 0]);
});
