// The signalling protocol of the pages: build what the server takes, refuse what it would refuse, ignore what is not known.
import assert from "node:assert/strict";
import test from "node:test";

import {
  CLOSE, MAX_CHAT, afterClose, build, chatAdded, chatAfterWelcome, chatSaved, fixOf, parseCaller, parseWatch, retryDelay, truthOf,
} from "../../static/js/webrtc/protocol.js";

const WELCOME = {
  t: "welcome", state: "opened", mode: "video", trust_code: "4719", ice_servers: [], chat: [], recorded_seconds: 0, server_time: 1,
};

test("a message is one line of JSON with its type", () => {
  assert.deepEqual(JSON.parse(build({ t: "ping", n: 3 })), { t: "ping", n: 3 });
});

test("what the server would refuse is never sent", () => {
  assert.throws(() => build(/** @type {any} */ ({ t: "shout" })), RangeError);
  assert.throws(() => build({ t: "chat", key: "k", text: "x".repeat(MAX_CHAT + 1) }), RangeError);
  assert.throws(() => build({ t: "offer", id: 1, sdp: `v=0${"x".repeat(70_000)}` }), RangeError);
  assert.ok(build({ t: "chat", key: "k", text: "😀".repeat(MAX_CHAT) }), "a character is a character, not two halves");
});

test("a position without heading or speed leaves them out", () => {
  const coords = { latitude: 53.7, longitude: 0.4, accuracy: 8, heading: NaN, speed: null };
  assert.deepEqual(fixOf({ coords, timestamp: 1_700_000_000_000.7 }), {
    t: "fix", lat: 53.7, lon: 0.4, accuracy: 8, at: 1_700_000_000_001,
  });
  assert.equal(fixOf({ coords: { ...coords, heading: 90, speed: 1.5 }, timestamp: 1 }).heading, 90);
});

test("a known message is parsed", () => {
  assert.deepEqual(parseCaller(JSON.stringify(WELCOME)), WELCOME);
  const source = { t: "source", codec: "VP8", has_audio: false };
  assert.deepEqual(parseWatch(JSON.stringify(source)), source);
});

test("hostile or unknown frames are null, never an exception", () => {
  for (const text of ["", "{", "null", "[]", "1", '"x"', '{"t":1}', '{"t":"toString"}', '{"t":"__proto__"}', new ArrayBuffer(8), undefined]) {
    assert.equal(parseCaller(text), null);
    assert.equal(parseWatch(text), null);
  }
});

test("a field of the wrong kind makes the message unknown", () => {
  assert.equal(parseCaller(JSON.stringify({ ...WELCOME, chat: "no" })), null);
  assert.equal(parseCaller(JSON.stringify({ ...WELCOME, trust_code: 4719 })), null);
  assert.equal(parseWatch(JSON.stringify({ t: "alarm", reason: 4 })), null);
  assert.deepEqual(parseWatch(JSON.stringify({ t: "alarm", reason: null })), { t: "alarm", reason: null });
});

test("each socket knows only its own messages", () => {
  assert.equal(parseWatch(JSON.stringify({ t: "status", watched: true, recording: "writing", recorded_seconds: 1, viewers: 1 })), null);
  assert.equal(parseCaller(JSON.stringify({ t: "source", codec: "VP8", has_audio: true })), null);
});

test("what to do after a close", () => {
  assert.equal(afterClose(1006), "retry");
  assert.equal(afterClose(1012), "retry");
  assert.equal(afterClose(CLOSE.FLOOD), "wait");
  assert.equal(afterClose(CLOSE.NOT_FOUND), "gone");
  assert.equal(afterClose(CLOSE.REPLACED), "replaced");
  assert.equal(afterClose(CLOSE.ENDED), "ended");
  assert.equal(afterClose(CLOSE.SIGN_IN), "sign_in");
});

test("retries start at once and grow to eight seconds, spread out", () => {
  assert.equal(retryDelay(0), 0);
  assert.equal(retryDelay(1, 0.5), 500);
  assert.ok(retryDelay(50, 1) <= 10_000);
  assert.ok(retryDelay(4, 0) < retryDelay(4, 1));
});

test("unsent chat goes when the server has it, by key", () => {
  const two = chatAdded(chatAdded([], "a", "one"), "b", "two");
  assert.deepEqual(chatSaved(two, "a"), [{ key: "b", text: "two" }]);
  const known = [{ id: "1", from: /** @type {const} */ ("caller"), text: "two", at: 1, key: "b" }];
  assert.deepEqual(chatAfterWelcome(two, known), [{ key: "a", text: "one" }]);
  assert.equal(two.length, 2, "the list handed in is untouched");
});

test("REC and seen are two facts, and an old fact is no fact", () => {
  const status = { t: /** @type {const} */ ("status"), watched: true, recording: /** @type {const} */ ("late"), recorded_seconds: 4, viewers: 2 };
  assert.deepEqual(truthOf(status, 100), { seen: true, saved: false });
  assert.deepEqual(truthOf({ ...status, watched: false, recording: "writing" }, 100), { seen: false, saved: true });
  assert.deepEqual(truthOf({ ...status, recording: "writing" }, 5000), { seen: false, saved: false });
  assert.deepEqual(truthOf(null, 0), { seen: false, saved: false });
});
