import assert from "node:assert/strict";
import { test } from "node:test";
import { BEAT, Looking, grey, levelOf, lookedWords, reveal, sizeOf } from "../../static/js/lib/veil.js";

test("what is not known is covered", () => {
  assert.equal(levelOf("clear"), "clear");
  for (const odd of ["", undefined, null, "CLEAR", "see", 2]) assert.equal(levelOf(odd), "covered");
});

test("a reveal is one step, and clear stays clear", () => {
  assert.deepEqual([reveal("covered"), reveal("softened"), reveal("clear")], ["softened", "clear", "clear"]);
});

test("the cover is a few pixels, in the shape of the picture", () => {
  assert.deepEqual(sizeOf("covered", 1280, 720), { width: 14, height: 8 });
  assert.deepEqual(sizeOf("softened", 720, 1280), { width: 27, height: 48 });
  assert.deepEqual(sizeOf("covered", 4000, 10), { width: 14, height: 2 });
  assert.equal(sizeOf("clear", 1280, 720), null);
  assert.equal(sizeOf("covered", 0, 0), null);
});

test("covered is grey", () => {
  const pixels = new Uint8ClampedArray([200, 0, 0, 255, 0, 0, 200, 255]);
  grey(pixels);
  assert.deepEqual([...pixels], [60, 60, 60, 255, 23, 23, 23, 255]);
});

test("a sign is due after ten seconds of looking, not of waiting or sleeping", () => {
  const looking = new Looking();
  let signs = 0;
  for (let at = 0; at <= BEAT; at += 250) signs += Number(looking.tick(at, true));
  assert.equal(signs, 1);
  for (let at = BEAT; at <= 5 * BEAT; at += 250) signs += Number(looking.tick(at, false));
  assert.equal(signs, 1);
  assert.equal(looking.tick(10 * BEAT, true), false);
  assert.equal(looking.tick(20 * BEAT, true), false, "an hour of sleep is one second at most");
});

test("minutes in words", () => {
  assert.deepEqual([5, 59.9, 60, 1250].map(lookedWords), ["5 s", "59 s", "1 min", "20 min"]);
});
