// Descriptions on the incident page, and the chip that ties a log entry to the moment of the picture.

import { duration } from "../lib/clock.js";
import { ask, elementsOf, eachTick, wordsOf } from "../page.js";

/** @typedef {import("../elements/live-video.js").LiveVideo} LiveVideo */

// --- the tab: only a view that was opened asks again, and never under a form that is being filled in
const view = document.getElementById("view-descriptions");
let opened = false;
view?.addEventListener("tab-shown", () => {
  opened = true;
});
document.body.addEventListener("live-video-described", (event) => {
  const told = /** @type {CustomEvent} */ (event).detail;
  const form = view?.querySelector("[data-revise]");
  const label = form?.querySelector(".described-label")?.textContent;
  if (form && told && label === `D${told.ordinal}` && told.version > Number(/** @type {HTMLInputElement|null} */ (form.querySelector("[name=based_on]"))?.value)) say(form, "Somebody else saved a new version while you write. Save to put both together.");
  if (form && told?.change === "clashed" && label !== `D${told.ordinal}`) return;
  if (told?.change === "clashed") dispatchEvent(new CustomEvent("sightline:refused", { detail: { words: `D${told.ordinal}: two people changed the same at the same time. The second was asked to compare.` } }));
  if (opened && !form) view?.dispatchEvent(new CustomEvent("descriptions-changed"));
});

/** @param {Element} form @param {string} words */
function say(form, words) {
  const place = form.querySelector("[data-trouble]");
  if (place) place.textContent = words;
}

document.addEventListener("submit", (event) => {
  const form = event.target instanceof HTMLFormElement && event.target.matches("[data-revise]") ? event.target : null;
  if (!form) return;
  event.preventDefault();
  void revise(form);
});

/** @param {HTMLFormElement} form */
async function revise(form) {
  try {
    const response = await ask(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json, text/html" } });
    if (response.status === 409 && response.headers.get("Content-Type")?.startsWith("text/html")) {
      const fresh = elementsOf(await response.text())[0];
      if (fresh) form.replaceWith(fresh);
      fresh?.querySelector("input:not([type=hidden]), select")?.scrollIntoView({ block: "nearest" });
    } else if (response.ok && !response.redirected) {
      form.remove();
      view?.dispatchEvent(new CustomEvent("descriptions-changed"));
    } else say(form, await wordsOf(response));
  } catch {
    say(form, "No connection. Nothing typed is lost: save again.");
  }
}

// --- "why" survives: the moment that was on the screen goes into the entry
const box = document.querySelector(".quick-box");
const text = /** @type {HTMLTextAreaElement|null} */ (document.querySelector("#quick-text"));
if (box && text) {
  const chip = document.createElement("button");
  chip.type = "button";
  chip.className = "btn tiny tie";
  chip.hidden = true;
  chip.title = "Write the moment of the picture into this entry";
  text.after(chip);
  chip.addEventListener("click", () => {
    const at = chip.dataset.at;
    if (!at || text.value.includes(`(video ${at})`)) return;
    text.value = `${text.value.replace(/\s*\(video \d\d:\d\d:\d\d\)\s*$/, "").trimEnd()} (video ${at})`.trimStart();
    text.dispatchEvent(new Event("input"));
    text.focus();
  });
  eachTick(() => {
    const video = /** @type {LiveVideo|null} */ (document.querySelector(".panel-video live-video, #video-panel live-video"));
    const began = /** @type {HTMLElement|null} */ (document.querySelector("picture-desk"))?.dataset.began;
    const shown = video !== null && video.framesDrawn > 0 && Boolean(began);
    if (chip.hidden === shown) chip.hidden = !shown;
    if (!shown || !video) return;
    const at = duration(Math.max(0, (video.moment - Number(began)) / 1000));
    if (chip.dataset.at === at) return;
    chip.dataset.at = at;
    chip.textContent = `tie to ${at}`;
  });
}
