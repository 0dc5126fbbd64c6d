// What rings once at a desk, without a page: an Immediate that nobody is assigned to when its target has passed, and an
// emergency call that was lost.

export const NEWS = 120_000; // ms: what was so long before a window opened is no news any more

/** @typedef {{id: string, at: number, says: (at: number) => string}} Ring `at`: from when it rings, by the server's clock; `says`: its words then */

export class DeskRings {
  /** @type {Map<string, Ring>} */
  #coming = new Map();

  /** All there are now; what was heard of one while they were asked for is told again afterwards. @param {Ring[]} rings */
  replace(rings) {
    this.#coming = new Map(rings.map((one) => [one.id, one]));
  }

  /** @param {Ring} ring */
  set(ring) {
    this.#coming.set(ring.id, ring);
  }

  /** Another target for one that is known. @param {string} id @param {number} at @returns {boolean} whether it is */
  move(id, at) {
    const known = this.#coming.get(id);
    if (known) this.#coming.set(id, { ...known, at });
    return known !== undefined;
  }

  /** Somebody is on it. @param {string} id */
  drop(id) {
    this.#coming.delete(id);
  }

  /** What is news at this moment; each is taken once, unless its target is put off and passes again. @param {number} now @returns {Ring[]} */
  take(now) {
    const due = [...this.#coming.values()].filter((one) => one.at <= now);
    for (const one of due) this.#coming.delete(one.id);
    return due.filter((one) => now - one.at < NEWS);
  }
}

/** Under which a terminal remembers that it rang: another target of the same incident rings again. @param {Ring} ring */
export const keyOf = (ring) => `${ring.id} ${ring.at}`;
