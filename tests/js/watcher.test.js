import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Watcher } from "../../static/js/lib/watcher.js";

/** @type {any[]} */
let sockets;
/** @type {any[]} */
let peers;
/** @type {any[]} */
let waiting;
/** @type {string[]} */
let links;
let broken = false;
/** @type {any} */
const g = globalThis;

function openSocket() {
  const socket = { readyState: 1, sent: /** @type {any[]} */ ([]), send(/** @type {string} */ text) { this.sent.push(JSON.parse(text)); }, close() { this.readyState = 3; } };
  sockets.push(socket);
  return /** @type {any} */ (socket);
}

function openPeer() {
  const peer = {
    connectionState: "new", iceGatheringState: "complete", localDescription: { sdp: "v=0 offer" }, closed: false, answer: "",
    addTransceiver() {}, addEventListener() {}, async createOffer() { if (broken) throw new Error("no network"); return {}; }, setLocalDescription: async () => {},
    async setRemoteDescription(/** @type {{sdp: string}} */ answer) { this.answer = answer.sdp; }, close() { this.closed = true; },
  };
  peers.push(peer);
  return /** @type {any} */ (peer);
}

const settle = async () => {
  for (let i = 0; i < 8; i += 1) await Promise.resolve();
};
const say = async (/** @type {object} */ message) => {
  sockets.at(-1).onmessage({ data: JSON.stringify(message) });
  await settle();
};
const welcome = { t: "welcome", state: "live", codec: "H264", has_audio: false, alarm: null, ice_servers: [], peer: "p", server_time: 1 };
const offers = () => sockets.at(-1).sent.filter((/** @type {any} */ one) => one.t === "offer");

function begin() {
  const watcher = new Watcher("ws://here/ws/watch/1/", { message: () => {}, stream: () => {}, link: (link, why) => links.push(why ? `${link}:${why}` : link) }, {
    openSocket, openPeer, random: () => 0.5,
    setTimeout: /** @type {any} */ ((/** @type {() => void} */ run, /** @type {number} */ ms) => waiting.push({ run, ms })),
  });
  watcher.start();
  sockets.at(-1).onopen();
  return watcher;
}

beforeEach(() => {
  sockets = [];
  peers = [];
  waiting = [];
  links = [];
  g.MediaStream = class { addTrack() {} };
});

test("offers to receive once the codec is known", async () => {
  begin();
  await say({ ...welcome, codec: null, state: "opened" });
  assert.equal(offers().length, 0);
  await say({ t: "source", codec: "VP8", has_audio: true });
  assert.deepEqual(offers().map((/** @type {any} */ one) => one.sdp), ["v=0 offer"]);
  await say({ t: "answer", id: offers()[0].id, sdp: "v=0 answer", codec: "VP8" });
  assert.equal(peers[0].answer, "v=0 answer");
});

test("the ways are found while the caller comes, once, and not kept too long", async () => {
  begin();
  await say({ ...welcome, codec: null, state: "sent" });
  assert.equal(peers.length, 0);
  await say({ t: "state", state: "opened" });
  await say({ t: "state", state: "camera_on" });
  assert.equal(peers.length, 1);
  assert.equal(offers().length, 0);
  await say({ t: "source", codec: "VP8", has_audio: true });
  assert.equal(peers.length, 1);
  assert.equal(offers().length, 1);

  begin();
  await say({ ...welcome, codec: null, state: "opened" });
  const { now } = performance;
  performance.now = () => now.call(performance) + 61_000;
  try {
    await say({ t: "source", codec: "VP8", has_audio: true });
  } finally {
    performance.now = now;
  }
  assert.deepEqual(peers.map((peer) => peer.closed), [false, true, false]);
  assert.equal(offers().length, 1);
});

test("what was begun is let go of with the socket, with other relays, with the end and with the page", async () => {
  for (const over of [
    () => sockets.at(-1).onclose({ code: 1006 }),
    () => say({ t: "ice", ice_servers: [] }),
    () => say({ t: "ended", by: "handler" }),
    (/** @type {Watcher} */ watcher) => watcher.stop(),
  ]) {
    const watcher = begin();
    await say({ ...welcome, codec: null, state: "opened" });
    assert.equal(peers.at(-1).closed, false);
    await over(watcher);
    assert.equal(peers.at(-1).closed, true);
  }
});

test("a connection that could not be begun is begun again when there is a picture", async () => {
  begin();
  broken = true;
  await say({ ...welcome, codec: null, state: "opened" });
  broken = false;
  await say({ t: "source", codec: "VP8", has_audio: true });
  assert.equal(offers().length, 0);
  waiting.at(-1).run();
  await settle();
  assert.equal(offers().length, 1);
  assert.deepEqual(peers.map((peer) => peer.closed), [true, false]);
});

test("an old answer is not taken", async () => {
  begin();
  await say(welcome);
  await say({ t: "answer", id: 99, sdp: "v=0 other", codec: "H264" });
  assert.equal(peers[0].answer, "");
});

test("a lost socket comes back as a new viewing with a new offer", async () => {
  begin();
  await say(welcome);
  peers[0].connectionState = "connected";
  sockets.at(-1).onclose({ code: 1006 });
  assert.equal(links.at(-1), "down");
  waiting.at(-1).run();
  sockets.at(-1).onopen();
  await say(welcome);
  assert.equal(peers.length, 2);
  assert.equal(peers[0].closed, true);
});

test("a session that moved to another engine is offered to again, once the caller is there", async () => {
  const health = { t: "health", at: 0, recording: "writing", recorded_seconds: 1, last_write_age: 0.1, joined: true, frame_age: 0.1, width: 640, height: 480, fps: 30, bitrate: 1e6, loss: 0, rtt: null, has_audio: false, viewers: 1, engine: "e1" };
  begin();
  await say(welcome);
  peers[0].connectionState = "connected";
  await say(health);
  await say({ ...health, engine: "e2", joined: false });
  assert.equal(peers.length, 1);
  await say({ ...health, engine: "e2" });
  await say({ ...health, engine: "e2" });
  assert.equal(peers.length, 2);
  assert.equal(peers[0].closed, true);
});

test("another codec or a failed connection makes a new offer", async () => {
  begin();
  await say(welcome);
  peers[0].connectionState = "connected";
  await say({ t: "source", codec: "VP8", has_audio: false });
  assert.equal(peers.length, 2);
  assert.equal(peers[0].closed, true);
  peers[1].connectionState = "failed";
  peers[1].onconnectionstatechange();
  waiting.at(-1).run();
  await settle();
  assert.equal(peers.length, 3);
});

test("no source is waited for, not asked again", async () => {
  begin();
  await say(welcome);
  const before = waiting.length;
  await say({ t: "error", id: offers()[0].id, code: "no_source", message: "No picture yet" });
  assert.equal(waiting.length, before);
  await say({ t: "source", codec: "H264", has_audio: false });
  assert.equal(offers().length, 2);
});

test("an ended session and a lost right stay closed", async () => {
  begin();
  await say(welcome);
  sockets.at(-1).onclose({ code: 4410 });
  assert.equal(links.at(-1), "closed:ended");
  assert.equal(peers[0].closed, true);
  begin();
  sockets.at(-1).onclose({ code: 4404 });
  assert.equal(links.at(-1), "closed:gone");
});

test("leaving says so and closes everything", async () => {
  const watcher = begin();
  await say(welcome);
  watcher.stop();
  assert.deepEqual(sockets.at(-1).sent.at(-1), { t: "leave" });
  assert.equal(peers[0].closed, true);
});
