// Log entries that the server has not numbered yet. Nothing typed is lost: an entry is kept on this terminal until it
// has a number or the person has dealt with it, and its key makes sending it again harmless. No DOM.

import { piecesOf } from "./pieces.js";

/**
 * @typedef {{key: string, incident: string, type: string, text: string, at: string, corrects?: number, fields?: Field[], restricted?: boolean, tries: number, state: "pending"|"failed", n: number, why?: string}} Entry `n`: the order in which they were typed
 * @typedef {{name: string, label: string, words: string}} Field one field of a decision
 * @typedef {Pick<Storage, "getItem"|"setItem"|"removeItem"|"key"|"length">} Store
 * @typedef {{ok: true, html: string} | {ok: false, retry: boolean, why: string, broken?: boolean}} Outcome `broken`: the server fell over this very entry, or seems to
 */

export const MAX_TRIES = 3;
export const ENTRY_LIMIT = 4000; // characters of one log entry (incidents/states.py)

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
 * "/r " at the start of a line means: what follows is restricted.
 * @param {string} line
 * @returns {string|null} what follows, or null when it says nothing of the kind
 */
export const restrictedLine = (line) => /^\/r\s/i.exec(line) ? line.slice(3) : null;

/**
 * "/lock 3": the supervisor restricts entry 3, or lifts that.
 * @param {string} line
 * @returns {number|null}
 */
export const lockLine = (line) => Number(/^\/lock\s+(\d{1,5})$/i.exec(line.trim())?.[1] ?? 0) || null;

/** Long words as entries that the log takes. @param {string} text @returns {string[]} */
export const inPieces = (text) => piecesOf(text, ENTRY_LIMIT);

/**
 * What the server is sent, each time the same.
 * @param {Pick<Entry, "key"|"type"|"text"|"at"|"corrects"|"fields"|"restricted">} entry
 */
export function bodyOf(entry) {
  const body = new URLSearchParams({ client_key: entry.key, type: entry.type, text: entry.text, occurred_at: entry.at });
  if (entry.corrects) body.set("corrects_seq", String(entry.corrects));
  if (entry.restricted) body.set("restricted", "1");
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

/** One item of the storage for each entry: windows that add and remove at once never touch each other's. */
export class Entries {
  /**
   * @param {Store} store
   * @param {string} owner who is signed in: another person's entries are never sent under this one's name
   */
  constructor(store, owner) {
    this.store = store;
    this.prefix = `sightline.entry.${owner}.`;
    /** @type {Map<string, Entry>} what a full or closed storage did not take lives on in this page */
    this.memory = new Map();
  }

  /** In the order in which they were typed. @param {string} [incident] */
  all(incident) {
    /** @type {Map<string, Entry>} */
    const found = new Map(this.memory);
    for (const key of this.#keys()) {
      const entry = this.#read(key);
      if (entry) found.set(key, entry);
    }
    return [...found.values()].filter((entry) => !incident || entry.incident === incident).sort((a, b) => a.n - b.n);
  }

  /**
   * @param {{key: string, incident: string, type: string, text: string, at: string, corrects?: number, fields?: Field[], restricted?: boolean}} entry
   * @returns {Entry}
   */
  add(entry) {
    const n = Math.max(0, ...this.all().map((one) => one.n)) + 1;
    return this.#write({ ...entry, n, tries: 0, state: "pending" });
  }

  /** @param {string} key */
  remove(key) {
    this.memory.delete(key);
    try {
      this.store.removeItem(this.prefix + key);
    } catch {
      // storage is closed: it was in memory only
    }
  }

  /**
   * After a try that did not work: a refusal is failed at once; a lost connection is tried for ever.
   * @param {string} key
   * @param {{retry: boolean, why: string}} outcome
   * @returns {Entry|null} null when another window has dealt with it
   */
  tried(key, outcome) {
    const entry = this.#find(key);
    return entry && this.#write({ ...entry, tries: entry.tries + 1, why: outcome.why, state: outcome.retry ? "pending" : "failed" });
  }

  /** @param {string} key @returns {Entry|null} */
  again(key) {
    const entry = this.#find(key);
    return entry && this.#write({ ...entry, tries: 0, state: "pending", why: undefined });
  }

  /** @param {string} key */
  #find(key) {
    return this.#read(key) ?? this.memory.get(key) ?? null;
  }

  /** @param {Entry} entry */
  #write(entry) {
    try {
      this.store.setItem(this.prefix + entry.key, JSON.stringify(entry));
      this.memory.delete(entry.key);
    } catch {
      this.memory.set(entry.key, entry); // full or closed: the page says how many wait
    }
    return entry;
  }

  /** @param {string} key @returns {Entry|null} */
  #read(key) {
    try {
      const entry = JSON.parse(this.store.getItem(this.prefix + key) ?? "null");
      return entry && entry.key === key && typeof entry.text === "string" && typeof entry.incident === "string" && typeof entry.n === "number" ? entry : null;
    } catch {
      return null;
    }
  }

  #keys() {
    const names = [];
    try {
      for (let n = 0; n < this.store.length; n += 1) names.push(this.store.key(n) ?? "");
    } catch {
      return [];
    }
    return names.filter((name) => name.startsWith(this.prefix)).map((name) => name.slice(this.prefix.length));
  }
}
