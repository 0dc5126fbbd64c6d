// @ts-check
/**
 * Does anything come back from the engine? It reports several times a second, so silence means that the network is gone,
 * long before the browser says so (ICE needs five seconds and more).
 */

const POLL_MS = 500;
const SILENT_MS = 1500;
const SUSPECT_MS = 700;
const SUSPICION_MS = 3000;

export class Path {
  /**
   * @param {{getStats: () => Promise<any>}} pc
   * @param {import("./line.js").Timers} timers
   * @param {(silent: boolean) => void} changed
   * @param {(report: Map<string, any>) => void} seen every look at the statistics
   */
  constructor(pc, timers, changed, seen) {
    this.pc = pc;
    this.timers = timers;
    this.changed = changed;
    this.seen = seen;
    this.silent = false;
    this.count = 0; // bytes and answers so far
    this.quiet = 0; // looks without anything new
    this.heard = timers.now();
    this.suspicious = 0; // until then
    /** @type {any} */
    this.timer = null;
  }

  start() {
    this.stop();
    this.heard = this.timers.now();
    this.quiet = 0;
    this.#wait();
  }

  stop() {
    this.timers.clear(this.timer);
    this.timer = null;
  }

  /** The network changed: believe silence sooner for a while. */
  suspect() {
    this.suspicious = this.timers.now() + SUSPICION_MS;
  }

  #wait() {
    const timer = this.timers.set(async () => {
      const report = await this.pc.getStats().catch(() => new Map());
      if (this.timer !== timer) return;
      this.#look(received(report));
      if (!this.silent) this.seen(report);
      if (this.timer === timer) this.#wait();
    }, POLL_MS / (this.timers.now() < this.suspicious ? 2 : 1));
    this.timer = timer;
  }

  /** @param {number} count */
  #look(count) {
    const now = this.timers.now();
    if (count !== this.count) {
      this.count = count;
      this.heard = now;
      this.quiet = 0;
      return this.#say(false);
    }
    this.quiet += 1; // a page that slept has looked once, however long ago it heard something
    const patience = now < this.suspicious ? SUSPECT_MS : SILENT_MS;
    if (this.quiet >= 2 && now - this.heard >= patience && count > 0) this.#say(true);
  }

  /** @param {boolean} silent */
  #say(silent) {
    if (silent === this.silent) return;
    this.silent = silent;
    this.changed(silent);
  }
}

/** What came in over all candidate pairs; 0 where the browser does not count. @param {Map<string, any>} report @returns {number} */
export function received(report) {
  let count = 0;
  for (const one of report.values()) {
    if (one.type === "candidate-pair") count += (one.bytesReceived ?? 0) + (one.responsesReceived ?? 0);
  }
  return count;
}
