// States an officer pressed that the server has not taken yet. Each keeps its key and the time it was pressed, outlives
// the page, and is sent until the server has it: the key makes sending it again harmless. No DOM.

/**
 * @typedef {{key: string, code: string, at: string, sign: string, emergency: boolean, lat?: number, lon?: number, tries: number, why?: string}} Press
 * @typedef {Pick<Storage, "getItem"|"setItem"|"removeItem">} Store
 * @typedef {{ok: true, sign?: string} | {ok: false, status: number, why: string}} Answer status 0: nothing came back
 */

/** Refusals that sending again cannot change. */
const FINAL = new Set([400, 404, 409, 422]);

/** Milliseconds until the next try; a call for help does not wait long. @param {Press} press */
export const waitAfter = (press) => Math.min(press.emergency ? 2000 : 8000, 500 * 2 ** Math.min(press.tries, 6));

/**
 * Whether this answer ends the press: taken, or refused for good. A call for help is never dropped because of a sign-in.
 * @param {Press} press
 * @param {Answer} answer
 */
export const isOver = (press, answer) => answer.ok || FINAL.has(answer.status) || (answer.status === 403 && !press.emergency);

export class Presses {
  /**
   * @param {Store} store
   * @param {string} owner who is signed in: nobody sends another person's States
   */
  constructor(store, owner) {
    this.store = store;
    this.name = `sightline.pressed.${owner}`;
    /** @type {Press[]} kept in memory too: a full or closed storage must not lose a call for help */
    this.list = this.#read();
  }

  /** A call for help first, then in the order they were pressed. @returns {Press[]} */
  get waiting() {
    return [...this.list].sort((a, b) => Number(b.emergency) - Number(a.emergency) || a.at.localeCompare(b.at));
  }

  /** @param {Omit<Press, "tries">} press @returns {Press} */
  add(press) {
    const kept = { ...press, tries: 0 };
    this.list = [...this.#merged().filter((one) => one.key !== press.key), kept];
    this.#write();
    return kept;
  }

  /** @param {string} key */
  remove(key) {
    this.list = this.#merged().filter((one) => one.key !== key);
    this.#write();
  }

  /** @param {string} key @param {string} why */
  tried(key, why) {
    this.list = this.list.map((one) => (one.key === key ? { ...one, tries: one.tries + 1, why } : one));
    this.#write();
  }

  /** What another tab of this phone put there in the meantime stays. @returns {Press[]} */
  #merged() {
    const known = new Set(this.list.map((one) => one.key));
    return [...this.list, ...this.#read().filter((one) => !known.has(one.key))];
  }

  /** @returns {Press[]} */
  #read() {
    try {
      const list = JSON.parse(this.store.getItem(this.name) ?? "[]");
      return Array.isArray(list) ? list.filter((one) => one && typeof one.key === "string" && typeof one.code === "string" && typeof one.at === "string") : [];
    } catch {
      return [];
    }
  }

  #write() {
    try {
      if (this.list.length) this.store.setItem(this.name, JSON.stringify(this.list));
      else this.store.removeItem(this.name);
    } catch {
      // storage is full or closed: it lives on in memory, and the page says that it waits
    }
  }
}
