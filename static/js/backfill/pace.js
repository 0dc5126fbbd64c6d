// @ts-check
/**
 * How fast film may leave the phone beside a live picture. The picture comes first: film starts slowly, takes more only while
 * nothing suffers, and gives half of it back at once when the picture has to make do with less or the way gets longer. The
 * browser's own estimate of the network says nothing of what is free: it knows only what it was asked to send.
 */

const [LEAST, FIRST, MOST] = [64_000, 250_000, 4_000_000]; // bits a second
const GROWTH = 1.3;
/** A way that takes this much longer than its best is a queue that we fill, s. */
const QUEUE = 0.08;
/** Nothing is live: as fast as it goes. */
export const FREE = Infinity;

/** @typedef {{rtt: number|null, limited: string}} Seen */

/** What a sender's statistics say of the network. @param {Iterable<any>} reports @returns {Seen} */
export function network(reports) {
  let rtt = null, limited = "none";
  for (const one of reports) {
    if (one.type === "candidate-pair" && one.nominated && typeof one.currentRoundTripTime === "number") rtt = one.currentRoundTripTime;
    if (one.type === "outbound-rtp" && one.kind === "video") limited = one.qualityLimitationReason ?? limited;
  }
  return { rtt, limited };
}

export class Pace {
  rate = FIRST;
  best = Infinity; // the shortest way so far, s

  /** Before each chunk. @param {Seen|null} seen null: no picture is being sent @returns {number} bits a second */
  next(seen) {
    if (!seen) return FREE;
    if (seen.rtt !== null) this.best = Math.min(this.best * 1.01, seen.rtt); // another network has another best
    const queue = seen.rtt !== null && seen.rtt - this.best > QUEUE;
    this.rate = queue || seen.limited === "bandwidth" ? Math.max(LEAST, this.rate / 2) : Math.min(MOST, this.rate * GROWTH);
    return this.rate;
  }
}

/** Bytes to send at once: about a second of the allowance. @param {number} rate */
export const chunkOf = (rate) => Math.round(Math.min(256 * 1024, Math.max(8 * 1024, rate / 8)));

/** How long to wait after a chunk, ms. @param {number} bytes @param {number} rate @param {number} took */
export const rest = (bytes, rate, took) => (rate === FREE ? 0 : Math.max(0, (bytes * 8000) / rate - took));
