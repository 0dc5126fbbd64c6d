import assert from "node:assert/strict";
import { test } from "node:test";
import { Entries } from "../../static/js/lib/entries.js";
import { EntrySender } from "../../static/js/lib/entry-sender.js";
import { Store } from "./store.js";

/** @typedef {import("../../static/js/lib/entries.js").Outcome} Outcome */

const AWAY = /** @type {Outcome} */ ({ ok: false, retry: true, why: "No connection." });
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A desk with one store, and a server that answers by the entry's text. @param {Record<string, Outcome[]>} [answers] */
function desk(answers = {}) {
  const entries = new Entries(new Store(), "7");
  /** @type {string[]} */
  const asked = [];
  /** @type {string[]} */
  const numbered = [];
  /** @type {(() => void)[]} */
  const timers = [];
  let atOnce = 0;
  let most = 0;
  const post = async (/** @type {import("../../static/js/lib/entries.js").Entry} */ entry) => {
    asked.push(entry.text);
    most = Math.max(most, ++atOnce);
    await settle();
    atOnce -= 1;
    return answers[entry.text]?.shift() ?? /** @type {Outcome} */ ({ ok: true, html: "<li>" });
  };
  const world = { setTimeout: (/** @type {() => void} */ run) => timers.push(run), clearTimeout: () => {} };
  const sender = new EntrySender(entries, post, (entry, html) => { if (html) numbered.push(entry.text); }, world);
  const type = (/** @type {string} */ text, incident = "i1") => { entries.add({ key: text, incident, type: "NARRATIVE", text, at: "x" }); sender.send(); };
  const quiet = async () => { for (let n = 0; n < 30; n += 1) await settle(); };
  return { entries, asked, numbered, timers, sender, type, quiet, most: () => most };
}

test("the next of an incident goes when the one before is numbered", async () => {
  const one = desk();
  for (const text of ["knife", "running", "gone"]) one.type(text);
  await one.quiet();
  assert.deepEqual(one.numbered, ["knife", "running", "gone"]);
  assert.equal(one.most(), 1);
  assert.deepEqual(one.entries.all(), []);
});

test("the server was away: the order is kept, and another incident does not wait", async () => {
  const one = desk({ knife: [AWAY] });
  one.type("knife");
  one.type("running");
  one.type("elsewhere", "i2");
  await one.quiet();
  assert.deepEqual(one.numbered, ["elsewhere"]);
  one.timers.shift()?.();
  await one.quiet();
  assert.deepEqual(one.numbered, ["elsewhere", "knife", "running"]);
});

test("a refused entry keeps nothing back, and is sent when the person says so", async () => {
  const one = desk({ knife: [{ ok: false, retry: false, why: "Too long." }] });
  one.type("knife");
  one.type("running");
  await one.quiet();
  assert.deepEqual(one.numbered, ["running"]);
  assert.equal(one.entries.all()[0].state, "failed");
  one.entries.again("knife");
  one.sender.send();
  await one.quiet();
  assert.deepEqual(one.numbered, ["running", "knife"]);
});

test("an entry that the server falls over three times is shown as not saved and the next goes", async () => {
  const broken = /** @type {Outcome} */ ({ ok: false, retry: true, why: "The server refused it (500).", broken: true });
  const one = desk({ knife: [broken, broken, broken] });
  one.type("knife");
  one.type("he is dying");
  for (let n = 0; n < 3; n += 1) {
    await one.quiet();
    one.timers.shift()?.();
  }
  await one.quiet();
  assert.deepEqual(one.asked.filter((text) => text === "knife").length, 3);
  assert.deepEqual(one.numbered, ["he is dying"]);
  assert.equal(one.entries.all()[0].state, "failed");
});

test("an entry of a page that was left is sent from any other page", async () => {
  const one = desk();
  one.entries.add({ key: "k", incident: "i9", type: "NARRATIVE", text: "left behind", at: "x" });
  one.sender.send();
  await one.quiet();
  assert.deepEqual(one.numbered, ["left behind"]);
});
