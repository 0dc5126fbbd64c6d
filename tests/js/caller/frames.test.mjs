// A picture that stands still, by frames and by pixels.
import assert from "node:assert/strict";
import test from "node:test";

import { Frames } from "../../../static/js/caller/frames.js";

class Video {
  currentTime = 0;
  requestVideoFrameCallback(next) { this.next = next; }
  frame() { this.next(); }
}

const scene = (number, light = 120) => new Uint8ClampedArray(32 * 24 * 4).fill(light).fill(number, 0, 1);

function camera(look = () => null, video = new Video()) {
  const time = { at: 0 };
  const frames = new Frames(video, () => time.at, look);
  /** One second: thirty frames, or none; then the question. */
  const second = (moving = true) => {
    time.at += 1000;
    if (moving) video.frame();
    return frames.frozen();
  };
  return { frames, second, video, time };
}

test("no new frame for three seconds is frozen, the next one ends it", () => {
  const { second } = camera();
  assert.ok(!second());
  assert.deepEqual([second(false), second(false), second(false), second(false)], [false, false, false, true]);
  assert.ok(!second());
});

test("the same pixels again and again are frozen although frames come", () => {
  let picture = scene(1);
  const { second } = camera(() => picture);
  const asked = Array.from({ length: 7 }, () => second());
  assert.deepEqual(asked, [false, false, false, false, false, true, true]);
  picture = scene(2);
  assert.ok(!second());
});

test("a sensor's noise is enough", () => {
  let number = 0;
  const { second } = camera(() => scene((number += 1) % 2));
  assert.ok(!Array.from({ length: 30 }, () => second()).some(Boolean));
});

test("a covered lens is dark, not frozen", () => {
  const { second } = camera(() => scene(0, 8));
  assert.ok(!Array.from({ length: 30 }, () => second()).some(Boolean));
});

test("a new camera is looked at anew", () => {
  const { second, frames } = camera(() => scene(1));
  for (let times = 0; times < 8; times += 1) second();
  frames.reset();
  assert.ok(!second());
});

test("a browser that cannot count frames is judged by the video's clock", () => {
  const video = { currentTime: 1 };
  const { time, frames } = camera(() => null, video);
  time.at += 4000;
  video.currentTime = 2;
  assert.ok(!frames.frozen());
  time.at += 4000;
  assert.ok(frames.frozen());
});
