// Log entries that the server has not numbered yet. Nothing typed is lost: an entry is kept on this terminal until it
// has a number or the person has dealt with it, and its key makes sending it again harmless. No DOM.

/**
 * @typedef {{key: string, incident: string, type: string, text: string, at: string, corrects?: number, fields?: Field[], tries: number, state: "pending"|"failed", why?: string}} Entry
 * @typedef {{name: string, label: string, words: string}} Field one field of a decision
 * @typedef {Pick<Storage, "getItem"|"setItem"|"removeItem">} Store
 * @typedef {{ok: true, html: string} | {ok: false, retry: boolean, why: string}} Outcome
 */

export const MAX_TRIES = 3;

/**
 * What a line of quick entry means: "/x 3 it is No. 19" corrects entry 3.
 * @param {string} line
 * @returns {{text: string, corrects?: number}}
 */
export function parseLine(line) {
  const found = /^\/x\s+(\d{1,5})\s+([\s\S]+)$/i.exec(line.trim());
  return found ? { text: found[2].trim(), corrects: Number(found[1]) } : { text: line.trim() };
}

/**
 * "/d " at the start of a line means: what follows is a decision.
 * @param {string} line
 * @returns {string|null} what follows, or null when it is no decision
 */
export const decisionLine = (line) => /^\/d\s/i.exec(line) ? line.slice(3) : null;

/**
 * What the server is sent, each time the same.
 * @param {Pick<Entry, "key"|"type"|"text"|"at"|"corrects"|"fields">} entry
 */
export function bodyOf(entry) {
  const body = new URLSearchParams({ client_key: entry.key, type: entry.type, text: entry.text, occurred_at: entry.at });
  if (entry.corrects) body.set("corrects_seq", String(entry.corrects));
  for (const field of fieldsOf(entry)) body.set(field.name, field.words);
  return body;
}

/**
 * All of an entry's words, as they are shown while it waits and copied when it is refused.
 * @param {Pick<Entry, "text"|"fields">} entry
 */
export const allWords = (entry) => [entry.text, ...fieldsOf(entry).map((field) => `${field.label}: ${field.words}`)].filter(Boolean).join("\n");

/** Also of what another version of this page has kept. @param {Pick<Entry, "fields">} entry */
const fieldsOf = (entry) => (Array.isArray(entry.fields) ? entry.fields.filter((field) => typeof field?.name === "string" && typeof field.words === "string") : []);

/** Milliseconds until the next try. @param {number} tries so far */
export const waitAfter = (tries) => Math.min(8000, 1000 * 2 ** Math.max(0, tries - 1));

export class Entries {
  /**
   * @param {Store} store
   * @param {string} owner who is signed in: another person's entries are never sent under this one's name
   */
  constructor(store, owner) {
    this.store = store;
    this.name = `sightline.entries.${owner}`;
    /** @type {Entry[]} kept in memory too: a full or closed storage must not lose the entry of this page */
    this.list = this.#read();
  }

  /** @param {string} [incident] */
  all(incident) {
    return incident ? this.list.filter((entry) => entry.incident === incident) : [...this.list];
  }

  /**
   * @param {{key: string, incident: string, type: string, text: string, at: string, corrects?: number, fields?: Field[]}} entry
   * @returns {Entry}
   */
  add(entry) {
    const kept = { ...entry, tries: 0, state: /** @type {"pending"} */ ("pending") };
    this.list = [...this.list.filter((other) => other.key !== entry.key), kept];
    this.#write();
    return kept;
  }

  /** @param {string} key */
  remove(key) {
    this.list = this.list.filter((entry) => entry.key !== key);
    this.#write();
  }

  /**
   * After a try that did not work: a refusal is failed at once; a lost connection is tried for ever.
   * @param {string} key
   * @param {{retry: boolean, why: string}} outcome
   */
  tried(key, outcome) {
    this.list = this.list.map((entry) => {
      if (entry.key !== key) return entry;
      const tries = entry.tries + 1;
      return { ...entry, tries, why: outcome.why, state: outcome.retry ? "pending" : "failed" };
    });
    this.#write();
    return this.list.find((entry) => entry.key === key) ?? null;
  }

  /** @param {string} key */
  again(key) {
    this.list = this.list.map((entry) => (entry.key === key ? { ...entry, tries: 0, state: "pending", why: undefined } : entry));
    this.#write();
  }

  /** @returns {Entry[]} */
  #read() {
    try {
      const list = JSON.parse(this.store.getItem(this.name) ?? "[]");
      return Array.isArray(list) ? list.filter((entry) => entry && typeof entry.key === "string" && typeof entry.text === "string") : [];
    } catch {
      return [];
    }
  }

  #write() {
    try {
      if (this.list.length) this.store.setItem(this.name, JSON.stringify(this.list));
      else this.store.removeItem(this.name);
    } catch {
      // Storage is full or closed: the list lives on in memory and the page says how many wait.
    }
  }
}
