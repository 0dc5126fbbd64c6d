import assert from "node:assert/strict";
import { test } from "node:test";
import { LiveSocket } from "../../static/js/lib/live.js";

/** A world with a clock that is moved by hand and sockets that are spoken through by hand. */
function world() {
  /** @type {any[]} */
  const sockets = [];
  /** @type {{at: number, run: () => void, id: number}[]} */
  let timers = [];
  let now = 0;
  let ids = 0;
  return {
    sockets,
    get socket() {
      return sockets.at(-1);
    },
    open() {
      const socket = { readyState: 0, sent: /** @type {any[]} */ ([]), send(/** @type {string} */ text) { this.sent.push(JSON.parse(text)); }, close() { this.readyState = 3; }, onopen: /** @type {any} */ (null), onmessage: /** @type {any} */ (null), onclose: /** @type {any} */ (null) };
      sockets.push(socket);
      return socket;
    },
    setTimeout(/** @type {() => void} */ run, /** @type {number} */ ms) {
      ids += 1;
      timers.push({ at: now + ms, run, id: ids });
      return ids;
    },
    clearTimeout(/** @type {number} */ id) {
      timers = timers.filter((timer) => timer.id !== id);
    },
    now: () => now,
    random: () => 0.5,
    pass(/** @type {number} */ ms) {
      now += ms;
      for (const timer of timers.filter((one) => one.at <= now)) {
        timers = timers.filter((one) => one !== timer);
        timer.run();
      }
    },
    say(/** @type {object} */ message) {
      this.socket.onmessage({ data: JSON.stringify(message) });
    },
    up() {
      this.socket.readyState = 1;
      this.socket.onopen();
    },
    sentOf(/** @type {string} */ type) {
      return this.socket.sent.filter((/** @type {any} */ one) => one.t === type);
    },
  };
}

/** @param {number} seq */
const event = (seq) => ({ t: "event", topic: "board.1", seq, kind: "incident.changed", at: "", data: { n: seq } });

function followed(after = 4) {
  const w = world();
  const live = new LiveSocket("ws://here/ws/live/", w);
  /** @type {(number|string)[]} */
  const heard = [];
  live.start();
  live.subscribe("board.1", { event: (one) => heard.push(one.seq), reload: () => heard.push("reload"), refused: () => heard.push("refused") }, after);
  w.up();
  return { w, live, heard };
}

test("asks for what came after the rendered page", () => {
  const { w } = followed(4);
  assert.deepEqual(w.sentOf("subscribe"), [{ t: "subscribe", topic: "board.1", after: 4 }]);
});

test("whoever follows a topic first, the rendered page says where it stands", () => {
  const w = world();
  const live = new LiveSocket("/ws/live/", w);
  live.subscribe("board.1", {});
  live.subscribe("board.1", {}, 7);
  live.start();
  w.up();
  assert.deepEqual(w.sentOf("subscribe"), [{ t: "subscribe", topic: "board.1", after: 7 }]);
});

test("hands events on once and in order", () => {
  const { w, heard } = followed(4);
  w.say({ t: "subscribed", topic: "board.1", seq: 4 });
  for (const seq of [5, 5, 6, 4]) w.say(event(seq));
  assert.deepEqual(heard, [5, 6]);
});

test("finds a gap, asks once, and holds what came too early", () => {
  const { w, heard } = followed(4);
  w.say({ t: "subscribed", topic: "board.1", seq: 4 });
  w.say(event(7));
  w.say(event(8));
  assert.deepEqual(heard, []);
  assert.deepEqual(w.sentOf("catch_up"), [{ t: "catch_up", topic: "board.1", after: 4 }]);
  for (const seq of [5, 6, 7, 8]) w.say(event(seq));
  w.say({ t: "caught_up", topic: "board.1", seq: 8 });
  assert.deepEqual(heard, [5, 6, 7, 8]);
});

test("an event before the answer to the subscription is not lost", () => {
  const w = world();
  const live = new LiveSocket("ws://here/", w);
  /** @type {number[]} */
  const heard = [];
  live.start();
  live.subscribe("board.1", { event: (one) => heard.push(one.seq) });
  w.up();
  w.say(event(9));
  w.say({ t: "subscribed", topic: "board.1", seq: 8 });
  assert.deepEqual(heard, [9]);
});

test("reload sets the cursor and says so", () => {
  const { w, heard } = followed(4);
  w.say({ t: "reload", topic: "board.1", seq: 900 });
  w.say(event(901));
  assert.deepEqual(heard, ["reload", 901]);
});

test("comes back by itself and says its last number", () => {
  const { w, live, heard } = followed(4);
  w.say({ t: "subscribed", topic: "board.1", seq: 4 });
  w.say(event(5));
  w.socket.onclose({ code: 1006 });
  assert.equal(live.state, "down");
  w.pass(600);
  assert.equal(w.sockets.length, 2);
  w.up();
  assert.deepEqual(w.sentOf("subscribe"), [{ t: "subscribe", topic: "board.1", after: 5 }]);
  assert.deepEqual(heard, [5]);
});

test("waits longer each time it fails", () => {
  const { w } = followed();
  const waits = [500, 1000, 2000, 4000, 8000, 8000];
  for (const wait of waits) {
    const before = w.sockets.length;
    w.socket.onclose({ code: 1006 });
    w.pass(wait - 1);
    assert.equal(w.sockets.length, before);
    w.pass(2);
    assert.equal(w.sockets.length, before + 1);
  }
});

test("a silent connection is given up", () => {
  const { w, live } = followed();
  w.pass(5000);
  w.pass(5000);
  w.pass(5000);
  assert.equal(live.state, "down");
});

test("measures the round trip and the server's time", () => {
  const { w, live } = followed();
  /** @type {number[][]} */
  const times = [];
  live.timeListeners.add((serverTime, trip) => times.push([serverTime, trip]));
  const [{ n }] = w.sentOf("ping");
  w.pass(40);
  w.say({ t: "pong", n, server_time: 1000 });
  assert.equal(live.latency, 40);
  assert.deepEqual(times, [[1000, 40]]);
});

test("signed out is final", () => {
  const { w, live } = followed();
  w.socket.onclose({ code: 4401 });
  w.pass(60_000);
  assert.equal(live.state, "signed-out");
  assert.equal(w.sockets.length, 1);
});

test("a refused topic and rubbish leave the others alone", () => {
  const { w, heard } = followed(4);
  w.socket.onmessage({ data: "{not json" });
  w.say({ t: "event", topic: "board.2", seq: 5, kind: "x", at: "", data: {} });
  w.say({ t: "refused", topic: "board.1" });
  w.say(event(5));
  assert.deepEqual(heard, ["refused", 5]);
});

test("leaving the last listener leaves the topic", () => {
  const { w, live } = followed();
  const leave = live.subscribe("incident.1", {});
  leave();
  assert.deepEqual(w.sentOf("unsubscribe"), [{ t: "unsubscribe", topic: "incident.1" }]);
});

test("parts that are away are told to whoever asks, and a refresh reaches every screen without losing its place", () => {
  const { w, live, heard } = followed(4);
  /** @type {any[]} */
  const parts = [];
  live.partListeners.add((away, looked) => parts.push([away, looked]));
  w.say({ t: "away", parts: [{ part: "media", since: "2026-11-21T22:42:31+00:00" }], looked: null });
  assert.deepEqual(parts, [[[{ part: "media", since: "2026-11-21T22:42:31+00:00" }], null]]);
  w.say({ t: "subscribed", topic: "board.1", seq: 4 });
  live.refresh();
  w.say(event(5));
  assert.deepEqual(heard, ["reload", 5]);
});
