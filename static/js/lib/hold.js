// A press that counts only when it is held: nothing by accident, nothing twice. No DOM.

export const HOLD_MS = 2000;

export class Hold {
  /** @param {number} [length] milliseconds */
  constructor(length = HOLD_MS) {
    this.length = length;
    /** @type {number|null} */
    this.since = null;
  }

  get held() {
    return this.since !== null;
  }

  /** Pressed. A key that repeats while it is down does not begin anew. @param {number} at */
  down(at) {
    this.since ??= at;
  }

  /** Let go, or lost: nothing happened. */
  up() {
    this.since = null;
  }

  /** How much of it is done, 0 to 1. @param {number} at */
  part(at) {
    return this.since === null ? 0 : Math.min(1, Math.max(0, (at - this.since) / this.length));
  }

  /** True once, when it was held long enough; then it must be let go and pressed anew. @param {number} at */
  done(at) {
    if (this.part(at) < 1) return false;
    this.since = null;
    return true;
  }
}
