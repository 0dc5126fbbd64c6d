// The socket that comes back: after accidents, not after a final word.
import assert from "node:assert/strict";
import test from "node:test";

import { Line, pause } from "../../../static/js/caller/line.js";
import { Socket, Time } from "./fakes.mjs";

function start() {
  const time = new Time();
  const sockets = [];
  const seen = { messages: [], up: 0, down: [], final: [] };
  const line = new Line(() => { sockets.push(new Socket()); return sockets.at(-1); }, {
    message: (message) => seen.messages.push(message), up: () => { seen.up += 1; },
    down: (attempt) => seen.down.push(attempt), final: (why) => seen.final.push(why),
  }, time.timers);
  line.start();
  return { time, sockets, seen, line };
}

test("waits grow and are spread, never beyond the last step", () => {
  assert.deepEqual([0, 1, 2, 3, 4, 9].map((attempt) => pause(attempt, 0.5)), [500, 1000, 2000, 4000, 8000, 8000]);
  assert.ok(pause(0, 0) < 500 && pause(0, 1) > 500);
});

test("an accident opens the line again, and a welcome makes the wait short again", async () => {
  const { time, sockets, seen, line } = start();
  sockets[0].open();
  sockets[0].drop();
  assert.deepEqual(seen.down, [1]);
  await time.pass(499);
  assert.equal(sockets.length, 1);
  await time.pass(1);
  assert.equal(sockets.length, 2);
  sockets[1].drop();
  await time.pass(999);
  assert.equal(sockets.length, 2, "the second wait is longer");
  await time.pass(1);
  sockets[2].open();
  line.settled();
  sockets[2].drop();
  await time.pass(500);
  assert.equal(sockets.length, 4);
});

test("a final close is final", async () => {
  for (const [code, why] of [[4410, "ended"], [4404, "gone"], [4403, "gone"], [4409, "replaced"]]) {
    const { time, sockets, seen } = start();
    sockets[0].open();
    sockets[0].drop(code);
    await time.pass(60_000);
    assert.equal(sockets.length, 1, String(code));
    assert.deepEqual(seen.final, [why]);
  }
});

test("a flood close waits longer before it comes back", async () => {
  const { time, sockets } = start();
  sockets[0].open();
  sockets[0].drop(4429);
  await time.pass(3999);
  assert.equal(sockets.length, 1);
  await time.pass(1);
  assert.equal(sockets.length, 2);
});

test("a silent line is a dead line", async () => {
  const { time, sockets, seen } = start();
  sockets[0].open();
  await time.pass(8000);
  assert.ok(sockets[0].of("ping").length >= 2);
  assert.deepEqual(seen.down, []);
  await time.pass(4000);
  assert.deepEqual(seen.down, [1]);
});

test("a socket that never opens is given up", async () => {
  const { time, sockets } = start();
  await time.pass(8500);
  assert.equal(sockets.length, 2);
});

test("a nudge finds a dead line in two seconds, and leaves a living one alone", async () => {
  const { time, sockets, seen, line } = start();
  sockets[0].open();
  line.nudge();
  sockets[0].say({ t: "pong", n: 1 });
  await time.pass(2000);
  assert.deepEqual(seen.down, []);
  line.nudge();
  await time.pass(2000);
  assert.deepEqual(seen.down, [1]);
  line.nudge();
  assert.equal(sockets.length, 2, "a waiting line opens at once");
});

test("what is no message is nothing, and a late word of an old socket is not heard", async () => {
  const { time, sockets, seen } = start();
  sockets[0].open();
  for (const frame of ["{", "null", "[]", '{"x":1}', '{"t":7}']) sockets[0].say(frame);
  sockets[0].drop();
  await time.pass(500);
  sockets[0].say({ t: "ended" });
  sockets[0].onclose?.({ code: 4410 });
  assert.deepEqual(seen.messages, []);
  assert.deepEqual(seen.final, []);
});

test("a stopped line stays stopped and tells when nothing was sent", async () => {
  const { time, sockets, line } = start();
  assert.equal(line.send({ t: "ping" }), false);
  sockets[0].open();
  assert.equal(line.send({ t: "ping" }), true);
  line.stop();
  await time.pass(60_000);
  assert.equal(sockets.length, 1);
  assert.equal(line.send({ t: "ping" }), false);
});
