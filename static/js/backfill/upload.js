// @ts-check
/**
 * Brings the shelf to the server: hashes as soon as there is any connection, then film, piece by piece, in chunks that go on
 * where the last one ended. A piece leaves the phone only when the server says that the evidence store has it.
 */
import { Sending } from "../lib/sending.js";
import { Pace, chunkOf, rest } from "./pace.js";

const AT_ONCE = 50;
const BACK_OFF = [1000, 2000, 4000, 8000, 15000];
const ASK_MS = 3000;
/** States that end a piece on the phone, and those that still need it. */
const OVER = ["registered", "refused", "abandoned", "withdrawn"];

/**
 * @typedef {Omit<import("./shelf.js").Kept, "bytes">} Listed
 * @typedef {import("../lib/sending.js").Answer} Answer
 * @typedef {object} Own
 * @property {() => Promise<import("./pace.js").Seen|null>} network null: nothing is live
 * @property {(session: string) => boolean} maySend film of this call, not only hashes
 * @typedef {Own & import("../lib/sending.js").Around} Around
 */

/** @extends {Sending<Around>} */
export class Upload extends Sending {
  /** @param {import("./shelf.js").Shelf} shelf @param {Around} around */
  constructor(shelf, around) {
    super(around, BACK_OFF);
    this.shelf = shelf;
    this.pace = new Pace();
    this.done = 0;
    this.all = 0;
    this.asked = 0; // when the server was last asked how far each piece is
    /** @type {Map<string, number>} piece → bytes the server has */ this.offsets = new Map();
    /** @type {Set<string>} pieces the server has whole, and has not confirmed */ this.whole = new Set();
    /** @type {Set<string>} calls that take nothing more from this browser */ this.closed = new Set();
  }

  /** Something was put on the shelf. */
  added() {
    this.all += 1;
    this.nudge();
  }

  /** One request, or a look around. @returns {Promise<number|null>} when to go on, ms; null: nothing to do */
  async step() {
    const pieces = (await this.shelf.list()).filter((one) => !this.closed.has(one.session));
    if (!pieces.length) { this.done = this.all = 0; return null; }
    this.all = Math.max(this.all, this.done + pieces.length);
    const fresh = pieces.filter((one) => !one.id);
    if (fresh.length) return this.#announce(fresh.filter((one) => one.session === fresh[0].session).slice(0, AT_ONCE));
    const free = pieces.filter((one) => this.around.maySend(one.session));
    if (!free.length) return null;
    const unknown = free.find((one) => !this.offsets.has(one.id));
    if (unknown) return this.#ask(unknown.session, free);
    const next = free.find((one) => !this.whole.has(one.id));
    const whole = free.find((one) => this.whole.has(one.id));
    return next && !(whole && this.#mayAsk()) ? this.#send(next) : this.#ask((whole ?? free[0]).session, free);
  }

  /** While the line is too poor for the next piece, what police have whole must not stay on the phone for it. */
  #mayAsk() {
    return this.failures > 0 && this.around.timers.now() - this.asked >= ASK_MS;
  }

  /** @param {Listed[]} pieces of one call @returns {Promise<number>} */
  async #announce(pieces) {
    const said = pieces.map(({ run, sequence, sha256, previous, size, mime, started, ended, offset, error }) => ({ run, sequence, sha256, previous, size, mime, started, ended, offset, error }));
    const answer = await this.announced(`/phone/${pieces[0].session}/`, { pieces: said });
    if (answer.status === 200) {
      for (const told of answer.body.pieces) await this.#named(told, pieces);
      return 0;
    }
    if ([409, 413, 422].includes(answer.status)) {
      if (pieces.length > 1) return this.#announce(pieces.slice(0, 1)); // one of them is not taken: find it
      await this.#forget(pieces[0].key);
      return 0;
    }
    return this.#refused(answer, pieces[0].session);
  }

  /** @param {any} told @param {Listed[]} pieces */
  async #named(told, pieces) {
    const piece = pieces.find((one) => one.run === told.run && one.sequence === told.sequence);
    if (!piece) return;
    if (!piece.id) await this.shelf.change(piece.key, { id: told.id });
    this.offsets.set(told.id, told.offset);
    if (OVER.includes(told.state)) await this.#forget(piece.key);
    else if (told.state === "received") this.whole.add(told.id);
    else this.whole.delete(told.id);
  }

  /** How far is each piece? @param {string} session @param {Listed[]} pieces */
  async #ask(session, pieces) {
    const { failures } = this;
    const waiting = this.whole.size;
    this.asked = this.around.timers.now();
    const answer = await this.request(`/phone/${session}/`, { method: "GET" });
    if (answer.status !== 200) return this.#refused(answer, session);
    const mine = pieces.filter((one) => one.session === session);
    for (const told of answer.body.pieces) await this.#named(told, mine);
    const known = new Set(answer.body.pieces.map((/** @type {any} */ one) => one.id));
    this.failures = failures; // an answer to a question is no chunk that came through
    for (const one of mine) if (!known.has(one.id)) await this.shelf.change(one.key, { id: "" }); // the server forgot it
    return this.whole.size && this.whole.size === waiting ? ASK_MS : 200;
  }

  /** One chunk. @param {Listed} listed */
  async #send(listed) {
    const piece = await this.shelf.get(listed.key);
    if (!piece) return 0;
    const rate = this.pace.next(await this.around.network());
    const at = this.offsets.get(piece.id) ?? 0;
    const chunk = piece.bytes.slice(at, at + chunkOf(rate));
    const began = this.around.timers.now();
    const answer = await this.chunk(`/phone/${piece.session}/${piece.id}/`, at, chunk);
    if (answer.status === 200 || (answer.status === 409 && answer.body?.id)) {
      await this.#named(answer.body, [piece]);
      return rest(chunk.byteLength, rate, this.around.timers.now() - began);
    }
    if ([404, 413, 422].includes(answer.status)) { await this.#forget(piece.key); return 0; }
    return this.#refused(answer, piece.session);
  }

  /** Delete everything on the phone, and say so where the server knows of it. */
  async wipe() {
    this.stop();
    const pieces = await this.shelf.list();
    await this.shelf.wipe();
    this.done = this.all = 0;
    this.around.changed();
    for (const one of pieces) if (one.id) await this.request(`/phone/${one.session}/${one.id}/`, { method: "DELETE" });
  }

  /** @param {string} key */
  async #forget(key) {
    await this.shelf.remove(key);
    this.done += 1;
    this.around.changed();
  }

  /** @param {Answer} answer @param {string} session */
  #refused(answer, session) {
    if (answer.status === 403 || answer.status === 404) { this.closed.add(session); return 0; }
    return this.pause(answer);
  }
}
