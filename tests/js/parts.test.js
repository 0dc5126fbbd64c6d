import assert from "node:assert/strict";
import { test } from "node:test";
import { controlKey, planOf } from "../../static/js/lib/parts.js";

const part = (/** @type {string} */ id, same = false, held = false) => ({ id, same, held });
const control = (/** @type {Record<string, string>} */ attributes, textContent = "", tagName = "BUTTON") => ({ tagName, id: attributes.id ?? "", textContent, getAttribute: (/** @type {string} */ name) => attributes[name] ?? null });

test("what shows the same is left alone, and with it the focus", () => {
  assert.deepEqual(planOf(3, 4, [part("incident-top"), part("incident-place", true), part("incident-units", true)]).put, ["incident-top"]);
});

test("an older answer never overwrites a newer one", () => {
  assert.deepEqual(planOf(5, 4, [part("incident-top")]), { put: [], wait: [] });
  assert.deepEqual(planOf(5, NaN, [part("incident-top")]), { put: [], wait: [] });
  assert.deepEqual(planOf(5, 5, [part("incident-units")]).put, ["incident-units"]);
});

test("nothing changes under the pointer that is about to press", () => {
  assert.deepEqual(planOf(1, 2, [part("incident-top"), part("incident-place", false, true), part("incident-units", true, true)]), { put: ["incident-top"], wait: ["incident-place"] });
});

test("Read back is the same control with another report, and Assign beside other units", () => {
  const readBack = { "hx-post": "/incidents/1/where/", "hx-vals": '{"location": "a"}' };
  assert.equal(controlKey(control(readBack, "Read back")), controlKey(control({ ...readBack, "hx-vals": '{"location": "b"}' }, "Read back")));
  assert.equal(controlKey(control({ "data-opens-tab": "tab-send" }, "Assign A")), controlKey(control({ "data-opens-tab": "tab-send" }, "Assign")));
  assert.notEqual(controlKey(control({ "data-opens-tab": "tab-send" })), controlKey(control({ "data-opens-tab": "tab-share" })));
  assert.notEqual(controlKey(control({}, "Copy")), controlKey(control({}, "Open")));
});
