// New call: one screen by keyboard. What is typed is kept on this terminal until the incident is open.

import { promiseOf, promiseWords } from "../lib/call.js";
import { hintOf, restored, valuesOf } from "../lib/drafts.js";
import { placeOf } from "../lib/keys.js";
import { wallTime } from "../lib/clock.js";
import { clock, drafts } from "../page.js";
import { send } from "./intake-send.js";

const CONTINUE = "sightline.continue";
const form = /** @type {HTMLFormElement|null} */ (document.getElementById("intake"));

if (form) start(form);

/** @param {HTMLFormElement} form */
function start(form) {
  if (!form.querySelector("[data-invalid], #intake-errors:not([hidden])")) restore(form);
  remember(form);
  form.addEventListener("input", () => keep(form));
  form.addEventListener("change", () => keep(form));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form, event.submitter instanceof HTMLButtonElement ? event.submitter : null, () => keep(form));
  });
  form.addEventListener("keydown", (event) => keys(event, form));
  grades(form);
  const wrong = /** @type {HTMLElement|null} */ (form.querySelector("[data-invalid] input, [data-invalid] select, [data-invalid] textarea"));
  (wrong ?? /** @type {HTMLElement|null} */ (form.elements.namedItem("caller_number")))?.focus();
  void offer(form);
}

/** @param {HTMLFormElement} form */
function keyOf(form) {
  return /** @type {HTMLInputElement} */ (form.elements.namedItem("client_key")).value;
}

/** A reload of this page, and a step back to it, is the same form. @param {HTMLFormElement} form */
function remember(form) {
  if (history.state?.intake !== keyOf(form)) history.replaceState({ ...history.state, intake: keyOf(form) }, "");
}

/** @param {HTMLFormElement} form */
function keep(form) {
  remember(form);
  const kept = drafts.keep(keyOf(form), { at: clock.now(), path: location.pathname + location.search, fields: valuesOf(new FormData(form)) });
  const said = form.querySelector("[data-kept]");
  if (said && kept) said.textContent = `Kept as you type, ${wallTime(clock.now()).time}. Closing this page loses nothing.`;
}

/**
 * This very form again after a reload or a step back, or the draft that was asked for. Never another's by itself.
 * @param {HTMLFormElement} form
 */
function restore(form) {
  const draft = drafts.read(asked() ?? history.state?.intake ?? "");
  if (!draft) return;
  for (const control of form.elements) {
    if (!(control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement || control instanceof HTMLSelectElement)) continue;
    const value = restored(draft.fields, control);
    if (value) Object.assign(control, value);
  }
  const opened = draft.fields.opened?.[0];
  const clockElement = form.querySelector("live-clock");
  if (opened && clockElement) {
    const fresh = document.createElement("live-clock");
    for (const { name: attribute, value } of clockElement.attributes) fresh.setAttribute(attribute, value);
    fresh.setAttribute("since", opened);
    clockElement.replaceWith(fresh);
  }
}

/** The draft that the person chose on the page before. */
function asked() {
  try {
    const key = sessionStorage.getItem(CONTINUE);
    sessionStorage.removeItem(CONTINUE);
    return key;
  } catch {
    return null;
  }
}

/**
 * Drafts of other forms, one at a time, in a place that is kept free for it.
 * @param {HTMLFormElement} form
 */
async function offer(form) {
  const place = /** @type {HTMLElement|null} */ (form.querySelector("[data-drafts]"));
  const go = place?.querySelector("[data-continue]");
  const words = go?.querySelector("span");
  const drop = place?.querySelector("[data-drop]");
  if (!place || !words || !drop) return;
  const first = drafts.others(keyOf(form), clock.now(), await openForms(keyOf(form)))[0];
  const was = place.dataset.draft;
  place.hidden = !first;
  place.dataset.draft = first?.key ?? "";
  drop.textContent = "Delete it";
  if (!first) return;
  const hint = hintOf(first.draft);
  words.textContent = `Continue the draft of ${wallTime(first.draft.at).time.slice(0, 5)}?${hint ? ` ${hint}` : ""}`;
  if (was !== undefined) return;
  go?.addEventListener("click", () => {
    const draft = drafts.read(String(place.dataset.draft));
    if (!draft) return void offer(form);
    sessionStorage.setItem(CONTINUE, String(place.dataset.draft));
    location.assign(draft.path); // what stands in this form is a draft of its own
  });
  drop.addEventListener("click", () => {
    if (drop.textContent === "Delete it") drop.textContent = "Press again to delete";
    else {
      drafts.forget(String(place.dataset.draft));
      void offer(form);
    }
  });
}

/**
 * Keys of forms that stand in a window of this browser: those are being typed, and not offered. This form joins them.
 * @param {string} mine
 * @returns {Promise<Set<string>>}
 */
async function openForms(mine) {
  if (!navigator.locks) return new Set();
  const name = drafts.nameOf(mine);
  void navigator.locks.request(name, { mode: "shared" }, () => new Promise(() => {}));
  const { held = [] } = await navigator.locks.query();
  return new Set(held.map((lock) => lock.name ?? "").filter((held) => held.startsWith(drafts.prefix)).map((held) => held.slice(drafts.prefix.length)));
}

/** @param {HTMLFormElement} form */
function grades(form) {
  const words = form.querySelector("[data-target-words]");
  const opened = /** @type {HTMLInputElement} */ (form.elements.namedItem("opened"));
  const say = () => {
    const chosen = /** @type {HTMLInputElement|null} */ (form.querySelector("input[name=grade_code]:checked"));
    if (!words || !chosen) return;
    const rural = /** @type {HTMLInputElement|null} */ (form.elements.namedItem("rural"));
    const promise = promiseOf(chosen.dataset, rural?.checked ?? false, { received: Number(opened.value), now: clock.now() });
    words.textContent = promiseWords(promise, promise ? wallTime(promise.until).time : "", chosen.dataset.clock);
  };
  form.addEventListener("change", say);
  say();
}

/**
 * @param {KeyboardEvent} event
 * @param {HTMLFormElement} form
 */
function keys(event, form) {
  const place = placeOf(event);
  const radio = place === null ? null : /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll("input[name=grade_code]")])[place - 1];
  if (radio) {
    event.preventDefault();
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
  } else if (event.key === "Enter" && event.ctrlKey) {
    event.preventDefault();
    form.requestSubmit(/** @type {HTMLButtonElement} */ (form.querySelector(".intake-foot button[name=then]")));
  } else if (event.key === "Enter" && event.target instanceof HTMLInputElement && event.target.type !== "checkbox") {
    event.preventDefault(); // Enter alone would open the incident by accident: it goes to the next field
    const fields = /** @type {HTMLElement[]} */ ([...form.querySelectorAll("input:not([type=hidden]), textarea, select")]);
    fields[fields.indexOf(event.target) + 1]?.focus();
  } else if (event.key === "Escape") {
    location.assign("/");
  }
}

addEventListener("pageshow", () => delete form?.dataset.sent);
