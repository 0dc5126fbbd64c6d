import assert from "node:assert/strict";
import { test } from "node:test";
import { nextOf } from "../../static/js/lib/call-answer.js";

const answer = (/** @type {number} */ status, /** @type {any} */ data = null, redirected = false) => nextOf({ status, redirected, data }, 1);

test("the incident is open: on to it, and nowhere else", () => {
  assert.deepEqual(answer(201, { next: "/incidents/1/" }), { kind: "go", to: "/incidents/1/" });
  assert.equal(answer(201, { next: "https://elsewhere.example/" }).kind, "stop");
});

test("the server is away or busy: sent again by itself", () => {
  for (const status of [500, 502, 503, 504, 429, 408]) assert.equal(answer(status).kind, "again");
});

test("a form that the server falls over three times waits for the person", () => {
  assert.equal(nextOf({ status: 500, redirected: false, data: null }, 2).kind, "again");
  assert.equal(nextOf({ status: 500, redirected: false, data: null }, 3).kind, "stop");
  assert.equal(nextOf({ status: 503, redirected: false, data: null }, 30).kind, "again");
});

test("what is wrong comes back beside its field", () => {
  assert.deepEqual(answer(422, { message: "Choose a grade.", fields: { grade_code: "Choose a grade." } }), { kind: "mend", fields: { grade_code: "Choose a grade." }, words: "Choose a grade." });
});

test("a key that was used for another call: a new key, and its words", () => {
  assert.deepEqual(answer(409, { message: "Sent to 12 already.", client_key: "k2" }), { kind: "other", key: "k2", words: "Sent to 12 already." });
  assert.deepEqual(answer(409, { message: "The day is full." }), { kind: "stop", words: "The day is full." });
});

test("signed out, or a token that is too old: what to do is said", () => {
  assert.match(/** @type {any} */ (answer(200, null, true)).words, /Sign in again/);
  assert.match(/** @type {any} */ (answer(403)).words, /reload this page/);
});
