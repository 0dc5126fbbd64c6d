import assert from "node:assert/strict";
import { test } from "node:test";

import { heldWords, isNear, isNewer, kilometres, takenBy, toastWords } from "../../static/js/lib/board.js";

/** @param {Partial<import("../../static/js/lib/board.js").ReservationData>} [changes] */
const event = (changes = {}) => ({
  wanted: "w", reservation: "r", state: "RESERVED", call_sign: "NB21", collar: "7741", since: "2026-11-21T14:39:02Z",
  until: "2026-11-21T18:39:00Z", version: 1, near_lat: 52.41, near_lon: -1.51, ...changes,
});
/** @param {object} [changes] */
const seen = (changes = {}) => ({ collar: "6033", name: "Darren Pyke", before: /** @type {""} */ (""), at: 1000, now: 2000, ...changes });

test("a live reservation takes the card, every end frees it", () => {
  for (const state of ["RESERVED", "EN_ROUTE", "ATTEMPTED"]) assert.equal(takenBy(event({ state }), "6033"), "other");
  assert.equal(takenBy(event(), "7741"), "mine");
  for (const state of ["ARRESTED", "RELEASED", "EXPIRED", "OVERRIDDEN"]) assert.equal(takenBy(event({ state }), "7741"), "");
});

test("the words of a taken card name the call sign, or the collar number where there is none", () => {
  assert.equal(heldWords(event(), "6033", "18:39"), "Reserved by NB21 until 18:39");
  assert.equal(heldWords(event(), "7741", "18:39"), "Reserved by you until 18:39");
  assert.equal(heldWords(event({ call_sign: "" }), "6033", "18:39"), "Reserved by 7741 until 18:39");
});

test("the toast takes the name from the card on the screen and keeps quiet about old news", () => {
  assert.equal(toastWords(event(), seen()), "NB21 has reserved Darren Pyke");
  assert.equal(toastWords(event(), seen({ name: "" })), "NB21 has reserved a wanted person");
  assert.equal(toastWords(event({ state: "ARRESTED" }), seen()), "NB21 has arrested Darren Pyke");
  assert.equal(toastWords(event({ state: "EN_ROUTE" }), seen({ before: "other" })), null, "known already");
  assert.equal(toastWords(event(), seen({ now: 40_000 })), null, "caught up after half a minute away");
});

test("near is decided on the phone, and only where a place is known", () => {
  const here = { lat: 52.42, lon: -1.52 };
  assert.equal(isNear(event(), here, 3), true);
  assert.equal(isNear(event(), { lat: 52.6, lon: -1.5 }, 3), false);
  assert.equal(isNear(event(), null, 3), false);
  assert.equal(isNear(event({ near_lat: null, near_lon: null }), here, 3), false);
  assert.ok(Math.abs(kilometres({ lat: 51.5, lon: 0 }, { lat: 52.5, lon: 0 }) - 111.2) < 0.5);
});

test("an event that the page already shows changes nothing", () => {
  assert.equal(isNewer(3, 3), false);
  assert.equal(isNewer(3, 4), true);
  assert.equal(isNewer(NaN, 1), true);
});

test("one's own reservation speaks only of what others did to it", () => {
  const mine = (/** @type {string} */ state, /** @type {object} */ more = {}) => toastWords(event({ state }), seen({ collar: "7741", ...more }));
  assert.equal(mine("RESERVED"), "Darren Pyke is yours now", "handed over");
  assert.equal(mine("RESERVED", { before: "mine" }), null, "a longer lease");
  assert.equal(mine("EN_ROUTE", { before: "mine" }), null);
  assert.equal(mine("ARRESTED", { before: "mine" }), null, "one's own result");
  assert.equal(mine("OVERRIDDEN"), "Darren Pyke is no longer yours: taken by a supervisor");
  assert.equal(mine("EXPIRED", { name: "" }), "Your time ran out: A wanted person is back on the list");
});
