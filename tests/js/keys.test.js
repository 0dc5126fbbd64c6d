import assert from "node:assert/strict";
import { test } from "node:test";
import { actOf, placeOf } from "../../static/js/lib/keys.js";

const press = (/** @type {string} */ key, extra = {}) => ({ key, code: "", altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, ...extra });
const free = { typing: false, singles: true };
const inField = { typing: true, singles: true };

test("a letter acts when no field has focus", () => {
  assert.equal(actOf(press("n"), free), "new");
  assert.equal(actOf(press("N", { shiftKey: true }), free), "new-other");
  assert.equal(actOf(press("Q", { shiftKey: true }), free), null);
  assert.equal(actOf(press("?", { shiftKey: true }), free), "help");
  assert.equal(actOf(press("z"), free), "zoom-to");
  assert.equal(actOf(press("y"), free), "restrict");
  assert.equal(actOf(press("i"), free), null);
});

test("a letter types in a field, Alt and the letter acts there", () => {
  assert.equal(actOf(press("l"), inField), null);
  assert.equal(actOf(press("l", { altKey: true, code: "KeyL" }), inField), "log");
  assert.equal(actOf(press("¬", { altKey: true, code: "KeyL" }), inField), "log");
  assert.equal(actOf(press("Escape"), inField), "leave");
  assert.equal(actOf(press("Escape"), free), null);
});

test("letters alone can be switched off", () => {
  const off = { typing: false, singles: false };
  assert.equal(actOf(press("s"), off), null);
  assert.equal(actOf(press("s", { altKey: true, code: "KeyS" }), off), "snapshot");
});

test("keys of the browser stay the browser's", () => {
  for (const key of ["n", "t", "w", "l", "d", "s"]) assert.equal(actOf(press(key, { ctrlKey: true }), free), null);
  assert.equal(actOf(press("l", { metaKey: true }), free), null);
  assert.equal(actOf(press("n", { isComposing: true }), free), null);
});

test("Alt and a digit is a place", () => {
  assert.equal(placeOf(press("1", { altKey: true, code: "Digit1" })), 1);
  assert.equal(placeOf(press("¡", { altKey: true, code: "Digit1" })), 1);
  assert.equal(placeOf(press("1", { code: "Digit1" })), null);
});

test("Shift and T opens the screens as they were left; Shift with another letter is nobody's", () => {
  assert.equal(actOf(press("T", { shiftKey: true }), free), "open-screens");
  assert.equal(actOf(press("T", { shiftKey: true }), inField), null);
  assert.equal(actOf(press("Q", { shiftKey: true }), free), null);
});
