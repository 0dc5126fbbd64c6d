// The head of an incident follows its changes: only what changed is put in, the focus stays on its control, and nothing
// changes under a pointer that is about to press.

import { controlKey, planOf } from "../lib/parts.js";
import { answerOf, elementsOf } from "../page.js";

const HELD_AT_MOST = 4000; // ms a changed part waits for the pointer to leave
const CONTROLS = "button, a[href], input, select, textarea, [tabindex]";
/** @type {Map<string, number>} since when a part waits */
const waits = new Map();

/**
 * @param {string} url
 * @param {() => void} again asks once more: something waits for the pointer
 */
export async function refreshHead(url, again) {
  const response = await answerOf(url, { headers: { "HX-Request": "true" } });
  if (!response.ok || response.redirected) return;
  const fresh = new Map(elementsOf(await response.text()).map((element) => [element.id, element]));
  const parts = [];
  for (const [id, element] of fresh) {
    const old = document.getElementById(id);
    if (!old) continue;
    const same = plain(old).isEqualNode(plain(element));
    if (same) waits.delete(id);
    parts.push({ id, same, held: held(old) });
  }
  const { put, wait } = planOf(versionOf(document.getElementById("incident-top")), versionOf(fresh.get("incident-top")), parts);
  for (const id of put) replace(/** @type {HTMLElement} */ (document.getElementById(id)), /** @type {HTMLElement} */ (fresh.get(id)));
  for (const id of wait) if (!waits.has(id)) waits.set(id, performance.now());
  if (wait.length) setTimeout(again, 300);
}

/** @param {HTMLElement|null|undefined} top */
const versionOf = (top) => Number(top?.dataset.version);

/** Without what ages or is filled in by itself. @param {HTMLElement} part */
function plain(part) {
  const copy = /** @type {HTMLElement} */ (document.importNode(part, false));
  copy.innerHTML = part.innerHTML; // in no document: its clocks do not start
  copy.classList.remove("htmx-request", "htmx-settling", "htmx-swapping", "htmx-added");
  if (!copy.className) copy.removeAttribute("class");
  for (const one of /** @type {NodeListOf<HTMLElement>} */ (copy.querySelectorAll("live-clock, fix-age, [data-fix]"))) {
    one.textContent = "";
    delete one.dataset.state;
    delete one.dataset.fixAge;
  }
  return copy;
}

/** @param {HTMLElement} part */
function held(part) {
  const waited = performance.now() - (waits.get(part.id) ?? performance.now());
  const on = matchMedia("(hover: hover)").matches && [...part.querySelectorAll(CONTROLS)].some((control) => control.matches(":hover"));
  return on && waited < HELD_AT_MOST;
}

/** @param {HTMLElement} old @param {HTMLElement} fresh */
function replace(old, fresh) {
  waits.delete(old.id);
  const focus = document.activeElement instanceof HTMLElement && old.contains(document.activeElement) ? controlKey(document.activeElement) : null;
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (fresh.querySelectorAll("[data-fix]"))) {
    const filled = old.querySelector(`[data-fix="${CSS.escape(place.dataset.fix ?? "")}"]`);
    if (filled) place.replaceWith(filled); // the caller's phone fills these
  }
  old.replaceWith(fresh);
  /** @type {any} */ (globalThis).htmx?.process(fresh);
  if (focus === null) return;
  const controls = /** @type {HTMLElement[]} */ ([...fresh.querySelectorAll(CONTROLS)]);
  controls.find((control) => controlKey(control) === focus)?.focus({ preventScroll: true });
}
