// Which act a key press means. No DOM: the page hands in what was pressed and where. Letters work alone when no field
// has focus and with Alt inside one; browser keys that read or navigate are never taken.

/**
 * @typedef {{key: string, code?: string, altKey: boolean, ctrlKey: boolean, metaKey: boolean, shiftKey: boolean, isComposing?: boolean}} Press
 * @typedef {{typing: boolean, singles: boolean}} Where `typing`: a field has focus; `singles`: letters alone are switched on
 */

/** @type {Record<string, string>} */
export const LETTERS = Object.freeze({
  n: "new", q: "queue", l: "log", v: "video", s: "snapshot", f: "fullscreen", c: "chat", j: "next", k: "previous",
  w: "wall", t: "tear-off", a: "assign", g: "grade", h: "share", m: "mark", d: "describe", p: "point", b: "blur", r: "reveal",
  u: "units", y: "restrict", o: "offers", z: "zoom-to", "[": "incident-before", "]": "incident-after", "/": "search", "?": "help",
  "`": "panel-next", "¬": "panel-back", "~": "panel-back",
});

/** What a letter means with Shift. @type {Record<string, string>} */
const SHIFTED = { new: "new-other", "tear-off": "open-screens" };

/**
 * @param {Press} press
 * @param {Where} where
 * @returns {string|null} the act, or null when the key is not ours
 */
export function actOf(press, where) {
  if (press.isComposing || press.ctrlKey || press.metaKey) return null;
  if (press.key === "Escape") return where.typing ? "leave" : null;
  const letter = letterOf(press);
  const act = LETTERS[letter] ?? null;
  if (!act) return null;
  if (press.altKey) return /^[a-z]$/.test(letter) ? act : null;
  if (where.typing || !where.singles) return null;
  if (press.shiftKey && /^[a-z]$/.test(letter)) return SHIFTED[act] ?? null;
  return act;
}

/**
 * The letter of a press. With Alt some systems type another character: then the physical key counts.
 * @param {Press} press
 */
function letterOf(press) {
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
