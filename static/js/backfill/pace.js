// @ts-check
/**
 * How fast film may leave the phone beside a live picture. The picture comes first: film takes half of what the network
 * has to spare, and next to nothing while the picture has to make do with less than it wants.
 */

const LEAST = 64_000; // bits a second
const UNKNOWN = 200_000;
const MOST = 2_000_000;
/** Nothing is live: as fast as it goes. */
export const FREE = Infinity;

/** What a sender's statistics say of the network. @param {Iterable<any>} reports @returns {{available: number|null, sending: number|null, limited: string}} */
export function network(reports) {
  let available = null, sending = null, limited = "none";
  for (const one of reports) {
    if (one.type === "candidate-pair" && one.nominated && typeof one.availableOutgoingBitrate === "number") available = one.availableOutgoingBitrate;
    if (one.type === "outbound-rtp" && one.kind === "video") {
      if (typeof one.targetBitrate === "number") sending = one.targetBitrate;
      limited = one.qualityLimitationReason ?? limited;
    }
  }
  return { available, sending, limited };
}

/** @param {{available: number|null, sending: number|null, limited: string}|null} seen null: no picture is being sent @returns {number} bits a second */
export function allowance(seen) {
  if (!seen) return FREE;
  if (seen.limited === "bandwidth") return LEAST;
  if (seen.available === null || seen.sending === null) return UNKNOWN;
  return Math.min(MOST, Math.max(LEAST, (seen.available - seen.sending) / 2));
}

/** Bytes to send at once: about a second of the allowance. @param {number} rate */
export const chunkOf = (rate) => Math.round(Math.min(256 * 1024, Math.max(16 * 1024, rate / 8)));

/** How long to wait after a chunk, ms. @param {number} bytes @param {number} rate @param {number} took */
export const rest = (bytes, rate, took) => (rate === FREE ? 0 : Math.max(0, (bytes * 8000) / rate - took));
