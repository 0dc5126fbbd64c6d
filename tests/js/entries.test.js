import assert from "node:assert/strict";
import { test } from "node:test";
import { Store } from "./store.js";
import { allWords, bodyOf, decisionLine, Entries, ENTRY_LIMIT, inPieces, lockLine, parseLine, restrictedLine, waitAfter } from "../../static/js/lib/entries.js";

const entry = (/** @type {string} */ key, incident = "i1") => ({ key, incident, type: "NARRATIVE", text: "Male has left", at: "2026-11-21T22:42:04Z" });

test("an entry outlives the page until it is numbered", () => {
  const store = new Store();
  new Entries(store, "7").add(entry("k1"));
  const later = new Entries(store, "7");
  assert.equal(later.all("i1").length, 1);
  assert.equal(later.all("i2").length, 0);
  later.remove("k1");
  assert.deepEqual(new Entries(store, "7").all(), []);
  assert.equal(store.map.size, 0);
});

test("nobody sends another person's entries", () => {
  const store = new Store();
  new Entries(store, "7").add(entry("k1"));
  assert.deepEqual(new Entries(store, "8").all(), []);
});

test("no connection is tried for ever, a refusal waits for the person", () => {
  const entries = new Entries(new Store(), "7");
  entries.add(entry("k1"));
  for (let i = 0; i < 9; i += 1) assert.equal(entries.tried("k1", { retry: true, why: "No connection." })?.state, "pending");
  assert.equal(entries.tried("k1", { retry: false, why: "Too long." })?.state, "failed");
  entries.again("k1");
  assert.deepEqual([entries.all()[0].state, entries.all()[0].tries], ["pending", 0]);
});

test("100 kB of pasted words are entries that the log takes, in order and whole", () => {
  const pasted = Array.from({ length: 17_000 }, (_, n) => `w${n}`).join(" ");
  const pieces = inPieces(pasted);
  assert.ok(pieces.length > 20);
  for (const piece of pieces) assert.ok([...piece].length <= ENTRY_LIMIT);
  assert.match(pieces[1], new RegExp(`^\\(2 of ${pieces.length}\\) `));
  assert.equal(pieces.map((piece) => piece.replace(/^\(\d+ of \d+\) /, "")).join(" "), pasted);
  assert.equal(inPieces("x".repeat(9000)).map((piece) => piece.replace(/^\(\d+ of \d+\) /, "")).join(""), "x".repeat(9000));
  assert.deepEqual(inPieces("Male has left"), ["Male has left"]);
  assert.deepEqual(inPieces("👮".repeat(4000)), ["👮".repeat(4000)], "as many characters as the server counts");
  assert.equal(inPieces("👮".repeat(4001)).length, 2);
});

test("the same key is one entry", () => {
  const entries = new Entries(new Store(), "7");
  entries.add(entry("k1"));
  entries.add(entry("k1"));
  assert.equal(entries.all().length, 1);
});

test("a closed or spoilt storage loses nothing of this page", () => {
  const store = new Store();
  store.setItem = () => { throw new Error("full"); };
  const entries = new Entries(store, "7");
  entries.add(entry("k1"));
  assert.equal(entries.all().length, 1);
  assert.equal(entries.tried("k1", { retry: true, why: "No connection." })?.tries, 1);
  entries.remove("k1");
  assert.deepEqual(entries.all(), []);
  const spoilt = new Store();
  spoilt.map.set("sightline.entry.7.a", '{"a":');
  spoilt.map.set("sightline.entry.7.b", "null");
  spoilt.map.set("sightline.entry.7.c", '{"key": "d", "text": "t", "incident": "i", "n": 1}');
  assert.deepEqual(new Entries(spoilt, "7").all(), []);
});

test("two windows never take each other's entries away", () => {
  const store = new Store();
  const [first, second] = [new Entries(store, "7"), new Entries(store, "7")];
  first.add({ ...entry("a"), text: "knife seen" });
  second.add(entry("b", "i2"));
  second.remove("b");
  assert.deepEqual(new Entries(store, "7").all().map((one) => one.text), ["knife seen"]);
});

test("an entry that another window has sent does not come back", () => {
  const store = new Store();
  const [first, second] = [new Entries(store, "7"), new Entries(store, "7")];
  first.add(entry("a"));
  second.remove("a");
  assert.equal(first.tried("a", { retry: true, why: "No connection." }), null);
  assert.deepEqual(first.all(), []);
});

test("the order is the one in which they were typed, whatever the storage's", () => {
  const store = new Store();
  const [first, second] = [new Entries(store, "7"), new Entries(store, "7")];
  first.add(entry("z"));
  second.add(entry("a"));
  first.add(entry("m"));
  store.map = new Map([...store.map].sort());
  assert.deepEqual(first.all("i1").map((one) => one.key), ["z", "a", "m"]);
});

test("/x corrects an entry by its number", () => {
  assert.deepEqual(parseLine("/x 3 it is No. 19"), { text: "it is No. 19", corrects: 3 });
  assert.deepEqual(parseLine("  He left  "), { text: "He left" });
  assert.deepEqual(parseLine("/x three"), { text: "/x three" });
});

test("tries come closer at first and never more than 8 s apart", () => {
  assert.deepEqual([1, 2, 3, 4, 9].map(waitAfter), [1000, 2000, 4000, 8000, 8000]);
});

const decision = () => ({
  ...entry("k9"), type: "DECISION", text: "Hold the cordon.",
  fields: [{ name: "options", label: "Options", words: "Wait for the dog unit." }, { name: "cites_seq", label: "Picture", words: "12" }],
});

test("a decision waits with its fields and is sent with the same words each time", () => {
  const store = new Store();
  new Entries(store, "7").add(decision());
  const kept = new Entries(store, "7").all("i1")[0];
  const body = bodyOf(kept);
  assert.equal(body.get("options"), "Wait for the dog unit.");
  assert.equal(body.get("cites_seq"), "12");
  assert.equal(body.toString(), bodyOf(kept).toString());
  assert.equal(allWords(kept), "Hold the cordon.\nOptions: Wait for the dog unit.\nPicture: 12");
});

test("an entry without fields, or of an older page, is sent as it was", () => {
  assert.deepEqual([...bodyOf(entry("k1")).keys()], ["client_key", "type", "text", "occurred_at"]);
  const odd = /** @type {any} */ ({ ...entry("k1"), fields: [null, 5, { name: "options" }] });
  assert.equal(allWords(odd), "Male has left");
  assert.equal(bodyOf({ ...entry("k1"), corrects: 3 }).get("corrects_seq"), "3");
});

test("/d makes a decision of the line", () => {
  assert.equal(decisionLine("/d Hold"), "Hold");
  assert.equal(decisionLine("/D "), "");
  assert.equal(decisionLine("/dog"), null);
  assert.equal(decisionLine("He has a /d "), null);
});

test("/r means a restricted entry, /lock 3 the supervisor's marking of entry 3", () => {
  assert.equal(restrictedLine("/r Informant"), "Informant");
  assert.equal(restrictedLine("/run"), null);
  assert.equal(restrictedLine("He said /r "), null);
  assert.equal(lockLine(" /lock 3 "), 3);
  for (const line of ["/lock", "/lock 0", "/lock three", "/lock 3 why", "/lock 123456"]) assert.equal(lockLine(line), null);
});

test("a restricted entry is kept as one and is sent as one each time", () => {
  const kept = new Entries(new Store(), "7").add({ ...entry("k1"), restricted: true });
  assert.equal(kept.restricted, true);
  assert.equal(bodyOf(kept).get("restricted"), "1");
  assert.equal(bodyOf({ ...kept, restricted: false }).get("restricted"), null);
});

test("a restricted entry that waits is still restricted after the page was closed", () => {
  const disk = new Store();
  new Entries(disk, "7").add({ ...entry("k1"), restricted: true });
  const again = new Entries(disk, "7");
  again.tried("k1", { retry: true, why: "away" });
  assert.equal(bodyOf(again.all()[0]).get("restricted"), "1");
});
