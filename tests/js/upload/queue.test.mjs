import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";

import { removable, sentence } from "../../../static/js/upload/panel.js";
import { Queue, percent, stateOf } from "../../../static/js/upload/queue.js";
import { Sha256, sha256Of } from "../../../static/js/upload/sha256.js";
import { NO_SHELF, openShelf } from "../../../static/js/upload/shelf.js";
import { Database } from "../backfill/fakes.mjs";
import { Time, settle } from "../caller/fakes.mjs";

const sha256 = (data) => createHash("sha256").update(data).digest("hex");
const photo = (name, size = 700_000) => new File([randomBytes(size)], name);

/** The server of docs/uploads.md, as far as a phone sees it. */
class Server {
  files = new Map();
  down = false;
  ended = false;
  breakAfter = Infinity; // chunks, then the network goes
  spoil = false;
  said = [];
  refuse = null; // {status, code} for the next chunk

  fetch = async (path, init) => {
    if (this.down) throw new TypeError("network");
    this.said.push(`${init.method} ${path}`);
    assert.equal(init.headers["X-CSRFToken"], "csrf");
    const id = path.match(/files\/([^/]+)\/$/)?.[1];
    if (init.method === "GET") return this.#answer(200, { files: this.#all() });
    if (this.ended) return this.#answer(409, { code: "ended" });
    if (init.method === "POST") return this.#announce(JSON.parse(init.body).files);
    const file = this.files.get(id);
    if (!file) return this.#answer(404, {});
    if (init.method === "DELETE") {
      if (["received", "registered"].includes(file.state)) return this.#answer(409, { code: "done" });
      file.state = "withdrawn";
      return this.#answer(200, this.#told(file));
    }
    return this.#chunk(file, init);
  };

  #announce(files) {
    for (const one of files) {
      const same = [...this.files.values()].find((kept) => kept.sha256 === one.sha256 && !["withdrawn", "refused"].includes(kept.state) && kept.verdict !== "differs");
      if (!same) this.files.set(`f${this.files.size + 1}`, { id: `f${this.files.size + 1}`, ...one, state: "announced", verdict: "", refusal: "", bytes: [] });
    }
    return this.#answer(200, { files: this.#all() });
  }

  async #chunk(file, init) {
    if (this.refuse) {
      const { status, code } = this.refuse;
      if (status === 422) Object.assign(file, { state: "refused", refusal: code });
      this.refuse = null;
      return this.#answer(status, { code });
    }
    if (this.breakAfter <= 0) { this.down = true; throw new TypeError("network"); }
    this.breakAfter -= 1;
    if (Number(init.headers["Upload-Offset"]) !== this.#told(file).offset) return this.#answer(409, this.#told(file));
    file.bytes.push(Buffer.from(await init.body.arrayBuffer()));
    file.state = this.#told(file).offset === file.size ? "received" : "receiving";
    return this.#answer(200, this.#told(file));
  }

  /** What the worker does. */
  register() {
    for (const file of this.files.values()) if (file.state === "received") Object.assign(file, { state: "registered", verdict: this.spoil || sha256(Buffer.concat(file.bytes)) !== file.sha256 ? "differs" : "matches" });
  }

  #told = ({ bytes, ...file }) => ({ ...file, offset: bytes.reduce((sum, one) => sum + one.length, 0) });
  #all = () => [...this.files.values()].map((file) => this.#told(file));
  #answer = (status, body) => ({ ok: status < 300, status, json: async () => body, headers: { get: () => null } });
}

async function phone({ server = new Server(), database = new Database(), most = { files: 20, bytes: 5_000_000 }, time = new Time() } = {}) {
  let number = 0;
  const queue = new Queue(database ? await openShelf(database) : NO_SHELF, {
    session: "call-1", most, fetch: server.fetch, token: () => "csrf", timers: time.timers, uuid: () => `key-${time.at}-${(number += 1)}`, hash: sha256Of, changed: () => {},
  });
  const page = {
    queue, server, database, time,
    states: () => queue.entries.map((one) => one.state),
    async seconds(count) { for (let at = 0; at < count * 10; at += 1) { await time.pass(100); do { await settle(); } while (queue.running); } },
  };
  await queue.resume();
  return page;
}

test("SHA-256 in pieces is SHA-256, whatever the pieces", () => {
  for (const size of [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000, 100_003]) {
    const data = randomBytes(size);
    for (const step of [1, 63, 64, 4096]) {
      const hash = new Sha256();
      for (let at = 0; at < size; at += step) hash.add(data.subarray(at, at + step));
      assert.equal(hash.end(), sha256(data), `${size} in ${step}`);
    }
  }
});

test("SHA-256 of a file goes over the borders of its slices", async () => {
  const data = randomBytes(2 * 1024 * 1024 + 17);
  assert.equal(await sha256Of(new Blob([data])), sha256(data));
});

test("two files are hashed, sent in chunks and there only when the hash agrees", async () => {
  const page = await phone();
  const files = [photo("gate.jpg"), photo("street.mp4", 300_000)];
  await page.queue.add(files);
  await page.seconds(1);
  assert.deepEqual(page.states(), ["checking", "checking"]);
  page.server.register();
  await page.seconds(3);
  assert.deepEqual(page.states(), ["have", "have"]);
  for (const [at, kept] of [...page.server.files.values()].entries()) assert.deepEqual(Buffer.concat(kept.bytes), Buffer.from(await files[at].arrayBuffer()));
  assert.equal(page.database.rows.size, 0, "nothing of it is left on the phone's shelf");
});

test("what came damaged is not called there, and may be chosen again", async () => {
  const page = await phone();
  const file = photo("gate.jpg");
  await page.queue.add([file]);
  await page.seconds(1);
  page.server.spoil = true;
  page.server.register();
  await page.seconds(3);
  assert.deepEqual(page.states(), ["spoilt"]);
  page.server.spoil = false;
  await page.queue.add([file]);
  await page.seconds(1);
  page.server.register();
  await page.seconds(3);
  assert.deepEqual(page.states(), ["spoilt", "have"]);
});

test("the network goes in the middle and it goes on where it was", async () => {
  const page = await phone();
  page.server.breakAfter = 1;
  await page.queue.add([photo("gate.jpg")]);
  await page.seconds(2);
  assert.deepEqual([page.states(), page.queue.offline], [["sending"], true]);
  assert.equal(sentence(page.queue.entries[0], page.queue.offline), "offline");
  page.server.down = false;
  page.server.breakAfter = Infinity;
  page.queue.nudge();
  await page.seconds(1);
  page.server.register();
  await page.seconds(3);
  assert.deepEqual(page.states(), ["have"]);
  const offsets = [...page.server.files.values()][0].bytes.map((one) => one.length);
  assert.equal(offsets.reduce((sum, one) => sum + one, 0), 700_000, "no byte was sent twice");
});

test("a reloaded page goes on with what its shelf kept", async () => {
  const before = await phone();
  before.server.breakAfter = 1;
  await before.queue.add([photo("gate.jpg"), photo("street.mp4")]);
  await before.seconds(1);
  before.server.down = false;
  before.server.breakAfter = Infinity;
  const after = await phone({ server: before.server, database: before.database });
  await after.seconds(2);
  after.server.register();
  await after.seconds(3);
  assert.deepEqual(after.states(), ["have", "have"]);
});

test("where the browser keeps nothing, the caller is asked to choose it again, and only the rest is sent", async () => {
  const before = await phone({ database: null });
  const file = photo("gate.jpg");
  before.server.breakAfter = 1;
  await before.queue.add([file]);
  await before.seconds(1);
  before.server.down = false;
  before.server.breakAfter = Infinity;
  const after = await phone({ server: before.server, database: null });
  await after.seconds(1);
  assert.deepEqual(after.states(), ["missing"]);
  await after.queue.add([file]);
  await after.seconds(1);
  after.server.register();
  await after.seconds(3);
  assert.deepEqual(after.states(), ["have"]);
  assert.equal([...after.server.files.values()][0].bytes[0].length, 256 * 1024);
});

test("the same file chosen twice is one", async () => {
  const page = await phone();
  const file = photo("gate.jpg");
  await page.queue.add([file, new File([file], "copy of gate.jpg")]);
  await page.seconds(1);
  assert.equal(page.queue.entries.length, 1);
  assert.equal(page.server.files.size, 1);
});

test("too large, empty and too many are said before anything is sent", async () => {
  const page = await phone({ most: { files: 2, bytes: 1000 } });
  await page.queue.add([photo("film.mp4", 1001), photo("nothing.jpg", 0), photo("a", 10), photo("b", 10), photo("c", 10)]);
  await page.seconds(1);
  assert.deepEqual(page.states(), ["too_large", "refused", "checking", "checking", "too_many"]);
});

test("what the server refuses is refused in its words, and the next file goes on", async () => {
  for (const [code, name] of [["type", "refused_type"], ["hidden", "refused_hidden"], ["broken", "refused_broken"], ["pixels", "refused_type"]]) {
    const page = await phone();
    page.server.refuse = { status: 422, code };
    await page.queue.add([photo("page.html"), photo("gate.jpg")]);
    await page.seconds(1);
    assert.deepEqual(page.states(), ["refused", "checking"]);
    assert.equal(sentence(page.queue.entries[0], false), name);
  }
});

test("a file that is refused after it came is not said to be there", async () => {
  const page = await phone();
  await page.queue.add([photo("gate.jpg")]);
  await page.seconds(1);
  Object.assign([...page.server.files.values()][0], { state: "refused", refusal: "hidden" });
  await page.seconds(3);
  assert.equal(sentence(page.queue.entries[0], false), "refused_hidden");
});

test("the caller takes a file back, and cannot once it is there", async () => {
  const page = await phone();
  page.server.breakAfter = 1;
  await page.queue.add([photo("gate.jpg")]);
  await page.seconds(1);
  await page.queue.remove(page.queue.entries[0].key);
  assert.deepEqual(page.states(), ["sending"], "without a network it is not said to be taken back");
  page.server.down = false;
  await page.queue.remove(page.queue.entries[0].key);
  assert.deepEqual(page.states(), []);
  assert.equal([...page.server.files.values()][0].state, "withdrawn");
  for (const state of ["checking", "have", "spoilt", "refused", "stopped"]) assert.equal(removable({ state }), false);
});

test("when the link ends nothing more leaves the phone", async () => {
  const page = await phone();
  page.server.breakAfter = 1;
  await page.queue.add([photo("gate.jpg"), photo("street.mp4")]);
  await page.seconds(1);
  page.server.down = false;
  page.server.ended = true;
  page.server.breakAfter = Infinity;
  page.queue.nudge();
  await page.seconds(1);
  assert.deepEqual(page.states(), ["stopped", "stopped"]);
  const said = page.server.said.length;
  page.queue.nudge();
  await page.seconds(60);
  assert.equal(page.server.said.length, said);
  assert.equal(page.database.rows.size, 0);
});

test("states and shares are what the server says", () => {
  assert.equal(stateOf({ state: "registered", verdict: "matches", offset: 9 }), "have");
  for (const verdict of ["differs", "incomplete"]) assert.equal(stateOf({ state: "registered", verdict, offset: 9 }), "spoilt");
  assert.equal(stateOf({ state: "received", verdict: "matches", offset: 9 }), "checking", "our hash agrees, but it is not stored yet");
  assert.equal(percent({ size: 1000, offset: 999 }), 99);
  assert.equal(percent({ size: 0, offset: 0 }), 0);
});
