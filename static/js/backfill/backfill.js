// @ts-check
/**
 * While the server is not known to be recording, the phone keeps its own recording, and sends it later (docs/backfill.md).
 * Loaded when the camera is on, so that the caller's first page stays light.
 */
import { Clock } from "./clock.js";
import { Coverage } from "./coverage.js";
import { Panel } from "./panel.js";
import { network } from "./pace.js";
import { PIECE_MS, Ring } from "./ring.js";
import { Sealer } from "./seal.js";
import { openShelf } from "./shelf.js";
import { Upload } from "./upload.js";

/** Finished pieces stay in memory this long: longer than it takes to notice that nothing arrives. */
const RING_MS = 12_000;
const PING_EVERY = 5;
const FIRST_PING = 1_000_000; // pings of our own, apart from those of the line
/** Below this battery, or when the phone's processor is the bottleneck, nothing is recorded before it is needed. */
const LOW_BATTERY = 0.15;
const BUSY_LOOKS = 3;
const SAID_MS = 8000;

/**
 * @typedef {object} Call what this module sees of a session; absent on a page whose call is over
 * @property {string} id
 * @property {any} facts
 * @property {{stream: MediaStream}|null} camera
 * @property {number|null} battery
 * @property {{send: (message: {t: string, [field: string]: any}) => boolean}} line
 * @property {{sender: {pc: Pick<RTCPeerConnection, "getStats">}|null}} joining
 *
 * @typedef {object} Env
 * @property {import("./ring.js").Recorder|undefined} Recorder
 * @property {IDBFactory} indexedDB
 * @property {Pick<StorageManager, "estimate">} [storage]
 * @property {typeof fetch} fetch
 * @property {() => string} token
 * @property {import("../caller/line.js").Timers} timers
 * @property {() => string} uuid
 * @property {Document} page
 */

export class Backfill {
  /** @param {Env} env @param {Call|null} call @param {import("./shelf.js").Shelf} shelf */
  constructor(env, call, shelf) {
    this.env = env;
    this.call = call;
    this.shelf = shelf;
    this.clock = new Clock();
    this.coverage = new Coverage();
    this.sealer = call ? new Sealer(call.id, env.uuid()) : null;
    this.ring = call && env.Recorder ? new Ring(env.Recorder, env.timers, (piece) => this.#made(piece)) : null;
    /** @type {import("./ring.js").Piece[]} */ this.held = [];
    this.pings = 0;
    this.work = Promise.resolve(); // pieces are put away one after the other
    this.busy = 0;
    this.looks = 0;
    this.full = false;
    this.fullAt = 0;
    this.agreed = false;
    /** @type {""|"sent"|"deleted"|"stuck"} */ this.outcome = "";
    this.outcomeAt = 0;
    this.had = 0;
    this.up = false;
    this.upload = new Upload(shelf, {
      fetch: env.fetch, token: env.token, timers: env.timers,
      network: () => this.#network(),
      maySend: (session) => (this.ended ? this.agreed : session === call?.id && !this.coverage.keeping),
      changed: () => this.draw(),
    });
    this.panel = new Panel(env.page, { send: () => this.agree(), wipe: () => this.wipe() });
  }

  /** Is the call over, or was it over when the page was opened? */
  get ended() {
    return !this.call || this.call.facts.screen === "ended";
  }

  /** Once a second while the call lasts, and once more after it. */
  tick() {
    const now = this.env.timers.now();
    this.looks += 1;
    if (this.call) this.#look(this.call, now);
    this.held = this.held.filter((one) => now - one.ended < RING_MS);
    if (this.full && this.shelf.size < this.fullAt * 0.8) this.full = false; // some of it was sent
    this.draw();
  }

  /** @param {Call} call @param {number} now */
  #look(call, now) {
    const keeping = this.coverage.look(this.ended ? { ...call.facts, wanted: false } : call.facts, now);
    const on = !this.ended && call.facts.wanted && call.facts.camera === "on" && call.camera !== null;
    const early = !(call.battery !== null && call.battery <= LOW_BATTERY) && this.busy < BUSY_LOOKS;
    this.ring?.record(on && (keeping || early) && !this.full ? (call.camera?.stream ?? null) : null);
    if (keeping) this.#sift();
    const up = call.facts.line === "open" && !keeping;
    if (up && !this.up) this.upload.nudge();
    this.up = up;
    if (call.facts.line === "open" && this.looks % PING_EVERY === 1) this.#ping(call, now);
    if (this.looks % PING_EVERY === 2) void this.#network();
  }

  /** @param {Call} call @param {number} now */
  #ping(call, now) {
    this.pings += 1;
    this.clock.left(FIRST_PING + this.pings, now);
    call.line.send({ t: "ping", n: FIRST_PING + this.pings });
  }

  /** @param {{n: number, server_time: number}} message */
  pong(message) {
    this.clock.came(message.n, message.server_time, this.env.timers.now());
  }

  /** @param {import("./ring.js").Piece} piece */
  #made(piece) {
    this.held.push(piece);
    this.#sift();
  }

  /** Put away what nobody else has. */
  #sift() {
    const wanted = this.held.filter((one) => this.coverage.wants(one.started, one.ended));
    this.held = this.held.filter((one) => !wanted.includes(one));
    for (const piece of wanted) this.work = this.work.then(() => this.#keep(piece)).catch(() => undefined);
  }

  /** @param {import("./ring.js").Piece} piece */
  async #keep(piece) {
    if (this.full || !this.sealer) return;
    const bytes = await piece.data.arrayBuffer();
    const kept = await this.sealer.seal({ bytes, mime: piece.mime, started: piece.started, ended: piece.ended });
    const { offset, error } = this.clock.value(kept.ended);
    if (await this.shelf.add({ ...kept, offset, error })) this.upload.added();
    else { this.full = true; this.fullAt = this.shelf.size; }
    this.outcome = "";
    this.draw();
  }

  /** The network beside the live picture; null when no picture is being sent. */
  async #network() {
    const sender = this.call?.joining.sender;
    if (!sender || this.ended) return null;
    const seen = network((await sender.pc.getStats().catch(() => new Map())).values());
    this.busy = seen.limited === "cpu" ? this.busy + 1 : Math.min(this.busy, BUSY_LOOKS) === BUSY_LOOKS ? this.busy : 0;
    return seen;
  }

  /** The caller's tap: what is on the phone may be sent although the call is over. */
  agree() {
    this.agreed = true;
    this.outcome = "";
    this.upload.closed.clear();
    this.upload.nudge();
    this.draw();
  }

  /** Nothing stays on this phone. */
  async wipe() {
    this.ring?.record(null);
    this.held = [];
    this.outcome = "deleted"; // said only when nothing is left: the shelf is emptied before the screen is drawn
    this.outcomeAt = this.env.timers.now();
    await this.upload.wipe();
    this.draw();
  }

  draw() {
    const { pieces } = this.shelf;
    const now = this.env.timers.now();
    if (this.had && !pieces && !this.outcome) { this.outcome = "sent"; this.outcomeAt = now; this.full = false; }
    if (this.outcome && !this.ended && now - this.outcomeAt > SAID_MS) this.outcome = "";
    if (pieces && this.agreed && this.upload.closed.size) this.outcome = "stuck";
    this.had = pieces;
    this.panel.draw({
      keeping: this.coverage.keeping && this.ring !== null && !this.full, full: this.full && !this.ended, pieces, done: this.upload.done, all: this.upload.all,
      sending: this.ended ? this.agreed : this.up, ended: this.ended, outcome: this.outcome,
    });
  }
}

/**
 * @param {Env} env @param {Call|null} call
 * @returns {Promise<Backfill|null>} null where the browser keeps nothing
 */
export async function open(env, call) {
  let shelf;
  try { shelf = await openShelf(env.indexedDB, env.storage); } catch { return null; }
  if (!call && !shelf.pieces) return null;
  const backfill = new Backfill(env, call, shelf);
  backfill.panel.load(env.fetch).then(() => backfill.draw(), () => undefined);
  if (shelf.pieces) backfill.upload.nudge();
  return backfill;
}

/** The browser as it is. @param {import("../caller/line.js").Timers} timers @param {() => string} uuid @returns {Env} */
export function browser(timers, uuid) {
  return {
    Recorder: globalThis.MediaRecorder, indexedDB: globalThis.indexedDB, storage: navigator.storage, fetch: (...given) => fetch(...given),
    token: () => /(?:^|; )sl_csrf=([^;]*)/.exec(document.cookie)?.[1] ?? "", timers, uuid, page: document,
  };
}

export { PIECE_MS };
