// The keys a person chose for the acts of the console: what may be chosen, what is kept, and what is read back. No DOM.
// What is kept is read as if a stranger had written it: anything odd in it, and the keys are as delivered.

import { actWith, DELIVERED, isLetter, letterOf, SHIFTED } from "./keys.js";

/**
 * @typedef {import("./keys.js").Keys} Keys
 * @typedef {import("./keys.js").Press} Press
 * @typedef {{key: string}|{why: string}|null} Asked a key that may be chosen, why not, or nothing yet
 * @typedef {{kind: "same"}|{kind: "set", keys: Keys}|{kind: "taken", by: string, swapped: Keys|null}|{kind: "unfit"}} Choice
 */

/** Signs that may stand for an act. Not `'`: it looks for links in some browsers. */
export const SIGNS = ["/", "?", "[", "]", ";", ",", ".", "-", "=", "#", "\\", "`"];
const MODIFIERS = new Set(["Shift", "Control", "Alt", "AltGraph", "Meta", "OS", "CapsLock", "NumLock", "Fn"]);
const LONGEST = 2000; // characters kept: all acts take fewer

const OFFERED = "Choose a letter from A to Z, or one of " + SIGNS.join(" ");

/**
 * A sign has no Shift of its own: acts with a second meaning under Shift need a letter.
 * @param {string} act
 * @param {string} key
 */
export function mayHave(act, key) {
  if (!DELIVERED.has(act)) return false;
  return isLetter(key) || key === DELIVERED.get(act) || (SIGNS.includes(key) && !SHIFTED.has(act));
}

/** @param {Keys} keys */
export const isDelivered = (keys) => [...DELIVERED].every(([act, key]) => keys.get(act) === key);

/**
 * @param {string|null} kept
 * @returns {Keys} as delivered, unless all of it can be believed
 */
export function readKeys(kept) {
  const changes = changesIn(kept);
  const keys = new Map([...DELIVERED, ...changes]);
  const sound = changes.every(([act, key]) => typeof key === "string" && mayHave(act, key)) && new Set(keys.values()).size === keys.size;
  return sound ? keys : DELIVERED;
}

/** @param {string|null} kept @returns {[string, any][]} */
function changesIn(kept) {
  if (!kept || kept.length > LONGEST) return [];
  try {
    const found = JSON.parse(kept);
    return found && typeof found === "object" && !Array.isArray(found) ? Object.entries(found) : [];
  } catch {
    return [];
  }
}

/** Only what differs: a key that is delivered anew reaches who never changed it. @param {Keys} keys @returns {string|null} null: nothing to keep */
export function writeKeys(keys) {
  const changed = [...DELIVERED].filter(([act, key]) => keys.get(act) !== key).map(([act]) => [act, keys.get(act)]);
  return changed.length ? JSON.stringify(Object.fromEntries(changed)) : null;
}

/**
 * What a press asks for while a new key is being chosen.
 * @param {Press} press
 * @returns {Asked}
 */
export function askedBy(press) {
  if (press.isComposing || MODIFIERS.has(press.key)) return null;
  if (press.ctrlKey || press.metaKey || press.altKey) return { why: `Press the key alone: keys with Ctrl, Alt or the system key stay as they are. ${OFFERED}.` };
  if (/^F\d+$/.test(press.key)) return { why: `${press.key} belongs to the browser or is fixed. ${OFFERED}.` };
  if (/^\d$/.test(press.key)) return { why: `Digits choose units, phrases, criteria and pictures. ${OFFERED}.` };
  if (press.key === " " || press.key.length > 1) return { why: `That key moves, sends or leaves and stays as it is. ${OFFERED}.` };
  const key = letterOf(press);
  return isLetter(key) || SIGNS.includes(key) ? { key } : { why: `${press.key} cannot be chosen. ${OFFERED}.` };
}

/**
 * @param {Keys} keys
 * @param {string} act
 * @param {string} key
 * @returns {Choice} `taken`: by which act, and the keys with both swapped where both may be
 */
export function choose(keys, act, key) {
  const own = keys.get(act) ?? "";
  if (own === key) return { kind: "same" };
  if (!mayHave(act, key)) return { kind: "unfit" };
  const by = actWith(keys, key);
  if (!by) return { kind: "set", keys: new Map([...keys, [act, key]]) };
  return { kind: "taken", by, swapped: mayHave(by, own) ? new Map([...keys, [act, key], [by, own]]) : null };
}

/** The key as it stands on a key cap. @param {Keys} keys @param {string} act */
export const shownKey = (keys, act) => (keys.get(act) ?? "").toUpperCase();

/**
 * Words with a key at their end ("Shift N", "Alt+L"), with the key of now.
 * @param {string} words
 * @param {string} key
 */
export const withKey = (words, key) => words.replace(/[^\s+]+$/, () => key);
