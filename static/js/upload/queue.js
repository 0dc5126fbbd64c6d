// @ts-check
/**
 * Photos and films that the caller chose, on their way to police: hashed, announced, sent in chunks that go on where the
 * last one ended, and said to be there only when the server has compared the hash and stored the file (docs/uploads.md).
 * No DOM; everything of the browser comes in through `Around`.
 *
 * @typedef {"preparing"|"waiting"|"sending"|"checking"|"have"|"spoilt"|"refused"|"too_large"|"too_many"|"missing"|"stopped"} State
 * @typedef {{key: string, name: string, size: number, sha256: string, id: string, state: State, why: string, offset: number, file: Blob|null}} Entry
 * @typedef {import("../lib/sending.js").Answer} Answer
 * @typedef {object} Own
 * @property {string} session
 * @property {{files: number, bytes: number}} most
 * @property {() => string} uuid
 * @property {(file: Blob) => Promise<string>} hash
 * @typedef {Own & import("../lib/sending.js").Around} Around
 */
import { Sending } from "../lib/sending.js";

const CHUNK = 256 * 1024;
const BACK_OFF = [500, 1000, 2000, 4000, 8000, 15000];
const ASK_MS = 1500;
/** The server's states that end a file on the phone. */
const OVER = ["registered", "refused", "withdrawn", "abandoned"];
/** What is still on its way. @type {State[]} */
export const OPEN = ["preparing", "waiting", "sending", "checking"];

/** What a file's state on the server is called here. @param {{state: string, verdict: string, offset: number}} told @returns {State} */
export function stateOf(told) {
  if (told.state === "registered") return told.verdict === "matches" ? "have" : "spoilt";
  if (told.state === "refused") return "refused";
  if (told.state === "received") return "checking";
  if (told.state === "abandoned" || told.state === "withdrawn") return "stopped";
  return told.offset ? "sending" : "waiting";
}

/** How much of a file police have received, in per cent: never 100 before all of it is there. @param {Entry} entry */
export const percent = (entry) => (entry.size ? Math.floor((entry.offset * 100) / entry.size) : 0);

/** @extends {Sending<Around>} */
export class Queue extends Sending {
  /** @param {import("./shelf.js").Shelf} shelf @param {Around} around */
  constructor(shelf, around) {
    super(around, BACK_OFF);
    this.shelf = shelf;
    /** @type {Entry[]} */ this.entries = [];
    this.ended = false;
  }

  /** Take up what an earlier load of this page left: the files it kept, and what the server has of them. */
  async resume() {
    for (const { key, name, size, sha256, file } of await this.shelf.list(this.around.session)) {
      this.entries.push({ key, name, size, sha256, id: "", state: sha256 ? "waiting" : "preparing", why: "", offset: 0, file });
    }
    const answer = await this.request(this.#path(), { method: "GET" });
    if (answer.status === 200) for (const told of answer.body.files) await this.#named(told, true);
    this.nudge();
    this.around.changed();
  }

  /** The caller chose files. @param {Iterable<File>} files */
  async add(files) {
    for (const file of files) {
      /** @type {Entry} */
      const entry = { key: this.around.uuid(), name: file.name, size: file.size, sha256: "", id: "", state: "preparing", why: "", offset: 0, file };
      const many = this.entries.filter((one) => OPEN.includes(one.state) || one.state === "have").length;
      if (file.size > this.around.most.bytes || file.size === 0) Object.assign(entry, { state: file.size ? "too_large" : "refused", why: file.size ? "" : "broken", file: null });
      else if (many >= this.around.most.files) Object.assign(entry, { state: "too_many", file: null });
      this.entries.push(entry);
      if (entry.file) await this.#keep(entry);
    }
    this.nudge();
    this.around.changed();
  }

  /** Not to be sent, or not to be shown any more. @param {string} key */
  async remove(key) {
    const entry = this.entries.find((one) => one.key === key);
    if (!entry) return;
    if (entry.id && OPEN.includes(entry.state) || entry.state === "missing") {
      const answer = await this.request(this.#path(entry.id), { method: "DELETE" });
      if (answer.status === 0) { this.offline = true; return this.around.changed(); } // not said to be taken back before it is
      if (answer.status === 409) return this.nudge(); // it is there already
    }
    await this.#drop(entry);
    this.around.changed();
  }

  /** The link is over: nothing more is sent. */
  end() {
    if (this.ended) return;
    this.ended = true;
    this.stop();
    for (const entry of this.entries) if (["preparing", "waiting", "sending", "missing"].includes(entry.state)) this.#close(entry, "stopped");
    this.around.changed();
  }

  /** @returns {Promise<number|null>} */
  async step() {
    if (this.ended) return null;
    const raw = this.entries.find((one) => one.state === "preparing");
    if (raw) return this.#hash(raw);
    const fresh = this.entries.filter((one) => one.file && !one.id && one.state === "waiting");
    if (fresh.length) return this.#announce(fresh.slice(0, this.around.most.files));
    const next = this.entries.find((one) => one.file && (one.state === "sending" || one.state === "waiting"));
    if (next) return this.#send(next);
    return this.entries.some((one) => one.state === "checking") ? this.#ask() : null;
  }

  /** @param {Entry} entry */
  async #hash(entry) {
    try {
      entry.sha256 = await this.around.hash(/** @type {Blob} */ (entry.file));
    } catch {
      this.#close(entry, "refused", "broken"); // the phone cannot read its own file any more
      return 0;
    }
    const same = this.entries.find((one) => one !== entry && one.sha256 === entry.sha256 && [...OPEN, "have", "missing"].includes(one.state));
    if (same) {
      if (same.state === "missing") { Object.assign(same, { file: entry.file, state: "waiting" }); await this.#keep(same); }
      await this.#drop(entry);
      return 0;
    }
    entry.state = "waiting";
    await this.#keep(entry);
    return 0;
  }

  /** @param {Entry[]} entries @returns {Promise<number|null>} */
  async #announce(entries) {
    const files = entries.map(({ name, size, sha256 }) => ({ name: name.slice(-200), size, sha256 }));
    const answer = await this.announced(this.#path(), { files });
    if (answer.status === 200) {
      for (const told of answer.body.files) await this.#named(told, false);
      return 0;
    }
    if (answer.status === 413 || answer.status === 422) {
      if (entries.length > 1) return this.#announce(entries.slice(0, 1)); // one of them is not taken: find it
      if (answer.body?.code === "too_many") this.#close(entries[0], "too_many");
      else if (answer.status === 413) this.#close(entries[0], "too_large");
      else this.#close(entries[0], "refused", "broken");
      return 0;
    }
    return this.#refused(answer);
  }

  /** The server's word on a file. @param {any} told @param {boolean} whole show it although this page has no such file */
  async #named(told, whole) {
    let entry = this.entries.find((one) => one.id === told.id) ?? this.entries.find((one) => !one.id && one.sha256 === told.sha256);
    if (!entry) {
      if (!whole || told.state === "withdrawn") return;
      entry = { key: told.id, name: told.name, size: told.size, sha256: told.sha256, id: "", state: "waiting", why: "", offset: 0, file: null };
      this.entries.push(entry);
    }
    entry.id = told.id;
    entry.offset = told.offset;
    const state = stateOf(told);
    if (OVER.includes(told.state)) this.#close(entry, state, told.refusal);
    else entry.state = !entry.file && state !== "checking" ? "missing" : state;
    if (told.state === "received" || told.state === "registered") entry.offset = entry.size;
  }

  /** How far is each? */
  async #ask() {
    const answer = await this.request(this.#path(), { method: "GET" });
    if (answer.status !== 200) return this.#refused(answer);
    for (const told of answer.body.files) await this.#named(told, false);
    return ASK_MS;
  }

  /** One chunk. @param {Entry} entry */
  async #send(entry) {
    const chunk = /** @type {Blob} */ (entry.file).slice(entry.offset, entry.offset + CHUNK);
    entry.state = "sending";
    this.around.changed();
    const answer = await this.chunk(this.#path(entry.id), entry.offset, chunk);
    if (answer.status === 200 || (answer.status === 409 && answer.body?.id)) {
      await this.#named(answer.body, false);
      return 0;
    }
    if (answer.status === 404) { entry.id = ""; entry.state = "waiting"; return 0; } // the server forgot it
    if (answer.status === 422) { this.#close(entry, "refused", String(answer.body?.code ?? "")); return 0; }
    if (answer.status === 413) { this.#close(entry, "too_large"); return 0; }
    return this.#refused(answer);
  }

  /** @param {Answer} answer */
  #refused(answer) {
    if (answer.status === 409 || answer.status === 403) { this.end(); return null; }
    return this.pause(answer);
  }

  /** @param {Entry} entry @param {State} state @param {string} [why] */
  #close(entry, state, why = "") {
    Object.assign(entry, { state, why, file: null });
    void this.shelf.remove(entry.key);
  }

  /** @param {Entry} entry */
  async #drop(entry) {
    this.entries = this.entries.filter((one) => one !== entry);
    await this.shelf.remove(entry.key);
  }

  /** @param {Entry} entry */
  async #keep({ key, name, size, sha256, file }) {
    if (file) await this.shelf.put({ key, session: this.around.session, name, size, sha256, file });
  }

  /** Of this link's files. @param {string} [id] */
  #path(id = "") {
    return `/phone/${this.around.session}/files/${id && `${id}/`}`;
  }
}
