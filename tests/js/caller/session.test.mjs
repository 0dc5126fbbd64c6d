// A whole call against a browser of our own: tap, drops, interruptions, the end.
import assert from "node:assert/strict";
import test from "node:test";

import { Session } from "../../../static/js/caller/session.js";
import { strip } from "../../../static/js/caller/state.js";
import { Devices, Geolocation, Keep, Peer, Socket, Time, refusal } from "./fakes.mjs";

function phone({ devices = new Devices(), check = 200, reason = "first", visible = () => true } = {}) {
  const time = new Time();
  const sockets = [];
  Peer.made = [];
  let ids = 0;
  const geolocation = new Geolocation();
  const session = new Session({
    devices, geolocation, Peer, timers: time.timers, keep: new Keep(), visible,
    socket: (path) => { sockets.push(Object.assign(new Socket(), { path, living: true })); return sockets.at(-1); },
    uuid: () => `00000000-0000-4000-8000-${String(++ids).padStart(12, "0")}`,
    check: async () => check, changed: () => {}, showing: () => {},
  }, { session: "s1", ws: "/ws/caller/s1/" }, { locale: "pl", reason, cameraAllowed: true });
  return { time, sockets, devices, geolocation, session, facts: session.facts, state: () => strip(session.facts, time.at).state };
}

const WELCOME = { t: "welcome", state: "opened", ice_servers: [{ urls: "turn:turn.example" }], chat: [] };
const status = (recording = "writing") => ({ t: "status", watched: true, recording, recorded_seconds: 3, viewers: 1 });

async function connect(call, socket = call.sockets.at(-1)) {
  socket.open();
  socket.say(WELCOME);
  await call.time.pass(0);
}

async function live(options) {
  const call = phone(options);
  await call.session.start(true);
  await connect(call);
  const offer = call.sockets[0].of("offer").at(-1);
  call.sockets[0].say({ t: "answer", id: offer.id, sdp: "v=0 answer", codec: "H264" });
  await call.time.pass(0);
  Peer.made.at(-1).become("connected");
  call.sockets[0].say(status());
  return call;
}

/** A test that stops the position watch of its phone, so that nothing ticks on. */
function story(name, run) {
  test(name, async () => {
    const calls = [];
    try {
      await run((call) => { calls.push(call); return call; });
    } finally {
      for (const call of calls) call.session.place.stop();
    }
  });
}

story("tap to live: hello, offer, answer, seen and saved", async (keep) => {
  const call = keep(await live());
  const [hello] = call.sockets[0].of("hello");
  assert.deepEqual([hello.locale, hello.reason, call.sockets[0].path], ["pl", "first", "/ws/caller/s1/"]);
  assert.equal(call.state(), "live");
  assert.equal(Peer.made.length, 1);
  assert.deepEqual(Peer.made[0].config.iceServers, WELCOME.ice_servers);
  assert.equal(call.sockets[0].of("device").at(-1).camera, "rear");
});

story("nothing leaves before the welcome", async (keep) => {
  const call = keep(phone());
  await call.session.start(true);
  call.sockets[0].open();
  call.geolocation.fix(53.7, 0.4, 1800, call.time.at);
  await call.time.pass(0);
  assert.deepEqual(call.sockets[0].sent.map((message) => message.t), ["hello"]);
  call.sockets[0].say(WELCOME);
  assert.equal(call.sockets[0].of("fix")[0].accuracy, 1800, "the coarse position goes first");
});

story("a refused microphone: the picture goes on alone and says so once", async (keep) => {
  const call = keep(await live({ devices: new Devices((asked) => (asked.audio ? refusal("NotAllowedError") : undefined)) }));
  assert.equal(call.state(), "live");
  assert.equal(call.facts.pictureCard, true);
  assert.equal(call.facts.microphone, "refused");
  assert.equal(Peer.made[0].tracks.length, 1);
});

story("a refused camera: location and chat go on", async (keep) => {
  const call = keep(phone({ devices: new Devices(() => refusal("NotAllowedError")) }));
  await call.session.start(true);
  await connect(call);
  call.geolocation.fix(53.7, 0.4, 8, call.time.at);
  call.session.say("ok");
  assert.equal(call.facts.screen, "refused");
  assert.equal(call.facts.why, "refused");
  assert.equal(call.sockets[0].of("fix").length, 1);
  assert.equal(call.sockets[0].of("chat").length, 1);
  assert.equal(call.sockets[0].of("offer").length, 0);
  call.devices.answers = () => undefined;
  await call.session.show();
  assert.equal(call.facts.screen, "live", "try again works");
});

story("what is longer than a message goes in several, nothing cut, a few at a time", async (keep) => {
  const call = keep(await live());
  const long = "He has a knife. ".repeat(800).trim();
  call.session.say(long);
  const [socket] = call.sockets;
  assert.equal(socket.of("chat").length, 8, "the server takes no longer run at once");
  assert.ok(socket.of("chat").every((message) => [...message.text].length <= 1000));
  for (const { key } of socket.of("chat")) socket.say({ t: "chat_saved", key, id: `id-${key}`, at: call.time.at });
  call.session.tick(call.time.at + 6000);
  const texts = [...new Set(call.sockets.flatMap((one) => one.of("chat")).map((message) => message.text))];
  assert.equal(texts.length, 14);
  assert.equal(texts.map((text) => text.replace(/^\(\d+ of 14\) /, "")).join(" "), long);
  call.session.say("e\u0301".repeat(1000));
  assert.equal(call.sockets[0].of("chat").at(-1).text, "\u00e9".repeat(1000), "as the server counts: an accent typed apart is no second character");
});

story("a dropped line comes back by itself and leaves the flowing picture alone", async (keep) => {
  const call = keep(await live());
  call.sockets[0].drop();
  assert.equal(call.state(), "reconnecting");
  assert.equal(call.facts.status, null, "REC is out at once");
  await call.time.pass(100);
  await connect(call);
  assert.equal(call.sockets[1].of("hello")[0].reason, "reconnect");
  assert.equal(call.sockets[1].of("offer").length, 0);
  call.sockets[1].say(status());
  assert.equal(call.state(), "live");
});

story("a lost picture joins again with a new connection on the same line", async (keep) => {
  const call = keep(await live());
  Peer.made[0].become("disconnected");
  await call.time.pass(1999);
  assert.equal(Peer.made.length, 1, "a hiccup of two seconds is left alone");
  await call.time.pass(1);
  assert.equal(call.state(), "reconnecting");
  assert.equal(Peer.made.length, 2);
  assert.equal(Peer.made[0].over, undefined, "the old one may yet come back");
  const [, offer] = call.sockets[0].of("offer");
  call.sockets[0].say({ t: "answer", id: offer.id, sdp: "v=0" });
  await call.time.pass(0);
  Peer.made[1].become("connected");
  assert.ok(Peer.made[0].over);
  assert.equal(call.state(), "live");
});

story("a path that comes back before the new connection is kept, and the new one is let go", async (keep) => {
  const call = keep(await live());
  Peer.made[0].become("disconnected");
  await call.time.pass(2000);
  Peer.made[0].become("connected");
  assert.ok(Peer.made[1].over);
  assert.equal(call.state(), "live");
  const [, offer] = call.sockets[0].of("offer");
  call.sockets[0].say({ t: "answer", id: offer.id, sdp: "v=0 late" });
  await call.time.pass(30_000);
  assert.equal(Peer.made[1].remote, undefined);
  assert.equal(Peer.made.length, 2);
});

story("silence from the engine is seen in two seconds; the line is tried and a new connection begun", async (keep) => {
  const call = keep(await live());
  const hears = { bytesReceived: 0 };
  Peer.made[0].getStats = async () => new Map([["p", { type: "candidate-pair", ...hears }]]);
  for (let turn = 0; turn < 4; turn += 1) { hears.bytesReceived += 100; await call.time.pass(500); }
  assert.equal(call.state(), "live");
  await call.time.pass(2000);
  assert.equal(call.state(), "reconnecting");
  assert.equal(Peer.made.length, 2);
  assert.ok(call.sockets[0].of("ping").length >= 1);
  hears.bytesReceived += 100;
  await call.time.pass(500);
  call.sockets[0].say(status());
  assert.equal(call.state(), "live");
  assert.ok(Peer.made[1].over);
});

story("after the network changed silence is believed sooner", async (keep) => {
  const call = keep(await live());
  const hears = { bytesReceived: 100 };
  Peer.made[0].getStats = async () => new Map([["p", { type: "candidate-pair", ...hears }]]);
  await call.time.pass(500);
  call.session.nudge();
  await call.time.pass(1250);
  assert.equal(Peer.made.length, 2);
});

story("a line that was lost with the path offers again as soon as it is back", async (keep) => {
  const call = keep(await live());
  Peer.made[0].become("disconnected");
  await call.time.pass(2000);
  call.sockets[0].drop();
  await call.time.pass(100);
  await connect(call);
  assert.equal(call.sockets[1].of("offer").length, 1);
  assert.ok(Peer.made[1].over, "what was offered into the dead line is over");
  assert.equal(Peer.made[0].over, undefined);
});

story("an offer without an answer is made again, more and more slowly", async (keep) => {
  const call = keep(phone());
  await call.session.start(true);
  await connect(call);
  await call.time.pass(8000);
  assert.equal(call.sockets[0].of("offer").length, 2);
  await call.time.pass(8000);
  assert.equal(call.sockets[0].of("offer").length, 2, "after the second the wait is a second longer");
  await call.time.pass(1000);
  assert.equal(call.sockets[0].of("offer").length, 3);
});

story("an engine that is full is said in words and asked again", async (keep) => {
  const call = keep(phone());
  await call.session.start(true);
  await connect(call);
  call.sockets[0].say({ t: "error", id: 1, code: "full", message: "All video places are in use." });
  assert.equal(call.state(), "held");
  await call.time.pass(1000);
  assert.equal(call.sockets[0].of("offer").length, 2);
  call.sockets[0].say({ t: "answer", id: 2, sdp: "v=0", codec: "VP8" });
  await call.time.pass(0);
  assert.equal(call.facts.held, false);
});

story("an answer to an offer of before is not taken", async (keep) => {
  const call = keep(phone());
  await call.session.start(true);
  await connect(call);
  await call.time.pass(8000);
  call.sockets[0].say({ t: "answer", id: 1, sdp: "v=0 old" });
  await call.time.pass(0);
  assert.equal(Peer.made[1].remote, undefined);
});

story("a stalled recording behind a connected picture is left for a new join", async (keep) => {
  const call = keep(await live());
  for (let second = 0; second <= 9; second += 1) {
    call.sockets[0].say(status("stalled"));
    call.session.tick(call.time.at);
    await call.time.pass(1000);
  }
  assert.equal(call.sockets[0].of("offer").length, 2);
});

story("an interrupted camera is seen and taken back without a tap", async (keep) => {
  const call = keep(await live());
  call.devices.given[0].getVideoTracks()[0].interrupt();
  await call.time.pass(1000);
  assert.equal(call.state(), "paused");
  const told = call.sockets[0].of("device").at(-1);
  assert.deepEqual([told.frozen, told.why], [true, "taken"]);
  await call.time.pass(500);
  assert.equal(call.facts.camera, "on");
  assert.deepEqual([call.sockets[0].of("device").at(-1).frozen, call.sockets[0].of("device").at(-1).why], [false, ""]);
  assert.equal(call.devices.given[0].getVideoTracks()[0].readyState, "ended", "the old one is closed");
});

/** How often the camera was opened: a wish that fails is tried with and without its size. */
const opened = (call) => call.devices.asked.filter((wish) => wish.video?.facingMode).length;

story("a camera that a call keeps is asked for more and more slowly, and taken when it is free", async (keep) => {
  const call = keep(await live());
  const before = opened(call);
  call.devices.answers = () => refusal("NotReadableError");
  call.session.paused("taken");
  await call.time.pass(8_000);
  assert.equal(opened(call) - before, 4, "after 0.5, 1, 2 and 4 s");
  await call.time.pass(83_000);
  assert.equal(opened(call) - before, 10, "then after 8 s and every 15 s");
  assert.equal(call.state(), "paused");
  call.devices.answers = () => undefined;
  await call.time.pass(15_000);
  assert.equal(call.facts.camera, "on");
  assert.equal(Peer.made.length, 1, "on the same connection");
  assert.equal(Peer.made[0].replaced, call.session.camera.video);
});

story("a camera that is refused waits for the big button", async (keep) => {
  const call = keep(await live());
  call.devices.answers = () => refusal("NotAllowedError");
  call.session.paused();
  await call.time.pass(60_000);
  assert.equal(call.state(), "paused");
  const tries = call.devices.asked.length;
  await call.time.pass(60_000);
  assert.equal(call.devices.asked.length, tries, "nobody is asked again and again");
  call.devices.answers = () => undefined;
  await call.session.show();
  assert.equal(call.facts.camera, "on");
  assert.equal(call.facts.screen, "live");
});

story("a phone in a pocket does not fight for its camera", async (keep) => {
  let seen = true;
  const call = keep(await live({ visible: () => seen }));
  seen = false;
  const asked = call.devices.asked.length;
  call.session.paused();
  await call.time.pass(30_000);
  assert.equal(call.devices.asked.length, asked);
  seen = true;
  call.session.nudge();
  await call.time.pass(500);
  assert.equal(call.facts.camera, "on");
});

story("a frozen camera, an ended one and a taken one are told apart, in words", async (keep) => {
  const call = keep(await live());
  const said = [];
  for (const why of ["frozen", "ended", "taken"]) {
    call.session.paused(why);
    said.push([call.sockets[0].of("device").at(-1).why, strip(call.facts, call.time.at).note]);
    await call.time.pass(16_000);
    call.sockets[0].say(status());
    assert.equal(call.state(), "live");
  }
  assert.deepEqual(said, [["frozen", "froze"], ["ended", "paused"], ["taken", "taken"]]);
});

story("a microphone that a call takes leaves the picture alone and comes back", async (keep) => {
  const call = keep(await live());
  const { audio, video } = call.session.camera;
  audio.interrupt();
  await call.time.pass(999);
  assert.equal(call.facts.microphone, "on", "a blink is not told");
  await call.time.pass(1);
  assert.equal(call.sockets[0].of("device").at(-1).microphone, "taken");
  assert.equal(strip(call.facts, call.time.at).note, "mic_taken");
  assert.equal(call.state(), "live");
  audio.resume();
  assert.equal(call.sockets[0].of("device").at(-1).microphone, "on");
  assert.equal(call.session.camera.video, video);
});

story("a microphone that ended is opened again and sent on the same connection, also when it takes a while", async (keep) => {
  const call = keep(await live());
  const first = call.session.camera.audio;
  call.devices.answers = (wish) => (wish.video ? undefined : refusal("NotReadableError"));
  first.end();
  await call.time.pass(10_000);
  assert.equal(call.facts.microphone, "taken");
  call.devices.answers = () => undefined;
  await call.time.pass(15_000);
  assert.equal(call.facts.microphone, "on");
  assert.notEqual(call.session.camera.audio, first);
  assert.equal(Peer.made[0].replaced, call.session.camera.audio);
  assert.equal(Peer.made.length, 1);
});

story("who muted the sound stays muted, whatever the phone does to the microphone", async (keep) => {
  const call = keep(await live());
  call.session.mute();
  call.session.camera.audio.end();
  await call.time.pass(5_000);
  assert.equal(call.facts.microphone, "muted");
  assert.equal(call.session.camera.audio.enabled, false);
  assert.equal(call.session.camera.audio.readyState, "live", "and the new one is there for when they unmute");
});

story("a call that takes camera and microphone: the picture is not joined anew without sound", async (keep) => {
  const call = keep(await live());
  const { audio, video } = call.session.camera;
  call.devices.answers = () => refusal("NotReadableError");
  audio.end();
  video.end();
  await call.time.pass(30_000);
  assert.deepEqual([call.facts.camera, call.facts.microphone], ["paused", "taken"]);
  call.devices.answers = () => undefined;
  await call.time.pass(15_000);
  assert.deepEqual([call.facts.camera, call.facts.microphone], ["on", "on"]);
  assert.equal(Peer.made.length, 1);
});

story("a browser that cannot replace a track joins again", async (keep) => {
  const call = keep(await live());
  Peer.made[0].refuses = true;
  call.session.camera.video.end();
  await call.time.pass(500);
  assert.equal(call.facts.camera, "on");
  assert.equal(call.sockets[0].of("offer").length, 2);
});

story("turning the camera replaces the track and keeps the connection", async (keep) => {
  const call = keep(await live());
  await call.session.turn();
  assert.equal(call.facts.facing, "front");
  assert.equal(Peer.made.length, 1);
  assert.equal(Peer.made[0].replaced, call.session.camera.video);
  assert.equal(call.sockets[0].of("device").at(-1).camera, "front");
});

story("mute silences the track and says so", async (keep) => {
  const call = keep(await live());
  call.session.mute();
  assert.equal(call.session.camera.audio.enabled, false);
  assert.equal(call.sockets[0].of("device").at(-1).microphone, "muted");
});

story("a message written without a line is sent once it is back, with the same key", async (keep) => {
  const call = keep(await live());
  call.sockets[0].drop();
  call.session.say("  there are two men  ");
  await call.time.pass(500);
  await connect(call);
  const [sent] = call.sockets[1].of("chat");
  assert.equal(sent.text, "there are two men");
  call.sockets[1].drop();
  await call.time.pass(1000);
  await connect(call);
  assert.equal(call.sockets[2].of("chat")[0].key, sent.key);
  call.sockets[2].say({ t: "chat_saved", key: sent.key, id: "m1", at: call.time.at });
  call.session.tick(call.time.at + 6000);
  assert.equal(call.sockets[2].of("chat").length, 1, "saved is not sent again");
});

story("a message of the police is reported as seen only when the page is on the screen", async (keep) => {
  let seen = false;
  const call = keep(await live({ visible: () => seen }));
  call.sockets[0].say({ t: "chat", id: "p1", from: "police", text: "Stay behind the wall.", at: call.time.at });
  assert.equal(call.sockets[0].of("seen").length, 0);
  seen = true;
  call.session.nudge();
  assert.deepEqual(call.sockets[0].of("seen")[0].ids, ["p1"]);
});

story("stop closes camera and place at once and shows the receipt when it comes, seal and all", async (keep) => {
  const call = keep(await live());
  const video = call.session.camera.video;
  call.session.stop(false);
  assert.equal(video.readyState, "ended");
  assert.equal(call.facts.screen, "ended");
  assert.equal(call.geolocation.cleared, 1);
  const receipt = { incident: "412 of 21/11/2026", from: 1, to: 2, recorded_seconds: 3, lost_seconds: 0, sound: true, seal: null };
  call.sockets[0].say({ t: "ended", by: "caller", receipt });
  assert.equal(call.facts.receipt.seal, null);
  call.sockets[0].say({ t: "ended", by: "caller", receipt: { ...receipt, seal: "9f3a" } });
  assert.equal(call.facts.receipt.seal, "9f3a");
  await call.time.pass(60_000);
  assert.equal(call.sockets.length, 1, "and the line rests");
});

story("a stop without a network is told as soon as there is one", async (keep) => {
  const call = keep(await live());
  call.sockets[0].drop();
  call.session.stop(false);
  assert.equal(call.facts.screen, "ended");
  const socket = call.sockets.at(-1);
  socket.open();
  socket.say(WELCOME);
  assert.deepEqual(socket.of("stop"), [{ t: "stop", keep_location: false }]);
  assert.equal(socket.of("offer").length, 0);
});

story("stopping the camera alone keeps the place", async (keep) => {
  const call = keep(await live());
  call.geolocation.fix(53.7, 0.4, 8, call.time.at);
  call.session.stop(true);
  assert.equal(call.state(), "location");
  assert.deepEqual(call.sockets[0].of("stop"), [{ t: "stop", keep_location: true }]);
  assert.equal(call.sockets[0].of("device").at(-1).camera, "off");
  await call.session.show();
  await call.time.pass(0);
  assert.equal(call.sockets[0].of("offer").length, 2, "and it can be shown again");
});

story("ended by the police, mid-call", async (keep) => {
  const call = keep(await live());
  const video = call.session.camera.video;
  call.sockets[0].say({ t: "ended", by: "revoked", receipt: null });
  assert.equal(call.facts.endedBy, "revoked");
  assert.equal(video.readyState, "ended");
});

story("opened again on this phone: this page rests and says so", async (keep) => {
  const call = keep(await live());
  call.sockets[0].drop(4409);
  await call.time.pass(60_000);
  assert.equal(call.state(), "replaced");
  assert.equal(call.sockets.length, 1);
  assert.equal(call.session.camera, null);
});

story("a line refused again and again asks in another way whether the link still lives", async (keep) => {
  const call = keep(await live({ check: 410 }));
  call.sockets[0].drop();
  await call.time.pass(500);
  call.sockets[1].drop();
  await call.time.pass(1000);
  call.sockets[2].drop();
  await call.time.pass(0);
  assert.equal(call.facts.screen, "ended");
});

story("location only: no camera is asked for, nothing is offered", async (keep) => {
  const call = keep(phone());
  await call.session.start(false);
  await connect(call);
  assert.equal(call.devices.asked.length, 0);
  assert.equal(call.sockets[0].of("offer").length, 0);
  call.geolocation.fail({ code: 1 });
  assert.equal(call.state(), "nothing", "and without a place the page does not say that police see it");
});

story("positions go out at most once a second, the last one always", async (keep) => {
  const call = keep(await live());
  for (let step = 0; step < 5; step += 1) call.geolocation.fix(53.7 + step / 1e4, 0.4, 8, call.time.at + step);
  assert.equal(call.sockets[0].of("fix").length, 1);
  await call.time.pass(1000);
  assert.equal(call.sockets[0].of("fix").length, 2);
  assert.ok(Math.abs(call.sockets[0].of("fix")[1].lat - 53.7004) < 1e-9);
});

story("a translation that comes later is read on every page of a caller, the silent one too", async (keep) => {
  const call = keep(await live());
  call.sockets[0].say({ t: "chat", id: "p1", text: "Is he still there?", at: 1 });
  call.sockets[0].say({ t: "chat_words", id: "p1", text: "Czy on tam jeszcze jest?", original: "Is he still there?" });
  assert.equal(call.session.chat.items.at(-1).text, "Czy on tam jeszcze jest?\nIs he still there?");
});
