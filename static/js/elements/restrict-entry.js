// Restricted entries: the lock beside the entry being written, and the sheet in which a supervisor restricts one of
// the log or lifts that. Without scripts the sheet is a page.

import { answerOf } from "../page.js";

/**
 * A draft meant to be restricted must not come back as one for everybody: the lock is kept with it.
 * @param {HTMLInputElement|null} lock
 * @param {string} name where on this terminal
 */
export function keepLock(lock, name) {
  if (!lock) return;
  try {
    lock.checked = localStorage.getItem(name) !== null;
  } catch {
    lock.checked = false; // storage is closed: there is no draft either
  }
  lock.addEventListener("change", () => {
    try {
      if (lock.checked) localStorage.setItem(name, "1");
      else localStorage.removeItem(name);
    } catch {
      return; // storage is closed
    }
  });
}

/** @param {HTMLInputElement|null} lock @param {boolean} on */
export function setLock(lock, on) {
  if (!lock || lock.checked === on) return;
  lock.checked = on;
  lock.dispatchEvent(new Event("change"));
}

/**
 * @param {HTMLElement} log the log on this page
 * @param {number} seq
 * @returns {boolean} whether this person has such a sheet
 */
export function openRestrict(log, seq) {
  const sheet = log.querySelector("[data-restrict-sheet]");
  if (!(sheet instanceof HTMLDialogElement)) return false;
  void show(sheet, `${log.dataset.url}${seq}/restrict/`, {}).catch(() => refuse("No connection: nothing was changed. Press it again."));
  return true;
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  const link = /** @type {HTMLElement|null} */ (target?.closest("a[data-restrict]") ?? null);
  const log = /** @type {HTMLElement|null} */ (link?.closest("incident-log") ?? null);
  if (link && log && openRestrict(log, Number(link.dataset.restrict))) event.preventDefault();
  const sheet = target?.closest("[data-restrict-sheet]");
  if (sheet instanceof HTMLDialogElement && target?.closest("[data-closes]")) {
    event.preventDefault();
    sheet.close();
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  const sheet = form instanceof HTMLFormElement && form.matches("[data-restrict-form]") ? form.closest("dialog") : null;
  if (!(form instanceof HTMLFormElement) || !sheet) return;
  event.preventDefault();
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) body.set(name, String(value));
  void show(sheet, form.action, { method: "POST", body }).catch(() => refuse("No connection: nothing was changed. Press it again."));
});

/**
 * @param {HTMLDialogElement} sheet
 * @param {string} url
 * @param {RequestInit} init
 */
async function show(sheet, url, init) {
  const response = await answerOf(url, init);
  if (response.status === 204) {
    sheet.close();
    return;
  }
  if (response.status !== 200 && response.status !== 422) {
    refuse(response.status === 404 ? "There is no entry with that number." : "Refused by the server. Nothing was changed.");
    return;
  }
  sheet.innerHTML = await response.text(); // our own page's words, escaped where it was made
  if (!sheet.open) sheet.showModal();
  /** @type {HTMLElement|null} */ (sheet.querySelector('[name="reason"]'))?.focus();
}

/** @param {string} words */
const refuse = (words) => dispatchEvent(new CustomEvent("sightline:refused", { detail: { words } }));
