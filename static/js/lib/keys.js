// Which act a key press means. No DOM: the page hands in what was pressed and where. Letters work alone when no field
// has focus and with Alt inside one; browser keys that read or navigate are never taken.

/**
 * @typedef {{key: string, code?: string, altKey: boolean, ctrlKey: boolean, metaKey: boolean, shiftKey: boolean, isComposing?: boolean}} Press
 * @typedef {{typing: boolean, singles: boolean}} Where `typing`: a field has focus; `singles`: letters alone are switched on
 * @typedef {ReadonlyMap<string, string>} Keys the key of each act
 */

/** The keys as delivered. @type {Keys} */
export const DELIVERED = new Map([
  ["new", "n"], ["queue", "q"], ["log", "l"], ["video", "v"], ["snapshot", "s"], ["fullscreen", "f"], ["chat", "c"], ["next", "j"], ["previous", "k"],
  ["wall", "w"], ["tear-off", "t"], ["assign", "a"], ["grade", "g"], ["share", "h"], ["mark", "m"], ["describe", "d"], ["point", "p"], ["blur", "b"],
  ["reveal", "r"], ["units", "u"], ["restrict", "y"], ["offers", "o"], ["zoom-to", "z"], ["incident-before", "["], ["incident-after", "]"],
  ["search", "/"], ["help", "?"], ["panel-next", "`"],
]);

/** What the key of an act means with Shift. @type {Keys} */
export const SHIFTED = new Map([["new", "new-other"], ["tear-off", "open-screens"], ["panel-next", "panel-back"]]);

const BACKTICK = "`";
const SHIFT_BACKTICK = ["¬", "~"]; // what Shift types there on British and American keyboards

/**
 * @param {Press} press
 * @param {Where} where
 * @param {Keys} keys
 * @returns {string|null} the act, or null when the key is not ours
 */
export function actOf(press, where, keys) {
  if (press.isComposing || press.ctrlKey || press.metaKey) return null;
  if (press.key === "Escape") return where.typing ? "leave" : null;
  const letter = letterOf(press);
  const backtick = SHIFT_BACKTICK.includes(letter);
  const act = actWith(keys, backtick ? BACKTICK : letter);
  if (!act) return null;
  if (press.altKey) return backtick ? null : act;
  if (where.typing || !where.singles) return null;
  return backtick || (press.shiftKey && isLetter(letter)) ? SHIFTED.get(act) ?? null : act;
}

/** @param {Keys} keys @param {string} key @returns {string|null} the act that has it */
export function actWith(keys, key) {
  for (const [act, own] of keys) if (own === key) return act;
  return null;
}

/** @param {string} key */
export const isLetter = (key) => /^[a-z]$/.test(key);

/**
 * The letter of a press. With Alt some systems type another character: then the physical key counts.
 * @param {Press} press
 */
export function letterOf(press) {
  if (press.altKey && /^Key[A-Z]$/.test(press.code ?? "")) return (press.code ?? "").slice(3).toLowerCase();
  return press.key.length === 1 ? press.key.toLowerCase() : press.key;
}

/**
 * Alt+1 to Alt+9 as a number, for grades and other fixed places.
 * @param {Press} press
 * @returns {number|null}
 */
export function placeOf(press) {
  if (!press.altKey || press.ctrlKey || press.metaKey) return null;
  const found = /^(?:Digit|Numpad)([1-9])$/.exec(press.code ?? "");
  return found ? Number(found[1]) : null;
}
