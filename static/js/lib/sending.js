// @ts-check
/**
 * What brings things from a phone to the server, one step at a time: it waits longer after each failure, not before the
 * server's own time, and goes on at once when a connection is back. No DOM; what a step is, the heir says.
 *
 * @typedef {{status: number, body: any, wait: number}} Answer `status` 0: no network
 * @typedef {object} Around
 * @property {typeof fetch} fetch
 * @property {() => string} token of the CSRF cookie
 * @property {import("../caller/line.js").Timers} timers
 * @property {() => void} changed
 */

/** @template {Around} T */
export class Sending {
  /** @param {T} around @param {number[]} backOff ms after one failure, two, … */
  constructor(around, backOff) {
    this.around = around;
    this.backOff = backOff;
    this.running = false;
    this.again = false; // asked for while it was running
    this.offline = false;
    this.failures = 0;
    this.notBefore = 0; // the server asked for a pause until then
    /** @type {any} */ this.timer = null;
  }

  /** One piece of work. @returns {Promise<number|null>} when to go on, ms; null: nothing to do */
  async step() {
    return null;
  }

  /** Try now: a connection came back, or something is new. */
  nudge() {
    this.failures = 0;
    this.#later(0);
  }

  stop() {
    this.around.timers.clear(this.timer);
    this.timer = null;
  }

  /** @param {number} ms */
  #later(ms) {
    this.around.timers.clear(this.timer);
    const wait = Math.max(ms, this.notBefore - this.around.timers.now());
    this.timer = this.around.timers.set(() => this.#run(), wait);
  }

  async #run() {
    if (this.running) { this.again = true; return; }
    this.running = true;
    this.again = false;
    let next = null;
    try { next = await this.step(); } catch { next = this.#failed(); }
    this.running = false;
    this.around.changed();
    if (this.again) this.#later(0);
    else if (next !== null) this.#later(next);
  }

  #failed() {
    this.failures += 1;
    return this.backOff[Math.min(this.failures, this.backOff.length) - 1];
  }

  /** When to try again after an answer that was none. @param {Answer} answer */
  pause(answer) {
    if (answer.wait) this.notBefore = this.around.timers.now() + answer.wait;
    return answer.wait || this.#failed();
  }

  /** @param {string} path @param {RequestInit} init @returns {Promise<Answer>} */
  async request(path, init) {
    try {
      const headers = { Accept: "application/json", "X-CSRFToken": this.around.token(), ...init.headers };
      const response = await this.around.fetch(path, { ...init, headers, credentials: "same-origin" });
      const body = await response.json().catch(() => null);
      this.offline = false;
      if (response.ok) this.failures = 0;
      return { status: response.ok && !body ? 0 : response.status, body, wait: Number(response.headers.get("Retry-After")) * 1000 || 0 };
    } catch {
      this.offline = true;
      return { status: 0, body: null, wait: 0 };
    }
  }

  /** One chunk of a file or piece, at `offset`. @param {string} path @param {number} offset @param {BodyInit} body */
  chunk(path, offset, body) {
    return this.request(path, { method: "PATCH", headers: { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset) }, body });
  }

  /** Hashes, before anything is sent. @param {string} path @param {object} said */
  announced(path, said) {
    return this.request(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(said) });
  }
}
