import assert from "node:assert/strict";
import test from "node:test";

import { fits, tooLong } from "../../static/js/lib/too-long.js";

/** A field as a browser has it. */
const fieldOf = (/** @type {string} */ value, /** @type {string} */ limit) => ({
  value, dataset: { limit }, said: "", shown: 0, heard: /** @type {() => void} */ (() => {}),
  setCustomValidity(/** @type {string} */ words) { this.said = words; },
  reportValidity() { this.shown += 1; return !this.said; },
  addEventListener(/** @type {string} */ _kind, /** @type {() => void} */ run) { this.heard = run; },
});

test("too long is said in the server's words, counted as the server counts", () => {
  assert.equal(tooLong("x".repeat(1240), 1000), "Use at most 1,000 characters; this is 1,240.");
  assert.equal(tooLong("👮".repeat(1000), 1000), "");
  assert.equal(tooLong(`  ${"e\u0301".repeat(1000)}\n`, 1000), "", "an accent typed apart is one character with its letter");
});

test("a field that holds too much says so, keeps it, and is quiet again when somebody types", () => {
  const field = fieldOf("He is inside. ".repeat(90), "1000");
  assert.equal(fits(/** @type {any} */ (field)), false);
  assert.deepEqual([field.said, field.shown, field.value.length], ["Use at most 1,000 characters; this is 1,259.", 1, 1260]);
  field.heard();
  assert.equal(field.said, "");
  field.value = "He is inside.";
  assert.equal(fits(/** @type {any} */ (field)), true);
  assert.equal(field.shown, 1);
});
