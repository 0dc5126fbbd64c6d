// The picture comes first; the sound is a bonus; the old camera is closed before the new one opens.
import assert from "node:assert/strict";
import test from "node:test";

import { CameraError, open, torch, torchable, turn, wish } from "../../../static/js/caller/camera.js";
import { Devices, refusal } from "./fakes.mjs";

test("the rear camera is asked for first, 720p at 30, with sound", async () => {
  const devices = new Devices();
  const camera = await open(devices, "rear", true);
  assert.deepEqual(devices.asked[0].video, wish("rear"));
  assert.deepEqual(wish("rear").width, { ideal: 1280 });
  assert.equal(camera.facing, "rear");
  assert.equal(camera.microphone, "on");
});

test("a refused or busy microphone costs the sound, not the picture", async () => {
  for (const [name, microphone] of [["NotAllowedError", "refused"], ["NotReadableError", "busy"], ["AbortError", "busy"], ["NotFoundError", "busy"]]) {
    const devices = new Devices((asked) => (asked.audio ? refusal(name) : undefined));
    const camera = await open(devices, "rear", true);
    assert.equal(camera.microphone, microphone, name);
    assert.equal(camera.audio, null);
    assert.equal(devices.asked.length, 2);
  }
});

test("a refused camera says who refused", async () => {
  const kinds = { NotAllowedError: "refused", SecurityError: "refused", NotReadableError: "busy", NotFoundError: "none" };
  for (const [name, kind] of Object.entries(kinds)) {
    await assert.rejects(open(new Devices(() => refusal(name)), "rear", true), (error) => error instanceof CameraError && error.kind === kind);
  }
});

test("a camera that refuses every wish is taken as it is", async () => {
  const devices = new Devices((asked) => (asked.video !== true ? refusal("OverconstrainedError") : undefined));
  assert.equal((await open(devices, "rear", true)).microphone, "busy");
});

test("turning stops the old camera before the new one opens and keeps the sound", async () => {
  let first;
  const states = [];
  const devices = new Devices(() => { states.push(first?.video.readyState); });
  first = await open(devices, "rear", true);
  const second = await turn(devices, first);
  assert.equal(states.at(-1), "ended");
  assert.equal(second.facing, "front");
  assert.equal(second.audio, first.audio);
  assert.equal(second.audio.readyState, "live");
});

test("when the other camera does not open, the one we had comes back", async () => {
  const devices = new Devices((asked) => (asked.video === true || asked.video.facingMode.ideal === "user" ? refusal("NotReadableError") : undefined));
  const first = await open(devices, "rear", true);
  const again = await turn(devices, first);
  assert.equal(again.facing, "rear");
  assert.equal(again.video.readyState, "live");
});

test("the light is offered only where there is one", async () => {
  const devices = new Devices();
  const rear = await open(devices, "rear", false);
  assert.ok(torchable(rear.video));
  assert.equal(await torch(rear.video, true), true);
  const front = await open(devices, "front", false);
  assert.ok(!torchable(front.video));
  front.video.applyConstraints = async () => { throw refusal("OverconstrainedError"); };
  assert.equal(await torch(front.video, true), false);
});
