// localStorage for tests.
export class Store {
  /** @type {Map<string, string>} */
  map = new Map();
  get length() { return this.map.size; }
  key(/** @type {number} */ n) { return [...this.map.keys()][n] ?? null; }
  getItem(/** @type {string} */ name) { return this.map.get(name) ?? null; }
  setItem(/** @type {string} */ name, /** @type {string} */ value) { this.map.set(name, value); }
  removeItem(/** @type {string} */ name) { this.map.delete(name); }
}
