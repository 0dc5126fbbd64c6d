import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

let tones = 0;
let allowed = true;
/** @type {any[]} */
let contexts = [];
const node = { connect: () => node, gain: { value: 0 }, frequency: { value: 0 }, start: () => (tones += 1), stop: () => {} };
/** @type {any} */ (globalThis).AudioContext = class {
  currentTime = 0;
  destination = node;
  state = "suspended";
  /** @type {(() => void)|null} */
  onstatechange = null;
  constructor() {
    contexts.push(this);
  }
  resume() {
    return allowed ? Promise.resolve(this.turn("running")) : new Promise(() => {}); // a browser answers nothing until it may
  }
  /** @param {string} state */
  turn(state) {
    this.state = state;
    this.onstatechange?.();
  }
  createOscillator = () => node;
  createGain = () => node;
};
const { AlarmSound, soundWords } = await import("../../static/js/lib/alarm-sound.js");

beforeEach((context) => {
  tones = 0;
  allowed = true;
  contexts = [];
  /** @type {any} */ (context).mock.timers.enable({ apis: ["setInterval"] });
});

test("one alarm that ends does not silence the other", (context) => {
  const sound = new AlarmSound();
  sound.start();
  sound.start("state-zero");
  assert.equal(tones, 2); // two short tones, once for both
  sound.stop("state-zero");
  context.mock.timers.tick(2000);
  assert.equal(tones, 4);
  sound.stop();
  context.mock.timers.tick(10_000);
  assert.equal(tones, 4);
});

test("what is news rings twice and ends, and leaves an alarm that goes on alone", (context) => {
  context.mock.timers.reset();
  context.mock.timers.enable({ apis: ["setInterval", "setTimeout"] });
  const sound = new AlarmSound();
  sound.once("desk");
  context.mock.timers.tick(10_000);
  assert.deepEqual([tones, sound.called], [4, false]);
  sound.start("state-zero");
  sound.once("desk");
  context.mock.timers.tick(10_000);
  assert.equal(sound.called, true);
  sound.stop("state-zero");
});

test("a page that nobody touched says that it is silent, and rings at once when it may", (context) => {
  allowed = false;
  const sound = new AlarmSound();
  /** @type {string[]} */
  const said = [];
  sound.watch(() => said.push(`${sound.state} ${sound.called}`));
  sound.wake();
  sound.start("state-zero");
  context.mock.timers.tick(60_000);
  assert.equal(tones, 0); // nothing is piled up for later
  assert.equal(said.at(-1), "off true");
  allowed = true;
  sound.wake(); // a key was pressed
  assert.equal(tones, 2);
  assert.equal(said.at(-1), "on true");
  assert.equal(contexts.length, 1);
});

test("an alarm that ended before anybody touched the page does not ring afterwards", () => {
  allowed = false;
  const sound = new AlarmSound();
  sound.start();
  sound.stop();
  allowed = true;
  sound.wake();
  assert.equal(tones, 0);
});

test("sound that the system takes away is said, and comes back with the next key", (context) => {
  const sound = new AlarmSound();
  sound.start();
  contexts[0].turn("interrupted");
  assert.equal(sound.state, "off");
  context.mock.timers.tick(10_000);
  assert.equal(tones, 2);
  sound.wake();
  assert.equal(tones, 4);
  context.mock.timers.tick(2000);
  assert.equal(tones, 6);
});

test("what is said is one sentence, and nothing while it sounds", () => {
  assert.equal(soundWords("on"), "");
  assert.equal(soundWords("off"), "Sound is off on this screen: press any key");
  assert.match(soundWords("none"), /no sound/);
});
