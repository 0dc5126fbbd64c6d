// What the caller writes is kept until it is saved, and shown once.
import assert from "node:assert/strict";
import test from "node:test";

import { Chat } from "../../../static/js/caller/chat.js";
import { Keep } from "./fakes.mjs";

test("a message is pending until the server has saved it, also over a reload", () => {
  const keep = new Keep();
  const chat = new Chat("s", keep);
  chat.write("k1", "two cars", 1_700_000_000_000);
  const reloaded = new Chat("s", keep);
  assert.deepEqual(reloaded.pending().map((item) => item.key), ["k1"]);
  reloaded.saved("k1", "id1", 1_700_000_001);
  assert.deepEqual(reloaded.pending(), []);
  assert.deepEqual(new Chat("s", keep).items, []);
  assert.equal(reloaded.items[0].at, 1_700_000_001_000);
});

test("a message that came with the welcome and is then confirmed stands there once", () => {
  const chat = new Chat("s", null);
  chat.write("k1", "ok", 1_700_000_000_000);
  assert.ok(chat.take({ id: "id1", from: "caller", text: "ok", at: 1_700_000_000_500 }));
  chat.saved("k1", "id1", 1_700_000_000_500);
  assert.equal(chat.items.length, 1);
  assert.equal(chat.items[0].state, "saved");
  assert.ok(!chat.take({ id: "id1", from: "caller", text: "ok", at: 1_700_000_000_500 }), "and not again");
});

test("a translation that comes later stands before the original", () => {
  const chat = new Chat("s", null);
  chat.take({ id: "p1", from: "police", text: "Is he still there?", at: 1_700_000_000_000 });
  chat.translated("p1", "Czy on tam jeszcze jest?", "Is he still there?");
  chat.translated("p9", "nobody", "asked");
  assert.deepEqual(chat.items.map((item) => item.text), ["Czy on tam jeszcze jest?\nIs he still there?"]);
});

test("the order of the police stays until it is answered or replaced", () => {
  const chat = new Chat("s", null);
  assert.equal(chat.card(), null);
  chat.take({ id: "p1", from: "police", text: "Stay behind the wall.", at: 1_700_000_000_000 });
  assert.equal(chat.card().text, "Stay behind the wall.");
  chat.take({ id: "p2", from: "police", text: "Is anyone in the red car?", at: 1_700_000_001_000 });
  assert.equal(chat.card().id, "p2");
  chat.write("k", "Yes", 1_700_000_002_000);
  assert.equal(chat.card(), null);
});

test("seen is reported once for each message of the police", () => {
  const chat = new Chat("s", null);
  chat.take({ id: "p1", from: "police", text: "a", at: 1 });
  chat.take({ id: "p2", from: "police", text: "b", at: 2 });
  assert.deepEqual(chat.unreported(), ["p1", "p2"]);
  chat.reported(["p1", "p2"]);
  assert.deepEqual(chat.unreported(), []);
});

test("the police have seen it", () => {
  const chat = new Chat("s", null);
  chat.write("k", "ok", 1_700_000_000_000);
  chat.saved("k", "id", 1_700_000_000_000);
  chat.seen(["other"]);
  assert.equal(chat.items[0].state, "saved");
  chat.seen(["id"]);
  assert.equal(chat.items[0].state, "seen");
});

test("a store that is broken or forbidden does not stop the conversation", () => {
  const refuses = () => { throw new Error("private mode"); };
  const chat = new Chat("s", { getItem: () => "{not json", setItem: refuses, removeItem: refuses });
  chat.write("k", "hello", 1);
  assert.equal(chat.pending().length, 1);
});

test("a message the server can never take is taken out", () => {
  const chat = new Chat("s", null);
  chat.write("k", "x", 1);
  chat.refused("k");
  assert.deepEqual(chat.items, []);
});
