// The call form beside the telephone: what the line says is offered and never typed over, and incidents that the call
// may be about appear while the form is filled.

import { carried, isNews, said } from "../lib/call.js";
import { ask, elementsOf, wordsOf } from "../page.js";

const WAIT = 450; // milliseconds after the last key
const form = /** @type {HTMLFormElement|null} */ (document.getElementById("intake"));

if (form) {
  offers(form);
  kinds(form);
  same(form);
  void take(form);
}

/** A call that came to a position is with whoever opens its form first; the other of that position is told. @param {HTMLFormElement} form */
async function take(form) {
  const place = /** @type {HTMLElement|null} */ (form.querySelector("[data-call-take]"));
  if (!place) return;
  const answer = await ask(String(place.dataset.callTake), { method: "POST", headers: { Accept: "application/json" } }).catch(() => null);
  if (answer?.status === 409) place.textContent = await wordsOf(answer);
}

/** @param {HTMLFormElement} form @param {string} name */
function fieldOf(form, name) {
  const field = form.elements.namedItem(name);
  return field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement ? field : null;
}

/**
 * Offers stand under the fields and hide while the field says the same.
 * @param {HTMLFormElement} form
 */
function offers(form) {
  const place = /** @type {HTMLElement|null} */ (form.querySelector("[data-call-facts]"));
  if (!place) return;
  const show = () => {
    for (const offer of /** @type {NodeListOf<HTMLElement>} */ (place.querySelectorAll("[data-offer]"))) {
      const field = fieldOf(form, String(offer.dataset.offer));
      offer.hidden = !field || !isNews(field.name, field.value, String(offer.dataset.value));
    }
  };
  place.addEventListener("click", (event) => {
    const offer = event.target instanceof Element && event.target.closest("button")?.closest("[data-offer]");
    if (!(offer instanceof HTMLElement)) return;
    const field = fieldOf(form, String(offer.dataset.offer));
    if (!field) return;
    field.value = String(offer.dataset.value);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
  form.addEventListener("input", show);
  document.body.addEventListener("call-changed", async (event) => {
    if (/** @type {CustomEvent} */ (event).detail.contact !== place.dataset.call) return;
    const answer = await ask(String(place.dataset.callFacts)).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    place.replaceChildren(...elementsOf(await answer.text()));
    show();
    form.dispatchEvent(new CustomEvent("call-facts"));
  });
  show();
}

/**
 * Alt S, X, I. Silent and abandoned calls start with the force's category and grade where none was chosen yet.
 * @param {HTMLFormElement} form
 */
function kinds(form) {
  /** @type {Record<string, string>} */
  const keys = { KeyS: "silent_55", KeyX: "abandoned", KeyI: "interpreter" };
  document.addEventListener(
    "keydown",
    (event) => {
      const name = event.altKey && !event.ctrlKey && !event.metaKey ? keys[event.code] : undefined;
      if (!name || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      event.stopPropagation();
      const box = /** @type {HTMLInputElement|null} */ (form.elements.namedItem(name));
      box?.click();
    },
    true, // before the console's own keys: S is the snapshot elsewhere
  );
  form.addEventListener("change", (event) => {
    const box = event.target;
    const label = box instanceof HTMLInputElement && box.closest("label.toggle");
    if (!(label instanceof HTMLElement) || !label.dataset.grade) return;
    const category = fieldOf(form, "category_code");
    if (!(/** @type {HTMLInputElement} */ (box).checked)) {
      if (category && category.value === label.dataset.category) category.value = ""; // only what the button put there
      return;
    }
    if (category && !category.value.trim()) category.value = String(label.dataset.category);
    const chosen = form.querySelector("input[name=grade_code]:checked");
    const grade = /** @type {HTMLInputElement|null} */ (form.querySelector(`input[name=grade_code][value="${label.dataset.grade}"]`));
    if (!chosen && grade) {
      grade.checked = true;
      grade.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
}

/** @param {HTMLFormElement} form */
function same(form) {
  const panel = /** @type {HTMLElement|null} */ (form.querySelector("[data-same]"));
  const found = panel?.querySelector("[data-same-found]");
  const count = panel?.querySelector("[data-same-count]");
  const goes = panel?.querySelector("[data-same-goes]");
  if (!panel || !found || !count) return;
  let before = "";
  let asked = 0;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let timer;
  const look = async () => {
    const data = new FormData(form);
    const now = said(data);
    if (!now || now === before) return;
    before = now;
    const mine = ++asked;
    const answer = await ask(String(panel.dataset.same), { method: "POST", body: new URLSearchParams(JSON.parse(now)) }).catch(() => null);
    if (mine !== asked) return;
    if (!answer?.ok || answer.redirected) {
      before = ""; // asked again with the next key
      return;
    }
    found.replaceChildren(...elementsOf(await answer.text()));
    const incidents = found.querySelectorAll("[data-likeliness]").length;
    count.textContent = incidents ? `${incidents} possible` : "";
    foretell();
  };
  /** Before it is pressed: what of this form an attached call takes along. */
  const foretell = () => {
    const words = found.querySelector("[data-attach]") ? carried(new FormData(form)) : "";
    if (goes && goes.textContent !== words) goes.textContent = words;
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(look, WAIT);
  };
  form.addEventListener("input", soon);
  for (const kind of ["input", "change"]) form.addEventListener(kind, foretell);
  form.addEventListener("call-facts", () => {
    before = "";
    soon();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "F8" || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    const first = /** @type {HTMLButtonElement|null} */ (panel.querySelector("[data-attach]"));
    if (first) form.requestSubmit(first);
  });
  panel.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-compare]");
    if (button instanceof HTMLElement) compare(form, String(button.dataset.compare));
  });
  look();
}

const OURS = [["caller_name", "Caller"], ["location_text", "Place"], ["category_code", "Category"], ["description", "Happening"]];

/** @param {HTMLFormElement} form @param {string} url */
async function compare(form, url) {
  const dialog = /** @type {HTMLDialogElement|null} */ (document.getElementById("same-compare"));
  const answer = await ask(url).catch(() => null);
  if (!dialog || !answer?.ok || answer.redirected) return;
  dialog.querySelector("[data-theirs]")?.replaceChildren(...elementsOf(await answer.text()));
  const rows = OURS.flatMap(([name, label]) => {
    const term = document.createElement("dt");
    const words = document.createElement("dd");
    term.textContent = label;
    words.textContent = fieldOf(form, name)?.value || "–";
    return [term, words];
  });
  dialog.querySelector("[data-ours]")?.replaceChildren(...rows);
  dialog.showModal();
}
