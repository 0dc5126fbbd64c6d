// @ts-check
/** SHA-256 (FIPS 180-4) in pieces: the browser's own wants a whole film in memory, and a phone has no room for it. */

const K = new Uint32Array(64);
const H = new Uint32Array(8);
{
  let count = 0;
  for (let n = 2; count < 64; n += 1) {
    let prime = true;
    for (let by = 2; by * by <= n; by += 1) if (n % by === 0) { prime = false; break; }
    if (!prime) continue;
    if (count < 8) H[count] = fraction(Math.sqrt(n));
    K[count] = fraction(Math.cbrt(n));
    count += 1;
  }
}

/** The first 32 bits behind the point. @param {number} value */
function fraction(value) {
  return ((value - Math.floor(value)) * 2 ** 32) >>> 0;
}

export class Sha256 {
  constructor() {
    this.state = Uint32Array.from(H);
    this.words = new Uint32Array(64);
    this.block = new Uint8Array(64);
    this.filled = 0;
    this.length = 0;
  }

  /** @param {Uint8Array} data */
  add(data) {
    this.length += data.length;
    let at = 0;
    if (this.filled) {
      at = Math.min(64 - this.filled, data.length);
      this.block.set(data.subarray(0, at), this.filled);
      this.filled += at;
      if (this.filled < 64) return;
      this.#mix(this.block, 0);
      this.filled = 0;
    }
    for (; at + 64 <= data.length; at += 64) this.#mix(data, at);
    this.block.set(data.subarray(at));
    this.filled = data.length - at;
  }

  /** @returns {string} in hex; nothing may be added after it */
  end() {
    const { length } = this;
    const rest = new Uint8Array(this.filled < 56 ? 64 - this.filled : 128 - this.filled);
    rest[0] = 0x80;
    new DataView(rest.buffer).setUint32(rest.length - 8, Math.floor(length / 2 ** 29));
    new DataView(rest.buffer).setUint32(rest.length - 4, (length << 3) >>> 0);
    this.add(rest);
    return Array.from(this.state, (word) => word.toString(16).padStart(8, "0")).join("");
  }

  /** @param {Uint8Array} data @param {number} at */
  #mix(data, at) {
    const { words: w, state } = this;
    for (let i = 0; i < 16; i += 1, at += 4) w[i] = (data[at] << 24) | (data[at + 1] << 16) | (data[at + 2] << 8) | data[at + 3];
    for (let i = 16; i < 64; i += 1) {
      const x = w[i - 15], y = w[i - 2];
      w[i] = w[i - 16] + w[i - 7] + (((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)) + (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10));
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i += 1) {
      const one = (h + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
      const two = ((((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => { state[i] += value; });
  }
}

const SLICE = 1024 * 1024;

/** Of a file, a slice at a time, so that the page stays alive. @param {Blob} file @returns {Promise<string>} */
export async function sha256Of(file) {
  const hash = new Sha256();
  for (let at = 0; at < file.size; at += SLICE) hash.add(new Uint8Array(await file.slice(at, at + SLICE).arrayBuffer()));
  return hash.end();
}
