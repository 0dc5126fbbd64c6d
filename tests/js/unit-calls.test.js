import { test } from "node:test";
import assert from "node:assert/strict";
import { newsOf } from "../../static/js/lib/unit-calls.js";

const nb21 = { id: "m1", words: "NB21, State 14: urgent call back." };
const rp14 = { id: "m2", words: "RP14, State 13: non-urgent call back." };
/** @param {string} [first] what is in it already */
const store = (first) => {
  /** @type {Map<string, string>} */
  const kept = new Map(first === undefined ? [] : [["sightline.unit-calls", first]]);
  return {
    getItem: (/** @type {string} */ name) => kept.get(name) ?? null,
    setItem: (/** @type {string} */ name, /** @type {string} */ value) => void kept.set(name, value),
  };
};

test("a unit that asks to be called is said once", () => {
  const kept = store();
  assert.equal(newsOf([nb21], kept), nb21.words);
  assert.equal(newsOf([nb21], kept), "");
  assert.equal(newsOf([nb21, rp14], kept), rp14.words);
});

test("two windows of one terminal say it once between them", () => {
  const kept = store();
  assert.deepEqual([newsOf([nb21, rp14], kept), newsOf([nb21, rp14], kept)], [`${nb21.words} ${rp14.words}`, ""]);
});

test("nobody asks: nothing is said", () => assert.equal(newsOf([], store()), ""));

test("what another version or a hand left in the storage does no harm", () => {
  for (const left of ["{", "7", "null", '{"m1":1}', '[null,{"a":1}]']) assert.equal(newsOf([nb21], store(left)), nb21.words);
});

test("with the storage closed it is said all the same", () => {
  const closed = { getItem() { throw new Error("closed"); }, setItem() { throw new Error("closed"); } };
  assert.equal(newsOf([nb21], closed), nb21.words);
});

test("what is remembered does not grow without end", () => {
  const kept = store();
  for (let at = 0; at < 250; at += 1) newsOf([{ id: `m${at}`, words: "x" }], kept);
  assert.equal(JSON.parse(String(kept.getItem("sightline.unit-calls"))).length, 100);
});
