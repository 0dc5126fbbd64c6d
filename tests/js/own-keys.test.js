import assert from "node:assert/strict";
import { test } from "node:test";
import { DELIVERED } from "../../static/js/lib/keys.js";
import { askedBy, choose, isDelivered, readKeys, shownKey, SIGNS, withKey, writeKeys } from "../../static/js/lib/own-keys.js";

const press = (/** @type {string} */ key, extra = {}) => ({ key, code: "", altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, ...extra });
const asDelivered = (/** @type {string|null} */ kept) => assert.deepEqual([...readKeys(kept)], [...DELIVERED], String(kept));

test("Okafor moves the log to X; what is kept is that and nothing else, and is read back", () => {
  const choice = choose(DELIVERED, "log", "x");
  assert.equal(choice.kind, "set");
  const keys = choice.kind === "set" ? choice.keys : DELIVERED;
  assert.equal(writeKeys(keys), '{"log":"x"}');
  assert.deepEqual([...readKeys(writeKeys(keys))], [...keys]);
  assert.equal(shownKey(keys, "log"), "X");
  assert.equal(DELIVERED.get("log"), "l");
});

test("a taken key says by what; swapped, both have one; swapped back, nothing is kept", () => {
  const choice = choose(DELIVERED, "log", "v");
  assert.ok(choice.kind === "taken" && choice.swapped);
  assert.equal(choice.by, "video");
  assert.equal(choice.swapped.get("log"), "v");
  assert.equal(choice.swapped.get("video"), "l");
  assert.deepEqual([...readKeys(writeKeys(choice.swapped))], [...choice.swapped]);
  const back = choose(choice.swapped, "log", "l");
  assert.ok(back.kind === "taken" && back.swapped && isDelivered(back.swapped));
  assert.equal(writeKeys(back.swapped), null);
});

test("its own key again changes nothing", () => {
  assert.deepEqual(choose(DELIVERED, "log", "l"), { kind: "same" });
});

test("an act that has a second meaning with Shift takes no sign, neither chosen nor by a swap", () => {
  assert.deepEqual(choose(DELIVERED, "new", ";"), { kind: "unfit" });
  assert.deepEqual(choose(DELIVERED, "search", "n"), { kind: "taken", by: "new", swapped: null });
  assert.equal(choose(DELIVERED, "search", ";").kind, "set");
  const moved = choose(DELIVERED, "panel-next", "e");
  assert.equal(moved.kind === "set" && choose(moved.keys, "panel-next", "`").kind, "set"); // the one it was delivered with
});

test("an act nobody knows cannot be given a key", () => {
  for (const act of ["", "sudo", "__proto__", "constructor"]) assert.deepEqual(choose(DELIVERED, act, "x"), { kind: "unfit" });
});

test("letters and signs may be chosen, also with Shift or capitals", () => {
  assert.deepEqual(askedBy(press("x")), { key: "x" });
  assert.deepEqual(askedBy(press("X", { shiftKey: true })), { key: "x" });
  for (const key of SIGNS) assert.deepEqual(askedBy(press(key)), { key });
});

test("keys of the browser, digits and keys that move or send cannot; a modifier alone is waited for", () => {
  for (const key of ["F1", "F5", "F9", "F12", "1", "0", "Enter", "Escape", " ", "Tab", "ArrowLeft", "Home", "Delete", "Dead", "Unidentified", "'", "é", "ж", "£", "😀", ""]) {
    const asked = askedBy(press(key));
    assert.ok(asked && "why" in asked, key);
  }
  for (const how of [{ ctrlKey: true }, { metaKey: true }, { altKey: true }]) assert.ok("why" in (askedBy(press("x", how)) ?? {}));
  for (const key of ["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock"]) assert.equal(askedBy(press(key)), null);
  assert.equal(askedBy(press("x", { isComposing: true })), null);
});

test("nothing kept: as delivered", () => {
  asDelivered(null);
  asDelivered("");
  asDelivered("{}");
});

test("what is not JSON, or is no object, is not believed", () => {
  for (const kept of ["{", "log=x", "null", "7", '"log"', '["log","x"]', "[[\"log\",\"x\"]]", "true"]) asDelivered(kept);
});

test("two acts on one key are not believed, whether both were changed or one", () => {
  asDelivered('{"log":"x","video":"x"}');
  asDelivered('{"log":"v"}');
});

test("unknown acts are not believed, and take the rest along", () => {
  asDelivered('{"log":"x","launch":"e"}');
  asDelivered('{"new-other":"x"}');
});

test("a key of several characters, a digit, a space, a control character, no string: not believed", () => {
  for (const key of ["xy", "", " ", "1", "X", "Enter", "\u0000", "\u202e", "é", "'"]) asDelivered(JSON.stringify({ log: key }));
  for (const key of [1, null, true, ["x"], { 0: "x" }]) asDelivered(JSON.stringify({ log: key }));
});

test("names of an object's own machinery are not believed and reach nothing", () => {
  for (const kept of ['{"__proto__":"x"}', '{"__proto__":{"log":"x"}}', '{"constructor":"x"}', '{"toString":"x"}', '{"log":"__proto__"}']) asDelivered(kept);
  assert.equal(/** @type {any} */ ({}).log, undefined);
});

test("a flood is not read", () => {
  asDelivered(`{"log":"x"${" ".repeat(5000)}}`);
});

test("a key at the end of words is replaced, whatever it is", () => {
  assert.equal(withKey("Shift N", "X"), "Shift X");
  assert.equal(withKey("Alt+L", "X"), "Alt+X");
  assert.equal(withKey("L", "\\"), "\\");
  assert.equal(withKey("?", "$&"), "$&");
});
