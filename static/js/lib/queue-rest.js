// A page begins with the first rows of the queue; the others come a moment later. What is heard until then must neither
// be lost nor shown twice. No DOM.

/** @typedef {import("./live.js").LiveEvent} LiveEvent */
/** @typedef {{emergency: boolean}} Grade */

/** What was heard while the whole queue was on its way. */
export class Rest {
  /** @type {Map<string, LiveEvent>} the newest of each incident, in the order they were heard */
  #heard = new Map();

  /** @param {LiveEvent} event */
  hear(event) {
    const id = String(event.data.incident);
    const known = this.#heard.get(id);
    if (known && known.data.version > event.data.version) return;
    this.#heard.delete(id);
    this.#heard.set(id, event);
  }

  /**
   * Whether a row of the answer is put on the screen. The answer may be older than what was heard, or newer.
   * @param {string} id
   * @param {number} version of the row in the answer
   * @param {number|null} shown version on the screen, null when it is not there
   */
  takes(id, version, shown) {
    if (shown !== null) return version > shown;
    const heard = this.#heard.get(id);
    return !(heard && heard.data.status === "CLOSED" && heard.data.version > version);
  }

  /** Everything heard, oldest first: told again once the rows are there, where it changes only what is older. */
  drain() {
    const all = [...this.#heard.values()];
    this.#heard.clear();
    return all;
  }
}

/**
 * Whether a row that is not there yet cannot wait for the others: it is new, or an Immediate that nobody goes to.
 * @param {LiveEvent} event
 * @param {Record<string, Grade>} grades
 */
export function pressing(event, grades) {
  if (event.kind === "incident.opened") return true;
  return event.data.status !== "CLOSED" && !event.data.units && Boolean(grades[event.data.grade]?.emergency);
}
