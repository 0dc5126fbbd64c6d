// Call forms that were not sent yet, each kept under its own key: two callers in two windows are two drafts, and nobody's
// words are put into another's form by themselves. No DOM.

/**
 * @typedef {{at: number, path: string, fields: Record<string, string[]>}} Draft when it was last typed in, the page it belongs to, what stands in it
 * @typedef {Pick<Storage, "getItem"|"setItem"|"removeItem"|"key"|"length">} Store
 */

const KEPT_FOR = 7 * 24 * 3_600_000; // the server takes a call of the last seven days

export class Drafts {
  /**
   * @param {Store} store
   * @param {string} owner who is signed in
   */
  constructor(store, owner) {
    this.store = store;
    this.prefix = `sightline.draft.intake.${owner}.`;
  }

  /** @param {string} key the form's own */
  nameOf(key) {
    return this.prefix + key;
  }

  /**
   * @param {string} key
   * @param {Draft} draft
   * @returns {boolean} false when this terminal keeps nothing
   */
  keep(key, draft) {
    try {
      this.store.setItem(this.nameOf(key), JSON.stringify(draft));
      return true;
    } catch {
      return false;
    }
  }

  /** @param {string} key @returns {Draft|null} */
  read(key) {
    try {
      const draft = JSON.parse(this.store.getItem(this.nameOf(key)) ?? "null");
      return draft && typeof draft.at === "number" && typeof draft.path === "string" && draft.fields && typeof draft.fields === "object" ? draft : null;
    } catch {
      return null;
    }
  }

  /** @param {string} key */
  forget(key) {
    try {
      this.store.removeItem(this.nameOf(key));
    } catch {
      // storage is closed: there is no draft
    }
  }

  /**
   * Drafts of other forms, the newest first. What is too old to be sent is dropped.
   * @param {string} mine key of the form that asks
   * @param {number} now
   * @param {Set<string>} [open] keys of forms that stand in a window now
   * @returns {{key: string, draft: Draft}[]}
   */
  others(mine, now, open = new Set()) {
    const found = [];
    for (const key of this.#keys()) {
      const draft = this.read(key);
      if (!draft || now - draft.at > KEPT_FOR) this.forget(key);
      else if (key !== mine && !open.has(key)) found.push({ key, draft });
    }
    return found.sort((a, b) => b.draft.at - a.draft.at);
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

const NOT_TYPED = ["csrfmiddlewaretoken"];

/**
 * All values of a form by name: ticks of one name are several.
 * @param {Iterable<[string, FormDataEntryValue]>} data
 */
export function valuesOf(data) {
  /** @type {Record<string, string[]>} */
  const fields = {};
  for (const [name, value] of data) if (typeof value === "string" && value && !NOT_TYPED.includes(name)) (fields[name] ??= []).push(value);
  return fields;
}

/**
 * What a control of the form holds after the draft is put back.
 * @param {Record<string, string[]>} fields
 * @param {{name: string, type: string, value: string}} control
 * @returns {{checked: boolean} | {value: string} | null} null: it is left alone
 */
export function restored(fields, { name, type, value }) {
  if (!name || NOT_TYPED.includes(name) || ["button", "submit", "fieldset", "file"].includes(type)) return null;
  const kept = fields[name] ?? [];
  return type === "checkbox" || type === "radio" ? { checked: kept.includes(value) } : { value: kept[0] ?? "" };
}

/**
 * A few words to know a draft by.
 * @param {Draft} draft
 */
export function hintOf({ fields }) {
  return [fields.caller_name?.[0] ?? fields.caller_number?.[0], fields.location_text?.[0]].filter(Boolean).join(", ").slice(0, 60);
}
