import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { beforeEach, test } from "node:test";

import { Backfill } from "../../../static/js/backfill/backfill.js";
import { openShelf } from "../../../static/js/backfill/shelf.js";
import { Time, settle } from "../caller/fakes.mjs";
import { Database, Recorder, Server } from "./fakes.mjs";

const sha256 = (data) => createHash("sha256").update(data).digest("hex");
beforeEach(() => Recorder.reset());

/** A live call, its page ticking once a second. */
async function phone({ database = new Database(), server = new Server(), time = new Time(), ended = false } = {}) {
  const facts = { screen: "live", wanted: true, camera: "on", line: "open", peer: "up", everUp: true, status: null };
  const call = { id: "call-1", facts, camera: { stream: { name: "rear" } }, battery: 0.8, line: { sent: [], send(message) { this.sent.push(message); return true; } }, joining: { sender: null } };
  const env = { Recorder, indexedDB: database, storage: { estimate: async () => ({ quota: 1e9, usage: 0 }) }, fetch: server.fetch, token: () => "csrf", timers: time.timers, uuid: () => `run-${time.at}`, page: { documentElement: {} } };
  const film = new Backfill(env, ended ? null : call, await openShelf(database, env.storage));
  const page = {
    film, call, facts, time, server, database, said: "writing", shown: null,
    async seconds(count) {
      for (let at = 0; at < count; at += 1) {
        if (page.said) facts.status = { recording: page.said, at: time.at };
        film.tick();
        await time.pass(1000);
        do { await film.work; await settle(); } while (film.upload.running);
      }
    },
    drop() { facts.peer = "lost"; facts.line = "lost"; facts.status = null; page.said = ""; server.down = true; },
    back() { facts.peer = "up"; facts.line = "open"; page.said = "writing"; server.down = false; },
  };
  const draw = film.panel.draw.bind(film.panel);
  film.panel.draw = (shown) => { page.shown = shown; draw(shown); };
  return page;
}

test("while the server records, the phone keeps nothing but a few seconds in memory", async () => {
  const page = await phone();
  await page.seconds(60);
  assert.equal(page.database.rows.size, 0);
  assert.ok(page.film.held.length <= 4, String(page.film.held.length));
  assert.equal(Recorder.running.length, 1);
  assert.equal(page.server.requests.length, 0);
});

test("what was on screen at the moment of the drop, and all until the connection is back, is kept and sent", async () => {
  const page = await phone();
  await page.seconds(20);
  const dropped = page.time.at;
  page.drop();
  await page.seconds(15);
  assert.equal(page.shown.keeping, true);
  assert.equal(page.server.pieces.size, 0);
  const back = page.time.at;
  page.back();
  await page.seconds(30);
  const sent = [...page.server.pieces.values()];
  assert.ok(Math.min(...sent.map((one) => one.started)) <= dropped - 3000, "from before anybody noticed");
  assert.ok(Math.max(...sent.map((one) => one.ended)) >= back, "until the server said that it records again");
  const order = sent.toSorted((a, b) => a.sequence - b.sequence);
  for (const [at, one] of order.entries()) if (at) assert.ok(one.started <= order[at - 1].ended, "no hole between two pieces");
  for (const one of sent) assert.equal(sha256(one.bytes), one.sha256);
  page.server.register();
  await page.seconds(10);
  assert.equal(page.database.rows.size, 0, "the phone's copy is wiped once the store has it");
  assert.equal(page.film.outcome, "sent");
});

test("hashes go first, chained, and film only when they are there", async () => {
  const page = await phone();
  await page.seconds(10);
  page.drop();
  await page.seconds(13);
  page.back();
  await page.seconds(20);
  const methods = page.server.requests.filter((one) => !page.server.down && one.path.startsWith("/phone/call-1/")).map((one) => one.method);
  assert.ok(methods.indexOf("POST") < methods.indexOf("PATCH"));
  const said = [...page.server.pieces.values()].toSorted((a, b) => a.sequence - b.sequence);
  let previous = sha256(`call-1|${said[0].run}`);
  for (const one of said) {
    assert.equal(one.previous, previous);
    previous = sha256([one.previous, one.sequence, one.sha256, one.size, one.started, one.ended].join("|"));
  }
});

test("a hash leaves as soon as any connection is there, although the picture is not", async () => {
  const page = await phone();
  await page.seconds(10);
  page.facts.peer = "lost";
  page.said = "";
  await page.seconds(10);
  assert.ok(page.server.pieces.size > 0, "announced over plain HTTP while the phone still records");
  assert.equal(page.server.of("PATCH").length, 0, "film waits for the picture");
});

test("an upload goes on after a broken chunk, a lost answer and a killed tab", async () => {
  const page = await phone();
  await page.seconds(10);
  page.drop();
  await page.seconds(9);
  let breaks = 3;
  page.server.chunk = () => { if (breaks-- > 0) throw new TypeError("network"); };
  page.back();
  await page.seconds(2);
  const again = await phone({ database: page.database, server: page.server, time: page.time });
  assert.ok(again.film.shelf.pieces > 0, "the film survived the page");
  again.film.upload.nudge();
  await again.seconds(40);
  page.server.register();
  await again.seconds(10);
  assert.equal(page.database.rows.size, 0);
  for (const one of page.server.pieces.values()) assert.equal(sha256(one.bytes), one.sha256);
});

test("a piece that police have leaves the phone although the next one cannot be sent", async () => {
  const page = await phone();
  await page.seconds(10);
  page.drop();
  await page.seconds(14);
  let first = null;
  page.server.chunk = (piece) => {
    first ??= piece.id;
    if (piece.id !== first) throw new TypeError("network");
  };
  page.back();
  await page.seconds(12);
  page.server.register();
  await page.seconds(12);
  assert.ok(page.database.rows.size > 1, "the others wait for the line");
  assert.ok(![...page.database.rows.values()].some((one) => one.id === first));
  const tries = page.server.of("PATCH").length;
  await page.seconds(60);
  assert.ok(page.server.of("PATCH").length - tries < 15, "and it is tried less and less");
});

test("when the phone is full the oldest stay and recording stops", async () => {
  const page = await phone();
  await page.seconds(10);
  page.database.quota = 40;
  page.drop();
  await page.seconds(40);
  const kept = [...page.database.rows.values()];
  assert.ok(kept.length >= 1);
  assert.deepEqual(kept.map((one) => one.sequence), kept.map((_, at) => at + 1));
  assert.equal(page.shown.full, true);
  assert.equal(Recorder.running.length, 0);
});

test("when the caller stops nothing more is recorded, and what is there waits for the caller's word", async () => {
  const page = await phone();
  await page.seconds(10);
  page.drop();
  await page.seconds(9);
  Object.assign(page.facts, { screen: "ended", wanted: false, camera: "off" });
  page.call.camera = null;
  page.server.down = false;
  await page.seconds(20);
  const pieces = page.database.rows.size;
  assert.ok(pieces > 0);
  assert.equal(Recorder.running.length, 0);
  assert.equal(page.server.of("PATCH").length, 0, "no film without the caller's tap");
  page.film.agree();
  await page.seconds(10);
  page.server.register();
  await page.seconds(10);
  assert.equal(page.database.rows.size, 0);
  assert.equal(page.film.outcome, "sent");
});

test("the caller may delete instead: nothing stays, and the server is told", async () => {
  const page = await phone();
  await page.seconds(10);
  page.drop();
  await page.seconds(9);
  page.facts.screen = "ended";
  page.server.down = false;
  await page.seconds(5);
  await page.film.wipe();
  await page.seconds(2);
  assert.equal(page.database.rows.size, 0);
  assert.ok([...page.server.pieces.values()].every((one) => one.state === "withdrawn"));
  assert.equal(page.film.outcome, "deleted");
});

test("a page that is opened after the call finds what is left, and takes no for an answer", async () => {
  const page = await phone();
  await page.seconds(10);
  page.drop();
  await page.seconds(9);
  const later = await phone({ database: page.database, server: page.server, time: page.time, ended: true });
  page.server.down = false;
  later.film.upload.nudge();
  await later.seconds(3);
  assert.equal(page.server.of("PATCH").length, 0);
  page.server.refuses = () => 403;
  later.film.agree();
  await later.seconds(5);
  assert.equal(later.film.outcome, "stuck");
  assert.ok(later.film.shelf.pieces > 0, "only the caller deletes");
});

test("another call's film is not sent during this call", async () => {
  const page = await phone();
  await page.seconds(10);
  page.drop();
  await page.seconds(9);
  for (const row of page.database.rows.values()) row.session = "call-0";
  page.server.requests.length = 0;
  page.server.down = false;
  const next = await phone({ database: page.database, server: page.server, time: page.time });
  next.film.upload.nudge();
  await next.seconds(10);
  assert.equal(page.server.of("PATCH").length, 0);
});

test("a low battery or a busy processor records only when it is needed", async () => {
  const page = await phone();
  page.call.battery = 0.1;
  await page.seconds(10);
  assert.equal(Recorder.made.length, 0);
  page.drop();
  await page.seconds(9);
  assert.ok(page.database.rows.size > 0);

  const busy = await phone();
  busy.call.joining.sender = { pc: { getStats: async () => new Map([["a", { type: "outbound-rtp", kind: "video", qualityLimitationReason: "cpu" }]]) } };
  await busy.seconds(30);
  assert.equal(Recorder.running.filter((one) => one.state === "recording").length <= 1, true);
  assert.equal(busy.film.ring.running, null);
});

test("a phone without a recorder, or with one that fails, loses nothing else", async () => {
  Recorder.fails = true;
  const page = await phone();
  await page.seconds(30);
  page.drop();
  await page.seconds(10);
  assert.equal(page.database.rows.size, 0);
  assert.ok(page.film.ring.failures <= 5);
});

test("the offset of the clocks is measured and goes with the hash", async () => {
  const page = await phone();
  await page.seconds(2);
  const ping = page.call.line.sent.find((one) => one.t === "ping");
  await page.time.pass(0);
  page.film.clock.sent.set(ping.n, page.time.at - 100);
  page.film.pong({ n: ping.n, server_time: page.time.at - 50 + 7000 });
  await page.seconds(8);
  page.drop();
  await page.seconds(9);
  const [row] = page.database.rows.values();
  assert.ok(Math.abs(row.offset - 7000) < 1);
  assert.ok(row.error >= 51 && row.error < 60, String(row.error));
});

test("too fast means wait, and a server that is away is asked less and less", async () => {
  const page = await phone();
  await page.seconds(10);
  page.drop();
  await page.seconds(9);
  page.server.refuses = () => 429;
  page.back();
  await page.seconds(1);
  const asked = page.server.requests.length;
  await page.seconds(5);
  assert.equal(page.server.requests.length, asked, "seven seconds were asked for");
  page.server.refuses = () => 503;
  await page.seconds(60);
  assert.ok(page.server.requests.length - asked < 15, String(page.server.requests.length - asked));
});
