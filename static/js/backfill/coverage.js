// @ts-check
/**
 * From when to when the server is not known to be recording what this phone shows: what the phone must keep itself.
 * "Known" is the server's own word that bytes reach the disk, never what our own tracks say.
 *
 * @typedef {{wanted: boolean, camera: string, line: string, peer: string, everUp: boolean, status: {recording: string, at: number}|null}} Facts
 * @typedef {{from: number, until: number|null}} Stretch ms of this phone's clock
 */

/** The server's word comes once a second; one that is older than this is missing. */
const SILENT_MS = 2500;
/** The word itself may be this much older than what it speaks of (streaming/consumers/caller.py, HEALTH_STALE). */
const MARGIN_MS = 3000;
/** A first connection may take so long before the phone begins to keep its own. */
const FIRST_MS = 8000;
/** What was in flight when the word came back is kept, too. */
const AFTER_MS = 1000;

export class Coverage {
  constructor() {
    /** @type {Stretch[]} */
    this.stretches = [];
    /** @type {number|null} the last moment for which the server said that it is recording */
    this.good = null;
    /** @type {number|null} since when the camera is on */
    this.since = null;
  }

  /** @returns {boolean} is the phone the only one that holds what happens now? */
  get keeping() {
    return this.stretches.at(-1)?.until === null;
  }

  /** Once a second. @param {Facts} facts @param {number} now ms @returns {boolean} keeping */
  look(facts, now) {
    if (!facts.wanted || facts.camera !== "on") return this.#off(now);
    this.since ??= now;
    const said = facts.status && now - facts.status.at <= SILENT_MS ? facts.status : null;
    const up = facts.line === "open" && facts.peer === "up";
    if (up && said?.recording === "writing") {
      this.good = said.at;
      this.#close(now + AFTER_MS);
    } else if (!this.keeping) {
      if (this.good === null) { if (now - this.since > FIRST_MS) this.#open(this.since); }
      else if ((facts.everUp && !up) || now - this.good > SILENT_MS) this.#open(Math.max(this.since, this.good - MARGIN_MS));
    }
    return this.keeping;
  }

  /** Is any of the piece wanted? @param {number} started @param {number} ended */
  wants(started, ended) {
    return this.stretches.some((one) => ended >= one.from && (one.until === null || started <= one.until));
  }

  /** The camera is off: nothing more is wanted. @param {number} now */
  #off(now) {
    this.#close(now);
    this.since = this.good = null;
    return false;
  }

  /** @param {number} from */
  #open(from) {
    this.stretches.push({ from, until: null });
    if (this.stretches.length > 50) this.stretches.shift();
  }

  /** @param {number} until */
  #close(until) {
    const last = this.stretches.at(-1);
    if (last && last.until === null) last.until = until;
  }
}
