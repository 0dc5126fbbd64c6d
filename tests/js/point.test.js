// A handler points at a number plate in their 16:9 stage; the caller sees the ring on the same plate in a tall preview.

import assert from "node:assert/strict";
import test from "node:test";

import { boxOf, laid, sameShape, stepped, toElement, toFrame } from "../../static/js/lib/point.js";

const close = (/** @type {number} */ one, /** @type {number} */ other) => assert.ok(Math.abs(one - other) < 1e-6, `${one} is not ${other}`);
const STAGE = { width: 480, height: 270 };
const TALL = { width: 720, height: 1280 };
const PHONE = { width: 390, height: 844 };

test("a tall frame stands in the middle of a wide stage, with bars beside it", () => {
  const place = laid(STAGE, TALL, "contain");
  close(place.height, 270);
  close(place.width, 151.875);
  close(place.left, 164.0625);
  assert.equal(toFrame({ x: 100, y: 100 }, STAGE, TALL, "contain"), null, "the bar is no picture");
  const at = toFrame({ x: 240, y: 135 }, STAGE, TALL, "contain");
  assert.ok(at);
  close(at.x, 0.5);
  close(at.y, 0.5);
});

test("the same place of the scene on a preview that crops the sides", () => {
  const at = toElement({ x: 0.25, y: 0.75 }, PHONE, TALL, "cover");
  close(at.y, 633);
  close(at.x, (390 - 474.75) / 2 + 0.25 * 474.75);
  assert.equal(at.inside, true);
  const back = toFrame(at, PHONE, TALL, "cover");
  assert.ok(back);
  close(back.x, 0.25);
  close(back.y, 0.75);
});

test("a mirrored front camera shows left on the right", () => {
  const plain = toElement({ x: 0.3, y: 0.5 }, PHONE, TALL, "cover");
  const mirrored = toElement({ x: 0.3, y: 0.5 }, PHONE, TALL, "cover", true);
  close(plain.x - 195, 195 - mirrored.x);
  const back = toFrame(mirrored, PHONE, TALL, "cover", true);
  close(back?.x ?? 0, 0.3);
});

test("what the preview has cropped away is pointed at from the edge, and said so", () => {
  const wide = { width: 1280, height: 720 };
  const at = toElement({ x: 0.02, y: 0.5 }, PHONE, wide, "cover", false, 40);
  assert.deepEqual(at, { x: 40, y: 422, inside: false });
});

test("a phone that was turned has another frame; the encoder's smaller one is the same", () => {
  assert.equal(sameShape(1280 / 720, 720 / 1280), false);
  assert.equal(sameShape(1280 / 720, 640 / 360), true);
  assert.equal(sameShape(0, 1), false);
  assert.equal(sameShape(Number.NaN, 1), false);
});

test("the cross-hair goes by arrow keys and stays in the frame", () => {
  assert.deepEqual(stepped({ x: 0.5, y: 0.5 }, "ArrowLeft", true), { x: 0.4, y: 0.5 });
  assert.deepEqual(stepped({ x: 0.01, y: 1 }, "ArrowDown"), { x: 0.01, y: 1 });
  assert.equal(stepped({ x: 0.5, y: 0.5 }, "Enter"), null);
});

test("a box is drawn from any corner, and a slip of the hand is none", () => {
  assert.deepEqual(boxOf({ x: 0.75, y: 0.5 }, { x: 0.5, y: 0.25 }), { x: 0.5, y: 0.25, width: 0.25, height: 0.25 });
  assert.equal(boxOf({ x: 0.5, y: 0.5 }, { x: 0.505, y: 0.9 }), null);
});

test("nothing is pointed at where there is no picture yet", () => {
  assert.equal(toFrame({ x: 1, y: 1 }, STAGE, { width: 0, height: 0 }, "contain"), null);
});
