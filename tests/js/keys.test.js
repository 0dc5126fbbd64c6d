import assert from "node:assert/strict";
import { test } from "node:test";
import { actOf as actWithKeys, DELIVERED, placeOf } from "../../static/js/lib/keys.js";

const press = (/** @type {string} */ key, extra = {}) => ({ key, code: "", altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, ...extra });
const actOf = (/** @type {any} */ pressed, /** @type {any} */ where, keys = DELIVERED) => actWithKeys(pressed, where, keys);
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

test("a letter that was changed acts alone, with Alt in a field, and takes its Shift along; the old one is free", () => {
  const keys = new Map([...DELIVERED, ["log", "x"], ["new", "e"]]);
  assert.equal(actOf(press("x"), free, keys), "log");
  assert.equal(actOf(press("l"), free, keys), null);
  assert.equal(actOf(press("≈", { altKey: true, code: "KeyX" }), inField, keys), "log");
  assert.equal(actOf(press("¬", { altKey: true, code: "KeyL" }), inField, keys), null);
  assert.equal(actOf(press("E", { shiftKey: true }), free, keys), "new-other");
  assert.equal(actOf(press("N", { shiftKey: true }), free, keys), null);
});

test("the way round the panels goes back with Shift, on British and American keyboards, and where it was moved to", () => {
  for (const key of ["¬", "~"]) assert.equal(actOf(press(key, { shiftKey: true }), free), "panel-back");
  assert.equal(actOf(press("`"), free), "panel-next");
  const keys = new Map([...DELIVERED, ["panel-next", "e"]]);
  assert.equal(actOf(press("E", { shiftKey: true }), free, keys), "panel-back");
  assert.equal(actOf(press("¬", { shiftKey: true }), free, keys), null);
});

test("a sign acts with Alt in a field too", () => {
  assert.equal(actOf(press("/", { altKey: true, code: "Slash" }), inField), "search");
  assert.equal(actOf(press("/"), inField), null);
});
