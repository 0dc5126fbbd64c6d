import assert from "node:assert/strict";
import { test } from "node:test";
import { Drafts, hintOf, restored, valuesOf } from "../../static/js/lib/drafts.js";
import { Store } from "./store.js";

const HOUR = 3_600_000;
const draft = (/** @type {string} */ name, at = 10 * HOUR) => ({ at, path: "/incidents/new/", fields: { caller_name: [name], location_text: ["Fish Street"] } });

test("two windows are two drafts, also when the second is typed in and sent", () => {
  const store = new Store();
  const first = new Drafts(store, "7");
  const second = new Drafts(store, "7");
  first.keep("a", draft("Leah"));
  second.keep("b", draft("Hannah", 11 * HOUR));
  second.forget("b");
  assert.deepEqual(first.read("a")?.fields.caller_name, ["Leah"]);
});

test("a new form is offered the others, the newest first, and never those in a window or its own", () => {
  const drafts = new Drafts(new Store(), "7");
  drafts.keep("a", draft("Leah"));
  drafts.keep("b", draft("Hannah", 11 * HOUR));
  drafts.keep("c", draft("Jo", 12 * HOUR));
  assert.deepEqual(drafts.others("new", 12 * HOUR).map((one) => one.key), ["c", "b", "a"]);
  assert.deepEqual(drafts.others("c", 12 * HOUR, new Set(["a"])).map((one) => one.key), ["b"]);
});

test("another person's drafts are not offered, and what the server would refuse as too old goes", () => {
  const store = new Store();
  new Drafts(store, "8").keep("a", draft("Leah"));
  new Drafts(store, "7").keep("old", draft("Jo", 0));
  assert.deepEqual(new Drafts(store, "7").others("new", 8 * 24 * HOUR), []);
  assert.deepEqual([...store.map.keys()], ["sightline.draft.intake.8.a"]);
});

test("a spoilt draft and a closed storage are no draft", () => {
  const store = new Store();
  store.setItem("sightline.draft.intake.7.a", '{"at": 5');
  store.setItem("sightline.draft.intake.7.b", '{"at": 5, "path": 7, "fields": 3}');
  assert.deepEqual(new Drafts(store, "7").others("new", 0), []);
  store.setItem = () => { throw new Error("full"); };
  assert.equal(new Drafts(store, "7").keep("a", draft("Leah")), false);
});

test("ticks of criteria and flags come back, and what was not ticked stays off", () => {
  const fields = valuesOf([["csrfmiddlewaretoken", "t"], ["criteria", "A"], ["criteria", "B"], ["flags", "CHILD_PRESENT"], ["description", ""], ["grade_code", "P"]]);
  assert.deepEqual(fields, { criteria: ["A", "B"], flags: ["CHILD_PRESENT"], grade_code: ["P"] });
  const box = (/** @type {string} */ name, /** @type {string} */ value) => restored(fields, { name, type: "checkbox", value });
  assert.deepEqual([box("criteria", "B"), box("criteria", "C"), box("flags", "CHILD_PRESENT")], [{ checked: true }, { checked: false }, { checked: true }]);
  assert.deepEqual(restored(fields, { name: "grade_code", type: "radio", value: "I" }), { checked: false });
  assert.deepEqual(restored(fields, { name: "description", type: "textarea", value: "x" }), { value: "" });
  assert.equal(restored(fields, { name: "csrfmiddlewaretoken", type: "hidden", value: "t" }), null);
  assert.equal(restored(fields, { name: "then", type: "submit", value: "open" }), null);
});

test("a draft is known by who and where", () => {
  assert.equal(hintOf(draft("Hannah Pryce")), "Hannah Pryce, Fish Street");
  assert.equal(hintOf({ at: 0, path: "", fields: { caller_number: ["07700 900222"] } }), "07700 900222");
});
