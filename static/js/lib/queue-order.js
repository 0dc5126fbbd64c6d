// When the queue may change places: never under the pointer or a focused row. No DOM.

/**
 * Where a row with sort key `key` goes among rows that are in ascending order of their keys.
 * @param {readonly string[]} keys
 * @param {string} key
 * @returns {number}
 */
export function placeFor(keys, key) {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keys[middle] <= key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Changes that wait until the queue may move. The last word about a row is the one that counts. */
export class Waiting {
  constructor() {
    /** @type {Map<string, () => void>} */
    this.changes = new Map();
  }

  /**
   * @param {string} id
   * @param {() => void} change
   */
  add(id, change) {
    this.changes.delete(id);
    this.changes.set(id, change);
  }

  /** @param {string} id */
  has(id) {
    return this.changes.has(id);
  }

  /** @param {string} id */
  drop(id) {
    this.changes.delete(id);
  }

  get size() {
    return this.changes.size;
  }

  /** Make every change now, oldest first. */
  apply() {
    const list = [...this.changes.values()];
    this.changes.clear();
    for (const change of list) change();
  }
}
