import assert from "node:assert/strict";
import { test } from "node:test";
import { Hold } from "../../static/js/lib/hold.js";
import { isOver, Presses, waitAfter } from "../../static/js/lib/pressed.js";

class Store {
  /** @type {Map<string, string>} */
  map = new Map();
  getItem(/** @type {string} */ name) { return this.map.get(name) ?? null; }
  setItem(/** @type {string} */ name, /** @type {string} */ value) { this.map.set(name, value); }
  removeItem(/** @type {string} */ name) { this.map.delete(name); }
}

const said = (/** @type {string} */ key, /** @type {string} */ at, code = "5", emergency = false) => ({ key, code, at, sign: "NB21", emergency });

test("what was pressed without signal outlives the page, with its key and its time", () => {
  const store = new Store();
  new Presses(store, "7").add(said("k1", "2026-11-21T22:42:04Z"));
  const later = new Presses(store, "7");
  assert.deepEqual(later.waiting.map((one) => [one.key, one.at]), [["k1", "2026-11-21T22:42:04Z"]]);
  assert.deepEqual(new Presses(store, "8").waiting, []); // nobody sends another person's States
  later.remove("k1");
  assert.equal(store.map.size, 0);
});

test("a call for help goes first, the others in the order they were pressed", () => {
  const queue = new Presses(new Store(), "7");
  queue.add(said("b", "2026-11-21T22:43:00Z", "6"));
  queue.add(said("a", "2026-11-21T22:42:00Z", "5"));
  queue.add(said("sos", "2026-11-21T22:44:00Z", "0", true));
  assert.deepEqual(queue.waiting.map((one) => one.key), ["sos", "a", "b"]);
});

test("two tabs of one phone lose nothing of each other", () => {
  const store = new Store();
  const first = new Presses(store, "7");
  const second = new Presses(store, "7");
  first.add(said("a", "2026-11-21T22:42:00Z"));
  second.add(said("b", "2026-11-21T22:43:00Z"));
  assert.deepEqual(new Presses(store, "7").waiting.map((one) => one.key), ["a", "b"]);
});

test("a full storage loses no call for help, and a broken one is empty", () => {
  const full = { getItem: () => "{]", setItem: () => { throw new Error("full"); }, removeItem: () => {} };
  const queue = new Presses(full, "7");
  queue.add(said("sos", "2026-11-21T22:44:00Z", "0", true));
  assert.equal(queue.waiting.length, 1);
});

test("no signal and no sign-in keep a call for help waiting; a refusal ends it", () => {
  const sos = { ...said("sos", "2026-11-21T22:44:00Z", "0", true), tries: 9 };
  const state = { ...said("a", "2026-11-21T22:44:00Z"), tries: 9 };
  for (const status of [0, 401, 403, 429, 500, 503]) assert.equal(isOver(sos, { ok: false, status, why: "" }), false);
  assert.equal(isOver(state, { ok: false, status: 403, why: "" }), true);
  for (const status of [409, 422]) assert.equal(isOver(sos, { ok: false, status, why: "" }), true);
  assert.equal(isOver(sos, { ok: true }), true);
  assert.ok(waitAfter(sos) <= 2000 && waitAfter(state) <= 8000);
});

test("held for two seconds it counts once; let go early nothing happened", () => {
  const hold = new Hold();
  hold.down(0);
  hold.down(900); // a key repeats
  assert.equal(hold.part(1000), 0.5);
  hold.up();
  assert.equal(hold.done(5000), false);
  hold.down(6000);
  assert.equal(hold.done(7999), false);
  assert.equal(hold.done(8000), true);
  assert.equal(hold.done(8001), false);
});
