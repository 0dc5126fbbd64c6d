// @ts-check
/**
 * How far the server's clock is ahead of this phone's, measured over the socket: half of the way there and back is the
 * uncertainty, so the fastest answer of the last minutes is the best one (RFC 5905 section 8 says the same of its own).
 */

const KEEP = 20;
const OLD_MS = 600_000;
/** Phones' clocks drift by less than this against ours, parts of one. */
const DRIFT = 0.0001;
/** What is said when nothing was measured: the server then gives the film no place in time. */
export const UNKNOWN = 1e9;

export class Clock {
  constructor() {
    /** @type {Map<number, number>} ping → when it left, ms of this phone */
    this.sent = new Map();
    /** @type {{at: number, offset: number, error: number}[]} */
    this.samples = [];
  }

  /** @param {number} n @param {number} at */
  left(n, at) {
    this.sent.set(n, at);
    if (this.sent.size > KEEP) this.sent.delete(/** @type {number} */ (this.sent.keys().next().value));
  }

  /** An answer came. @param {number} n @param {number} server its clock, ms @param {number} at this phone's, ms */
  came(n, server, at) {
    const left = this.sent.get(n);
    this.sent.delete(n);
    if (left === undefined || !Number.isFinite(server) || at < left) return;
    this.samples.push({ at, offset: server - (left + at) / 2, error: (at - left) / 2 + 1 });
    if (this.samples.length > KEEP) this.samples.shift();
  }

  /** @param {number} at ms @returns {{offset: number, error: number}} */
  value(at) {
    const known = this.samples
      .filter((one) => Math.abs(at - one.at) < OLD_MS)
      .map((one) => ({ offset: one.offset, error: one.error + Math.abs(at - one.at) * DRIFT }));
    return known.sort((a, b) => a.error - b.error)[0] ?? { offset: 0, error: UNKNOWN };
  }
}
