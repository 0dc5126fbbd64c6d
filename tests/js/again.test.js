import assert from "node:assert/strict";
import { test } from "node:test";
import { Again, noAnswer } from "../../static/js/lib/again.js";

/** A world whose timers run when the test says so. */
function world() {
  /** @type {Map<number, {run: () => void, ms: number}>} */
  const timers = new Map();
  let next = 0;
  return {
    timers,
    waits: () => [...timers.values()].map((timer) => timer.ms),
    setTimeout: (/** @type {() => void} */ run, /** @type {number} */ ms) => { timers.set(++next, { run, ms }); return next; },
    clearTimeout: (/** @type {number} */ id) => void timers.delete(id),
    random: () => 0.5,
    ring() { for (const [id, { run }] of [...timers]) { timers.delete(id); run(); } },
  };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A server that answers each request with the next status; rows that came are in `rows`. @param {number[]} statuses */
function server(statuses) {
  /** @type {string[]} */
  const rows = [];
  /** @type {string[]} */
  const asked = [];
  return { rows, asked, fetch: async (/** @type {string} */ id) => {
    asked.push(id);
    const status = statuses.shift() ?? 200;
    if (status === 0) throw new TypeError("Failed to fetch");
    if (noAnswer(status)) throw new Error(String(status));
    if (status === 200) rows.push(id);
  } };
}

test("503 once: the new Immediate appears in the queue all the same", async () => {
  const desk = world();
  const site = server([503]);
  const again = new Again(site.fetch, desk);
  again.ask("i1");
  await settle();
  assert.deepEqual(site.rows, []);
  desk.ring();
  await settle();
  assert.deepEqual(site.rows, ["i1"]);
  assert.equal(again.waits, false);
  assert.equal(desk.timers.size, 0);
});

test("no connection is asked again with longer waits, at most about eight seconds, and at once when it is back", async () => {
  const desk = world();
  const site = server([0, 0, 0, 0, 0, 503]);
  const again = new Again(site.fetch, desk);
  again.ask("i1");
  const waits = [];
  for (let n = 0; n < 6; n += 1) {
    await settle();
    waits.push(...desk.waits());
    if (n < 5) desk.ring();
  }
  assert.deepEqual(waits, [1000, 2000, 4000, 8000, 8000, 8000]);
  again.up();
  await settle();
  assert.deepEqual(site.rows, ["i1"]);
  assert.equal(desk.timers.size, 0, "the old wait does not ask once more");
});

test("what waits for one row keeps nobody from another", async () => {
  const site = server([503, 200]);
  const again = new Again(site.fetch, world());
  again.ask("i1");
  again.ask("i2");
  await settle();
  assert.deepEqual(site.rows, ["i2"]);
});

test("a burst of events is one request and one after it", async () => {
  const site = server([]);
  const again = new Again(site.fetch, world());
  for (let n = 0; n < 5; n += 1) again.ask("i1");
  await settle();
  assert.deepEqual(site.asked, ["i1", "i1"]);
});

test("a refusal is an answer, and one that left asks nothing more", async () => {
  const desk = world();
  const refused = server([404]);
  new Again(refused.fetch, desk).ask("i1");
  await settle();
  assert.equal(desk.timers.size, 0);
  const away = new Again(server([503]).fetch, desk);
  away.ask("i1");
  away.stop();
  await settle();
  assert.equal(desk.timers.size, 0);
  assert.deepEqual([200, 302, 404, 410, 422, 408, 429, 500, 503].map(noAnswer), [false, false, false, false, false, true, true, true, true]);
});
