import assert from "node:assert/strict";
import test from "node:test";

let tones = 0;
const node = { connect: () => node, gain: { value: 0 }, frequency: { value: 0 }, start: () => (tones += 1), stop: () => {} };
/** @type {any} */ (globalThis).AudioContext = class {
  currentTime = 0;
  destination = node;
  resume = async () => {};
  createOscillator = () => node;
  createGain = () => node;
};
const { alarmSound } = await import("../../static/js/lib/alarm-sound.js");

test("one alarm that ends does not silence the other", (context) => {
  context.mock.timers.enable({ apis: ["setInterval"] });
  alarmSound.start();
  alarmSound.start("state-zero");
  assert.equal(tones, 2); // two short tones, once for both
  alarmSound.stop("state-zero");
  context.mock.timers.tick(2000);
  assert.equal(tones, 4);
  alarmSound.stop();
  context.mock.timers.tick(10_000);
  assert.equal(tones, 4);
});
