// @ts-check
/**
 * Sheets: one at a time, focus inside while open and back where it was after. Esc, the shade and a named button close.
 */

/** @type {HTMLElement|null} */
let opener = null;
/** @type {HTMLElement|null} */
let sheet = null;

/** @returns {string} the open sheet, "" for none */
export function current() {
  return sheet?.dataset.sheet ?? "";
}

/** @param {string} name */
export function open(name) {
  close();
  opener = /** @type {HTMLElement|null} */ (document.activeElement);
  sheet = document.querySelector(`[data-sheet="${name}"]`);
  if (!sheet) return;
  sheet.hidden = false;
  behind(true);
  /** @type {HTMLElement|null} */ (sheet.querySelector("h2"))?.focus({ preventScroll: true });
}

export function close() {
  if (!sheet) return;
  sheet.hidden = true;
  sheet = null;
  behind(false);
  opener?.focus({ preventScroll: true });
  opener = null;
}

/** The page behind a sheet is out of reach for keys and screen readers. @param {boolean} on */
function behind(on) {
  document.getElementById("caller")?.toggleAttribute("inert", on);
}

/** Tab stays inside, also where `inert` is not known (Safari before 15.5). @param {KeyboardEvent} event */
export function keys(event) {
  if (!sheet) return;
  if (event.key === "Escape") return close();
  if (event.key !== "Tab") return;
  const stops = /** @type {HTMLElement[]} */ ([...sheet.querySelectorAll("button, input, [tabindex='0']")]).filter((one) => one.offsetParent !== null);
  const [first, last] = [stops[0], stops[stops.length - 1]];
  const at = document.activeElement;
  if (event.shiftKey && (at === first || !stops.includes(/** @type {HTMLElement} */ (at)))) { event.preventDefault(); last.focus(); }
  else if (!event.shiftKey && (at === last || !sheet.contains(at))) { event.preventDefault(); first.focus(); }
}
