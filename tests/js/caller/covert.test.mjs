import assert from "node:assert/strict";
import { test } from "node:test";
import { answered, pressed, question, reply } from "../../../static/js/covert/answers.js";
import { Finger, Hold, HOLD_MS, PAUSE_MS, Series, several } from "../../../static/js/covert/taps.js";
import { forecast } from "../../../static/js/covert/weather.js";

test("three quick ones, not three slow ones, and not six for two", () => {
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

/** Time that a test moves by hand. */
function clock() {
  let at = 0;
  /** @type {Map<number, {run: () => void, due: number}>} */
  const set = new Map();
  return {
    set: (/** @type {() => void} */ run, /** @type {number} */ ms) => { const id = set.size + 1 + at * 100; set.set(id, { run, due: at + ms }); return id; },
    clear: (/** @type {any} */ id) => void set.delete(id),
    pass: (/** @type {number} */ ms) => {
      at += ms;
      for (const [id, { run, due }] of [...set]) if (due <= at) { set.delete(id); run(); }
    },
  };
}

/** What a row of taps means, one entry for each moment. @param {import("../../../static/js/covert/taps.js").Where} where @param {number} count */
function row(where, count, apart = 200) {
  const time = clock();
  /** @type {string[]} */
  const meant = [];
  const series = new Series(time, (meaning) => meant.push(meaning));
  for (let nth = 0; nth < count; nth += 1) { series.tap(where); time.pass(apart); }
  time.pass(PAUSE_MS);
  return meant;
}

test("on the page three go black at once and leave when no fourth and fifth come: five are help, and the call goes on", () => {
  assert.deepEqual(row("page", 2), []);
  assert.deepEqual(row("page", 3), ["cover", "leave"]);
  assert.deepEqual(row("page", 4), ["cover", "leave"]);
  assert.deepEqual(row("page", 5), ["cover", "help"]);
  assert.deepEqual(row("page", 9), ["cover", "help"]);
  assert.deepEqual(row("page", 5, PAUSE_MS + 1), []);
});

test("in the dark one tap wakes, five are help, what lies between shows the hint, and nothing leaves", () => {
  assert.deepEqual(row("dark", 1), ["wake"]);
  for (const count of [2, 3, 4]) assert.deepEqual(row("dark", count), ["hint"]);
  for (const count of [5, 6, 8]) assert.deepEqual(row("dark", count), ["help"], "no wake after help");
});

test("whoever woke it with the first of five taps does not leave with the other four", () => {
  for (const count of [1, 3, 4]) assert.deepEqual(row("woken", count), []);
  assert.deepEqual(row("woken", 5), ["help"]);
});

test("a row means what the screen was where it began", () => {
  const time = clock();
  /** @type {string[]} */
  const meant = [];
  const series = new Series(time, (meaning) => meant.push(meaning));
  for (const where of /** @type {const} */ (["page", "page", "page", "dark", "dark"])) series.tap(where);
  time.pass(PAUSE_MS);
  assert.deepEqual(meant, ["cover", "help"]);
  series.tap("page");
  series.tap("page");
  series.drop();
  series.tap("page");
  time.pass(PAUSE_MS);
  assert.deepEqual(meant, ["cover", "help"], "a button between them");
});

test("a hand, a drag, a long press and two fingers are no tap", () => {
  const finger = new Finger();
  const tap = (/** @type {number} */ ms, /** @type {number} */ px) => { finger.down(1, 0, 100, 100); return finger.up(1, ms, 100 + px, 100); };
  assert.equal(tap(80, 3), true);
  assert.equal(tap(900, 0), false);
  assert.equal(tap(80, 60), false);
  finger.down(1, 0, 0, 0);
  finger.down(2, 10, 9, 9);
  assert.deepEqual([finger.up(1, 50, 0, 0), finger.up(2, 60, 9, 9)], [false, false]);
  finger.down(1, 0, 0, 0);
  finger.cancel(1);
  assert.equal(finger.up(1, 50, 0, 0), false);
  finger.down(1, 0, 0, 0);
  finger.forget();
  assert.equal(finger.up(1, 50, 0, 0), false, "the screen changed under it");
  assert.equal(tap(80, 0), true);
});

test("the word is held for the whole two seconds", () => {
  const time = clock();
  let held = 0;
  const hold = new Hold(time, () => (held += 1));
  hold.begin();
  time.pass(HOLD_MS - 1);
  hold.end();
  time.pass(HOLD_MS);
  assert.equal(held, 0);
  hold.begin();
  time.pass(HOLD_MS);
  assert.equal(held, 1);
});

test("the weather fits every day of the year, and is the same when it is looked at again", () => {
  for (let nth = 0; nth < 365; nth += 1) {
    const found = forecast(new Date(2027, 0, 1 + nth, 3, 14));
    assert.equal(found.days.length, 5);
    for (const { date, high, low } of found.days) {
      assert.ok(high > low && low >= -2 && high <= 23, `${date}`);
      assert.ok(date.getMonth() < 2 ? high <= 12 : true, "no summer in January");
    }
    const [today] = found.days;
    assert.ok(today.low <= found.now && found.now <= today.high && found.feels < found.now);
    assert.match(`${found.rise} ${found.set}`, /^0[3-8]:[0-5]\d (1[5-9]|2[01]):[0-5]\d$/);
    assert.deepEqual(forecast(new Date(2027, 0, 1 + nth, 3, 14)), found);
  }
  const day = (/** @type {number} */ hour) => forecast(new Date(2026, 10, 23, hour)).now;
  assert.ok(day(15) > day(3), "colder at night");
  assert.deepEqual(new Set(Array.from({ length: 60 }, (_, nth) => forecast(new Date(2026, 0, nth)).days[0].sky)), new Set(["rain", "cloud", "sun"]));
});
