// Sends what this person typed, of every incident, from whichever page is open. One at a time for each incident: the next
// goes when the one before is settled, so that the log has them in the order in which they were typed. No DOM.

import { MAX_TRIES, waitAfter } from "./entries.js";

/**
 * @typedef {import("./entries.js").Entry} Entry
 * @typedef {import("./entries.js").Outcome} Outcome
 * @typedef {{setTimeout: (run: () => void, ms: number) => any, clearTimeout: (id: any) => void}} World
 */

/** @type {World} */
const BROWSER = { setTimeout: (run, ms) => setTimeout(run, ms), clearTimeout: (id) => clearTimeout(id) };

export class EntrySender {
  /** @type {Set<string>} incidents whose entry is on its way */
  #busy = new Set();
  /** @type {Map<string, any>} incidents that wait for their next try */
  #timers = new Map();

  /**
   * @param {import("./entries.js").Entries} entries
   * @param {(entry: Entry) => Promise<Outcome>} post
   * @param {(entry: Entry, html: string|null) => void} heard what became of one: its numbered row, or null when it was not taken
   * @param {World} [world] for tests
   */
  constructor(entries, post, heard, world = BROWSER) {
    this.entries = entries;
    this.post = post;
    this.heard = heard;
    this.world = world;
  }

  /** Everything that is not numbered yet, now. A second window that does the same does no harm: each has its key. */
  send() {
    const waiting = this.entries.all().filter((entry) => entry.state === "pending");
    for (const incident of new Set(waiting.map((entry) => entry.incident))) void this.#drain(incident);
  }

  /** @param {string} incident */
  async #drain(incident) {
    if (this.#busy.has(incident)) return;
    this.#busy.add(incident);
    this.world.clearTimeout(this.#timers.get(incident));
    for (;;) {
      const entry = this.entries.all(incident).find((one) => one.state === "pending");
      if (!entry || !(await this.#one(entry))) break;
    }
    this.#busy.delete(incident);
  }

  /** @param {Entry} entry @returns {Promise<boolean>} whether the next may go */
  async #one(entry) {
    const outcome = await this.post(entry);
    if (outcome.ok) {
      this.entries.remove(entry.key);
      this.heard(entry, outcome.html);
      return true;
    }
    // One that the server falls over must not keep back what was typed after it: it is shown as not saved.
    const retry = outcome.retry && !(outcome.broken && entry.tries + 1 >= MAX_TRIES);
    const kept = this.entries.tried(entry.key, { retry, why: outcome.why });
    if (kept) this.heard(kept, null);
    if (kept?.state !== "pending") return true;
    this.#timers.set(entry.incident, this.world.setTimeout(() => void this.#drain(entry.incident), waitAfter(kept.tries)));
    return false;
  }
}
