import assert from "node:assert/strict";
import { test } from "node:test";
import { ServerClock, duration, reading, span, wallTime } from "../../static/js/lib/clock.js";

test("lengths of time as the console writes them", () => {
  assert.equal(span(194), "03:14");
  assert.equal(span(64 * 60 + 12), "64:12");
  assert.equal(span(190 * 60), "3 h 10");
  assert.equal(span(52 * 3600), "2 d 4 h");
  assert.equal(span(-3), "00:00");
  assert.equal(duration(89.9), "00:01:29");
});

test("a clock counts up, down, and over its target", () => {
  const received = Date.UTC(2026, 10, 21, 22, 38, 52);
  const target = received + 15 * 60_000;
  assert.deepEqual(reading({ since: received }, received + 194_000), { text: "03:14", state: "running" });
  assert.deepEqual(reading({ until: target, from: received, suffix: " left" }, received + 194_000), { text: "11:46 left", state: "running" });
  assert.equal(reading({ until: target, from: received }, target - 179_000).state, "near");
  assert.equal(reading({ until: target, from: received }, target - 181_000).state, "running");
  assert.deepEqual(reading({ until: target, from: received, suffix: " left" }, target + 252_000), { text: "04:12 over", state: "over" });
});

test("the server's clock wins, and the shortest round trip wins among answers", () => {
  let now = 1000;
  const clock = new ServerClock(() => now);
  clock.learn(50_000, 100);
  assert.equal(clock.now(), 50_050);
  clock.learn(90_000, 400);
  assert.equal(clock.now(), 50_050);
  now += 10;
  clock.learn(50_100, 20);
  assert.equal(clock.now(), 50_110);
});

test("the wall shows London, in winter and in summer", () => {
  assert.deepEqual(wallTime(Date.UTC(2026, 10, 21, 22, 42, 6)), { time: "22:42:06", zone: "GMT", day: "Sat 21/11/2026" });
  assert.deepEqual(wallTime(Date.UTC(2026, 6, 1, 22, 42, 6)), { time: "23:42:06", zone: "BST", day: "Wed 01/07/2026" });
});
