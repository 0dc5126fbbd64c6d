// @ts-check
/** The hash of a piece, and the chain of hashes that shows when one is missing or was altered (streaming/services/backfill.py). */

/** @param {ArrayBuffer} buffer */
const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** SHA-256 in hex. @param {BufferSource} data */
export const sha256 = async (data) => hex(await crypto.subtle.digest("SHA-256", data));

/** @param {string} text */
const ofText = (text) => sha256(new TextEncoder().encode(text));

/** What the chain of a run begins with. @param {string} session @param {string} run */
export const firstLink = (session, run) => ofText(`${session}|${run}`);

/**
 * @typedef {{previous: string, sequence: number, sha256: string, size: number, started: number, ended: number}} Said
 * @param {Said} piece
 */
export const chainOf = (piece) => ofText([piece.previous, piece.sequence, piece.sha256, piece.size, piece.started, piece.ended].join("|"));

/** Gives out sequence, hash and chain of one page's pieces, in order. */
export class Sealer {
  /** @param {string} session @param {string} run */
  constructor(session, run) {
    this.session = session;
    this.run = run;
    this.sequence = 0;
    /** @type {Promise<string>} */
    this.last = firstLink(session, run);
  }

  /**
   * @param {{bytes: ArrayBuffer, mime: string, started: number, ended: number}} piece
   * @returns {Promise<import("./shelf.js").Kept>}
   */
  seal(piece) {
    this.sequence += 1;
    const sequence = this.sequence;
    const before = this.last;
    const kept = (async () => {
      const said = {
        previous: await before, sequence, sha256: await sha256(piece.bytes), size: piece.bytes.byteLength,
        started: Math.round(piece.started), ended: Math.round(piece.ended),
      };
      return { key: `${this.run}/${sequence}`, session: this.session, run: this.run, mime: piece.mime, bytes: piece.bytes, chain: await chainOf(said), id: "", offset: 0, error: 0, ...said };
    })();
    this.last = kept.then((one) => one.chain);
    return kept;
  }
}
