// When the list of whom to send is asked for anew: it is old, or a unit in it has another State. No DOM.

export const OLD_AFTER = 15_000;
const CHANGED_PAUSE = 3_000; // units that change one after another ask once
const LEFT_ALONE = 300_000; // every list that is shown is kept as seen: where no hand moves, nobody sees it

export class ListAge {
  /** @type {Set<string>} units in the list */
  #units = new Set();
  /** @type {Map<string, string>} States as they were heard last */
  #states = new Map();
  #shown = 0;
  #asked = -Infinity;
  #changed = false;

  /** @param {number} now @param {Iterable<string>} units who is in it */
  shown(now, units) {
    this.#units = new Set(units);
    this.#shown = this.#asked = now;
    this.#changed = false;
  }

  /** Something that it was ranked by is another now. */
  change() {
    this.#changed = true;
  }

  /** It is being asked for, whatever becomes of it. @param {number} now */
  ask(now) {
    this.#asked = now;
  }

  /** What is known of the units; those that are not in the list change nothing. @param {{get: (id: string) => {state: string}|undefined}} units */
  hear(units) {
    for (const id of this.#units) {
      const state = units.get(id)?.state;
      if (state === undefined) continue;
      const before = this.#states.get(id);
      if (before !== undefined && before !== state) this.#changed = true;
      this.#states.set(id, state);
    }
  }

  /**
   * @param {number} now
   * @param {{held: boolean, touched: number}} how `held`: the pointer or the focus is in it; `touched`: when a hand last moved
   * @returns {"wait"|"ask"|"say"} say: it is old and stays as it is
   */
  next(now, { held, touched }) {
    const old = now - this.#shown >= OLD_AFTER;
    if (!old && !this.#changed) return "wait";
    if (held || now - touched > LEFT_ALONE) return "say";
    return now - this.#asked >= (this.#changed ? CHANGED_PAUSE : OLD_AFTER) ? "ask" : "wait";
  }
}
