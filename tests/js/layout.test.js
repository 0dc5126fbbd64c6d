import { test } from "node:test";
import assert from "node:assert/strict";
import { Layout, featuresOf, nameOf, offerWords, toOpen } from "../../static/js/lib/layout.js";

/** @typedef {import("../../static/js/lib/layout.js").Stand} Stand */

const store = () => {
  /** @type {Map<string, string>} */
  const kept = new Map();
  return {
    kept,
    getItem: (/** @type {string} */ name) => kept.get(name) ?? null,
    setItem: (/** @type {string} */ name, /** @type {string} */ value) => void kept.set(name, value),
    removeItem: (/** @type {string} */ name) => void kept.delete(name),
  };
};
/** @type {Stand} */
const queue = { only: "queue", x: -1920, y: 0, width: 420, height: 1040 };
/** @type {Stand} */
const video = { only: "video", x: 1920, y: 20, width: 1200, height: 900 };

test("Okafor's layout at CH 12 is there at the next sign-in, on the screens where it stood", () => {
  const kept = store();
  const name = nameOf("7", "CH 12", "screens");
  const layout = new Layout(kept, name);
  layout.keep(queue);
  layout.keep(video);
  layout.keep({ ...video, x: 2000 });
  assert.deepEqual(new Layout(kept, name).all(), [queue, { ...video, x: 2000 }]);
});

test("another person, and the same person at another position, have their own", () => {
  const names = [nameOf("7", "CH 12", "screens"), nameOf("8", "CH 12", "screens"), nameOf("7", "CH 14", "screens"), nameOf("7", "", "screens"), nameOf("7", "CH 12", "--queue-w")];
  assert.equal(new Set(names).size, names.length);
  assert.equal(nameOf("7", "ch-12", "screens"), names[0]);
});

test("a panel that was brought back is forgotten; the last one leaves nothing behind", () => {
  const kept = store();
  const layout = new Layout(kept, "x");
  layout.keep(queue);
  layout.keep(video);
  layout.forget("queue");
  assert.deepEqual(layout.all(), [video]);
  layout.forget("map");
  layout.forget("video");
  assert.equal(kept.kept.size, 0);
});

test("a window that cannot stand anywhere is not kept, and what is no layout is none", () => {
  const kept = store();
  const layout = new Layout(kept, "x");
  const wrong = [{ ...queue, width: 20 }, { ...queue, x: Number.NaN }, { ...queue, y: Infinity }, { ...queue, x: 1e9 }, { ...queue, only: "admin" }, null, "queue"];
  for (const one of wrong) layout.keep(/** @type {any} */ (one));
  assert.equal(kept.kept.size, 0);
  for (const left of ["{", "7", "null", JSON.stringify(wrong), '{"only":"queue"}']) {
    kept.setItem("x", left);
    assert.deepEqual(layout.all(), []);
  }
});

test("a closed storage harms nothing", () => {
  const closed = { getItem() { throw new Error("closed"); }, setItem() { throw new Error("closed"); }, removeItem() { throw new Error("closed"); } };
  const layout = new Layout(closed, "x");
  layout.keep(queue);
  layout.forget("queue");
  assert.deepEqual(layout.all(), []);
});

test("windows open where they stood, and the first time at a useful size", () => {
  assert.equal(featuresOf(queue, "queue"), "popup,left=-1920,top=0,width=420,height=1040");
  assert.equal(featuresOf(undefined, "queue"), "popup,width=420,height=900");
  assert.equal(featuresOf(undefined, "map"), "popup,width=960,height=900");
});

test("what stands already is not opened again; a video waits for an incident", () => {
  const none = () => false;
  assert.deepEqual(toOpen([queue, video], none, false), { now: [queue], later: [video] });
  assert.deepEqual(toOpen([queue, video], none, true), { now: [queue, video], later: [] });
  assert.deepEqual(toOpen([queue, video], (only) => only === "queue", true), { now: [video], later: [] });
});

test("the button says how many it opens, in plain words", () => {
  assert.equal(offerWords({ now: [queue, video], later: [] }), "Open my 2 screens");
  assert.equal(offerWords({ now: [queue], later: [video] }), "Open my screen");
  assert.equal(offerWords({ now: [], later: [video] }), "My screens open with an incident");
  assert.equal(offerWords({ now: [], later: [] }), "");
});
