// The keys of the person at this desk: kept on the terminal under the person's id, shown wherever a key is named.
// `data-key-of="log"` on a key cap, a control or a title says whose key it names; the event `sightline:keys` says that they changed.

import { DELIVERED } from "../lib/keys.js";
import { isDelivered, readKeys, shownKey, withKey, writeKeys } from "../lib/own-keys.js";
import { kept } from "../page.js";

const person = document.body.dataset.user ?? "0";
const KEYS = `sightline.keys.${person}`; // theme.js knows the beginning of this name
const SINGLES = `sightline.single-keys.${person}`;
const store = kept();

/** @type {import("../lib/keys.js").Keys} */
let keys = DELIVERED;
/** @type {MutationObserver|null} */
let later = null;

export const ownKeys = () => keys;
/** The key of an act as words name it. @param {string} act */
export const keyOf = (act) => shownKey(keys, act);

/** @param {import("../lib/keys.js").Keys} chosen @returns {boolean} false: this terminal keeps nothing, they count in this window */
export function keepKeys(chosen) {
  use(chosen);
  return keep(KEYS, writeKeys(chosen));
}

/** Letters alone act. */
export const singles = () => store.getItem(SINGLES) !== "off";
/** @param {boolean} on */
export const keepSingles = (on) => keep(SINGLES, on ? null : "off");

/** @param {string} name @param {string|null} value */
function keep(name, value) {
  try {
    if (value === null) store.removeItem(name);
    else store.setItem(name, value);
    return store.getItem(name) === value;
  } catch {
    return false;
  }
}

/** @param {import("../lib/keys.js").Keys} chosen */
function use(chosen) {
  keys = chosen;
  if (!later && !isDelivered(keys)) {
    // what comes later is put right before it is painted; who never changed a key pays nothing
    later = new MutationObserver((changes) => {
      for (const change of changes) for (const node of change.addedNodes) if (node instanceof HTMLElement) show(node);
    });
    later.observe(document.body, { childList: true, subtree: true });
  }
  if (later) show(document.body);
  delete document.documentElement.dataset.keysComing;
  dispatchEvent(new Event("sightline:keys"));
}

/** @param {HTMLElement} part */
function show(part) {
  if (part.matches("[data-key-of]")) put(part);
  for (const one of /** @type {NodeListOf<HTMLElement>} */ (part.querySelectorAll("[data-key-of]"))) put(one);
}

/** @param {HTMLElement} one */
function put(one) {
  const key = keyOf(String(one.dataset.keyOf));
  if (!key) return;
  const shortcuts = one.getAttribute("aria-keyshortcuts");
  if (shortcuts) one.setAttribute("aria-keyshortcuts", shortcuts.split(" ").map((each) => withKey(each, key)).join(" "));
  if (one.title) one.title = one.title.replace(/\((Alt |Shift )?\S+\)$/, (_, held = "") => `(${held}${key})`);
  const words = one.matches("kbd, span") ? (one.textContent ?? "") : "";
  if (words && words !== withKey(words, key)) one.textContent = withKey(words, key);
}

use(readKeys(store.getItem(KEYS)));
addEventListener("storage", (event) => {
  if (event.key === KEYS || event.key === null) use(readKeys(store.getItem(KEYS)));
});
