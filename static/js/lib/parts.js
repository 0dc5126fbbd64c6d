// Parts of a page that were fetched again: which of them to put in, and where the focus goes. No DOM.

/**
 * @typedef {{id: string, same: boolean, held: boolean}} Part `same`: it shows what is there already; `held`: the pointer is on one of its controls
 * @typedef {{tagName: string, id: string, textContent: string|null, getAttribute: (name: string) => string|null}} Control
 */

/**
 * @param {number} shown version of the incident on the screen
 * @param {number} fresh version that came
 * @param {Part[]} parts
 * @returns {{put: string[], wait: string[]}} `wait`: not under the pointer, a moment later
 */
export function planOf(shown, fresh, parts) {
  if (!(fresh >= shown)) return { put: [], wait: [] }; // an older answer that came late
  const changed = parts.filter((part) => !part.same);
  return { put: changed.filter((part) => !part.held).map((part) => part.id), wait: changed.filter((part) => part.held).map((part) => part.id) };
}

const NAMES = ["name", "href", "hx-post", "hx-get", "data-act", "data-opens-tab"];

/**
 * What makes a control the same one in a part that was replaced: what it does, else its words.
 * @param {Control} control
 */
export function controlKey(control) {
  const does = NAMES.map((name) => control.getAttribute(name) ?? "").join("|");
  return [control.tagName, control.id, does, does === "|".repeat(NAMES.length - 1) ? (control.textContent ?? "").trim() : ""].join("|");
}
