import assert from "node:assert/strict";
import { test } from "node:test";

import { FORGOTTEN_AFTER, Screens } from "../../static/js/lib/screens.js";

const A = "/incidents/11111111-1111-4111-8111-111111111111/";

class Screen extends Screens {
  /** @type {string[]} */
  log = [];
}

/** Windows that hear each other, as a BroadcastChannel carries it: everybody but the sender. */
function desk() {
  /** @type {Screen[]} */
  const windows = [];
  const clock = { now: 0 };
  const open = (/** @type {string} */ id, /** @type {import("../../static/js/lib/screens.js").Only} */ only, /** @type {string} */ incident) => {
    const one = new Screen({ id, only, incident }, (message) => {
      for (const other of windows) if (other !== one) other.hear(structuredClone(message));
    }, {
      changed: () => one.log.push("changed"),
      follow: (to) => one.log.push(`follow ${to}`),
      open: (url) => one.log.push(`open ${url}`),
      close: () => one.log.push("close"),
    }, () => clock.now);
    windows.push(one);
    one.come();
    return one;
  };
  return { open, clock, windows };
}

test("a torn-off video is known to the console, whichever opened first", () => {
  const { open } = desk();
  const console_ = open("c", "", "A");
  const video = open("v", "video", "A");
  assert.equal(console_.alone("video")?.id, "v");
  const second = open("d", "", "A");
  assert.equal(second.alone("video")?.id, "v");
  video.leave();
  assert.equal(console_.alone("video"), null);
});

test("the video follows the console to another incident; a console that stands still does not pull it back", () => {
  const { open } = desk();
  const first = open("c", "", "A");
  const video = open("v", "video", "A");
  open("d", "", "B");
  assert.deepEqual(video.log.filter((line) => line.startsWith("follow")), ["follow B"]);
  first.say();
  assert.equal(video.log.filter((line) => line.startsWith("follow")).length, 1);
});

test("the video of another incident does not stand for this one's", () => {
  const { open } = desk();
  const video = open("v", "video", "B");
  const console_ = open("c", "", "A");
  assert.equal(console_.alone("video"), null);
  assert.deepEqual(video.log.at(-1), "follow A");
});

test("the queue on its own screen hands incidents to the console, and says when there is none", () => {
  const { open } = desk();
  const queue = open("q", "queue", "");
  assert.equal(queue.hand(A), false);
  const console_ = open("c", "", "");
  assert.equal(queue.hand(A), true);
  assert.equal(console_.log.at(-1), `open ${A}`);
});

test("a page of somewhere else is not opened", () => {
  const { open } = desk();
  const console_ = open("c", "", "");
  for (const url of ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", "/admin/", `${A}../../sign-out/`]) {
    console_.hear({ t: "open", to: "c", url });
  }
  console_.hear(null);
  console_.hear({ t: "here", id: "x", only: "everything", incident: "" });
  assert.deepEqual(console_.log, []);
});

test("a panel is taken back at once, also when its window no longer answers", () => {
  const { open, windows } = desk();
  const console_ = open("c", "", "A");
  const video = open("v", "video", "A");
  windows.splice(windows.indexOf(video), 1);
  console_.takeBack("video");
  assert.equal(console_.alone("video"), null);
});

test("a window that crashed is forgotten", () => {
  const { open, clock, windows } = desk();
  const console_ = open("c", "", "A");
  const video = open("v", "video", "A");
  windows.splice(windows.indexOf(video), 1);
  clock.now = FORGOTTEN_AFTER;
  console_.say();
  assert.notEqual(console_.alone("video"), null);
  clock.now += 1;
  console_.say();
  assert.equal(console_.alone("video"), null);
  assert.equal(console_.log.at(-1), "changed");
});
