// @ts-check
/** Fingers of somebody who may not look: taps in a row, a short tap told from a hand, and a long hold. No DOM. */

/** @typedef {{set: (run: () => void, ms: number) => any, clear: (timer: any) => void}} Timers */
/** @typedef {"page"|"dark"|"woken"} Where */
/** @typedef {"cover"|"leave"|"help"|"wake"|"hint"} Meaning */

export const PAUSE_MS = 700;
export const HOLD_MS = 2000;
const SHORT_MS = 500;
const STILL_PX = 20;

/**
 * Taps in a row. A row is over when nothing follows for a moment, and means one thing by where it began:
 * five are help everywhere; on the page three go black at once and leave when the row is over, because five begin with
 * three; in the dark one wakes and two to four show the hint again; just after waking only five mean anything.
 */
export class Series {
  /** @param {Timers} timers @param {(meaning: Meaning) => void} means */
  constructor(timers, means) {
    this.timers = timers;
    this.means = means;
    this.count = 0;
    /** @type {Where} */ this.where = "page";
    /** @type {any} */ this.timer = null;
  }

  /** @param {Where} where */
  tap(where) {
    this.timers.clear(this.timer);
    if (!this.count) this.where = where;
    this.count += 1;
    this.timer = this.timers.set(() => this.#over(), PAUSE_MS);
    if (this.count === 5) this.means("help");
    else if (this.where === "page" && this.count === 3) this.means("cover");
  }

  /** A button was pressed in between: what came before it was no row. */
  drop() {
    this.timers.clear(this.timer);
    this.count = 0;
  }

  #over() {
    const { where, count } = this;
    this.count = 0;
    if (count >= 5) return;
    if (where === "dark") this.means(count === 1 ? "wake" : "hint");
    else if (where === "page" && count >= 3) this.means("leave");
  }
}

/** Tells the tap of one finger from a hand, a cheek or the cloth of a pocket: those are longer, wander, or come in twos. */
export class Finger {
  constructor() {
    /** @type {Set<number>} */ this.touching = new Set();
    this.alone = false;
    this.at = 0;
    this.x = 0;
    this.y = 0;
  }

  /** @param {number} id @param {number} at @param {number} x @param {number} y */
  down(id, at, x, y) {
    this.touching.add(id);
    this.alone = this.touching.size === 1;
    Object.assign(this, { at, x, y });
  }

  /** @param {number} id @param {number} at @param {number} x @param {number} y @returns {boolean} whether this was a tap */
  up(id, at, x, y) {
    const known = this.touching.delete(id);
    return known && this.alone && at - this.at <= SHORT_MS && Math.hypot(x - this.x, y - this.y) <= STILL_PX;
  }

  /** @param {number} id */
  cancel(id) {
    this.touching.delete(id);
    this.alone = false;
  }

  /** The screen changed under the fingers. */
  forget() {
    this.touching.clear();
    this.alone = false;
  }
}

/** Says it once, when it was held for the whole time. */
export class Hold {
  /** @param {Timers} timers @param {() => void} held */
  constructor(timers, held) {
    this.timers = timers;
    this.held = held;
    /** @type {any} */ this.timer = null;
  }

  begin() {
    this.end();
    this.timer = this.timers.set(this.held, HOLD_MS);
  }

  end() {
    this.timers.clear(this.timer);
  }
}

/**
 * Says true with the call that completes `count` within `within` ms.
 * @param {number} count @param {number} within @param {() => number} now
 */
export function several(count, within, now) {
  /** @type {number[]} */
  let taps = [];
  return () => {
    taps = [...taps, now()].slice(-count);
    const full = taps.length === count && taps[count - 1] - taps[0] <= within;
    if (full) taps = [];
    return full;
  };
}
