// Keys of the forms of risk, the criteria of the chosen grade, and what supervisors are asked.

import { scoreOf, tickOf } from "../lib/ticks.js";
import { live } from "../page.js";

/** @param {EventTarget|null} target */
function typing(target) {
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button", "submit"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || (target instanceof HTMLElement && target.isContentEditable);
}

/** In capture: a score's L, M and H and a criterion's digit come before the console's own letters. */
document.addEventListener("keydown", (event) => {
  if (document.querySelector("dialog[open]")) return;
  const scores = event.target instanceof HTMLInputElement && event.target.type === "radio" ? event.target.closest("[data-scores]") : null;
  const letter = scores && scoreOf(event);
  if (scores && letter) {
    const radio = /** @type {HTMLInputElement|null} */ (scores.querySelector(`[data-letter="${letter}"]`));
    if (radio) choose(event, radio);
    return;
  }
  const place = tickOf(event, typing(event.target));
  if (place === null || (event.target instanceof Element && event.target.closest("video-chat"))) return;
  const list = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-criteria]")]).find((one) => one.offsetParent !== null);
  const box = /** @type {HTMLInputElement[]} */ ([...(list?.querySelectorAll("input") ?? [])])[place];
  if (!box) return;
  event.preventDefault();
  box.click();
}, true);

/** @param {KeyboardEvent} event @param {HTMLInputElement} radio */
function choose(event, radio) {
  event.preventDefault();
  event.stopPropagation();
  radio.checked = true;
  radio.focus();
  radio.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Only the criteria of the chosen grade are shown; ticks of others are kept and do not count. */
function showCriteria() {
  for (const form of document.querySelectorAll("#intake, [data-grading]")) {
    const chosen = /** @type {HTMLInputElement|null} */ (form.querySelector("input[name=grade_code]:checked"));
    for (const list of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-criteria]"))) list.hidden = list.dataset.criteria !== chosen?.value;
  }
}
document.addEventListener("change", showCriteria);
document.body.addEventListener("htmx:afterSettle", (event) => {
  showCriteria();
  if (event.target instanceof HTMLElement) /** @type {HTMLElement|null} */ (event.target.querySelector("[autofocus], .theirs"))?.focus();
});
showCriteria();

// --- a supervisor hears of a request on every page of the console
const desk = document.getElementById("desk-requests");
if (desk?.dataset.topic) {
  const opened = () => desk.querySelector(".asked:popover-open") !== null;
  let late = false;
  let again = false;
  // a reason half typed stays: an open list is renewed when it is closed
  const look = () => {
    late = opened();
    if (!late) document.body.dispatchEvent(new CustomEvent("requests-changed"));
  };
  desk.addEventListener("toggle", () => late && look(), true);
  desk.addEventListener("htmx:beforeSwap", () => {
    again = opened();
  });
  desk.addEventListener("htmx:afterSwap", () => again && /** @type {HTMLElement|null} */ (desk.querySelector(".asked"))?.showPopover());
  live.subscribe(desk.dataset.topic, {
    reload: look,
    event: (event) => {
      if (event.kind === "request.asked" || event.kind === "request.decided") look();
    },
  });
}
