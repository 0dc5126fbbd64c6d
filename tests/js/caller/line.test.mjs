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
  assert.deepEqual([0, 1, 2, 3, 9, 10, 11, 50].map((attempt) => pause(attempt, 0.5)), [100, 500, 1000, 2000, 2000, 4000, 8000, 8000]);
  assert.ok(pause(0, 0) < 100 && pause(0, 1) > 100);
});

test("an accident opens the line again, and a welcome makes the wait short again", async () => {
  const { time, sockets, seen, line } = start();
  sockets[0].open();
  sockets[0].drop();
  assert.deepEqual(seen.down, [1]);
  await time.pass(99);
  assert.equal(sockets.length, 1);
  await time.pass(1);
  assert.equal(sockets.length, 2);
  sockets[1].drop();
  await time.pass(499);
  assert.equal(sockets.length, 2, "the second wait is longer");
  await time.pass(1);
  sockets[2].open();
  line.settled();
  sockets[2].drop();
  await time.pass(100);
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
  await time.pass(5000);
  assert.ok(sockets[0].of("ping").length >= 2);
  assert.deepEqual(seen.down, []);
  await time.pass(2500);
  assert.deepEqual(seen.down, [1]);
});

test("a socket that does not open is not waited for: others are begun beside it, never more than three", async () => {
  const { time, sockets, seen } = start();
  await time.pass(2500);
  assert.equal(sockets.length, 2);
  assert.equal(sockets[0].closed, undefined);
  await time.pass(5400);
  assert.equal(sockets.length, 3);
  await time.pass(2100);
  assert.equal(sockets[0].closed, 1005, "after eight seconds it is given up");
  assert.equal(sockets.length, 4);
  assert.deepEqual(seen.down, []);
});

test("the first socket that opens is the line, the others are let go", async () => {
  const { time, sockets, seen, line } = start();
  await time.pass(5000);
  sockets[1].open();
  assert.equal(seen.up, 1);
  assert.deepEqual(sockets.map((socket) => socket.closed), [1005, undefined, 1005]);
  sockets[0].open();
  sockets[2].drop();
  await time.pass(2000);
  assert.equal(seen.up, 1);
  assert.equal(line.send({ t: "seen" }), true);
  assert.equal(sockets[1].of("seen").length, 1);
});

test("when every opening socket fails the wait begins", async () => {
  const { time, sockets, seen } = start();
  await time.pass(2500);
  sockets[0].drop();
  assert.deepEqual(seen.down, []);
  sockets[1].drop();
  assert.deepEqual(seen.down, [1]);
  await time.pass(100);
  assert.equal(sockets.length, 3);
});

test("a nudge finds a dead line in little more than a second, and leaves a living one alone", async () => {
  const { time, sockets, seen, line } = start();
  sockets[0].open();
  line.nudge();
  sockets[0].say({ t: "pong", n: 1 });
  await time.pass(1200);
  assert.deepEqual(seen.down, []);
  line.nudge();
  await time.pass(1200);
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
