// New call: one screen by keyboard. What is typed is kept on this terminal until the incident is open.

import { placeOf } from "../lib/keys.js";
import { wallTime } from "../lib/clock.js";
import { clock } from "../page.js";

const form = /** @type {HTMLFormElement|null} */ (document.getElementById("intake"));
const KEPT = ["caller_number", "caller_name", "location_text", "description", "category_code", "grade_code", "link_mode", "caller_agrees", "client_key", "opened", "rural",
  "caller_role", "callback_number", "safe_number", "on_behalf_of", "language", "interpreter", "anonymous_requested", "willing_to_be_contacted", "abandoned", "silent_55", ...risk()];

/** Lines and scores of THRIVE. */
function risk() {
  const lines = ["threat", "harm", "risk", "investigation", "vulnerability", "engagement", "prevention_intervention"];
  return [...lines, ...lines.map((line) => `${line}_score`), "rara_remove", "rara_avoid", "rara_reduce", "rara_accept"];
}

if (form) start(form);

/** @param {HTMLFormElement} form */
function start(form) {
  const name = `sightline.draft.${form.dataset.draftKey}.${document.body.dataset.user}`;
  if (!form.querySelector("[data-invalid], #intake-errors")) restore(form, name);
  form.addEventListener("input", () => keep(form, name));
  form.addEventListener("change", () => keep(form, name));
  form.addEventListener("submit", (event) => submit(event, form));
  form.addEventListener("keydown", (event) => keys(event, form));
  grades(form);
  const wrong = /** @type {HTMLElement|null} */ (form.querySelector("[data-invalid] input, [data-invalid] select, [data-invalid] textarea"));
  (wrong ?? /** @type {HTMLElement|null} */ (form.elements.namedItem("caller_number")))?.focus();
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 */
function keep(form, name) {
  const data = new FormData(form);
  /** @type {Record<string, string>} */
  const draft = {};
  for (const field of KEPT) if (data.get(field)) draft[field] = String(data.get(field));
  try {
    localStorage.setItem(name, JSON.stringify(draft));
    const said = form.querySelector("[data-kept]");
    if (said) said.textContent = `Kept as you type, ${wallTime(clock.now()).time}. Closing this page loses nothing.`;
  } catch {
    // storage is closed: the page itself keeps what was typed
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 */
function restore(form, name) {
  /** @type {Record<string, string>} */
  let draft = {};
  try {
    draft = JSON.parse(localStorage.getItem(name) ?? "{}");
  } catch {
    return;
  }
  for (const field of KEPT) {
    const value = draft[field];
    if (typeof value !== "string") continue;
    const place = form.elements.namedItem(field);
    if (place instanceof RadioNodeList) place.value = value;
    else if (place instanceof HTMLInputElement && (place.type === "checkbox" || place.type === "radio")) place.checked = true;
    else if (place instanceof HTMLInputElement || place instanceof HTMLTextAreaElement || place instanceof HTMLSelectElement) place.value = value;
  }
  const clockElement = form.querySelector("live-clock");
  if (draft.opened && clockElement) {
    const fresh = document.createElement("live-clock");
    for (const { name: attribute, value } of clockElement.attributes) fresh.setAttribute(attribute, value);
    fresh.setAttribute("since", draft.opened);
    clockElement.replaceWith(fresh);
  }
}

/** @param {HTMLFormElement} form */
function grades(form) {
  const words = form.querySelector("[data-target-words]");
  const opened = /** @type {HTMLInputElement} */ (form.elements.namedItem("opened"));
  const say = () => {
    const chosen = /** @type {HTMLInputElement|null} */ (form.querySelector("input[name=grade_code]:checked"));
    if (!words || !chosen) return;
    const minutes = Number(chosen.dataset.target);
    words.textContent = minutes ? `Attend by ${wallTime(Number(opened.value) + minutes * 60_000).time}, ${minutes < 120 ? `${minutes} min` : `${minutes / 60} h`}` : "No attendance target";
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

/**
 * @param {SubmitEvent} event
 * @param {HTMLFormElement} form
 */
function submit(event, form) {
  const button = /** @type {HTMLButtonElement|null} */ (event.submitter);
  if (form.dataset.sent !== undefined) {
    event.preventDefault();
    return;
  }
  const then = button?.value ?? "open";
  const number = /** @type {HTMLInputElement} */ (form.elements.namedItem("caller_number")).value.trim();
  const agrees = /** @type {HTMLInputElement|null} */ (form.elements.namedItem("caller_agrees"));
  if (then === "link" && (!number || !agrees?.checked)) return; // the server says what is missing, beside the field
  form.dataset.sent = "";
  button?.classList.add("pending");
}

addEventListener("pageshow", () => delete form?.dataset.sent);
