// What is wrong: the system line at the foot of every page, and what is paused meanwhile. It clears by itself.

import { alarmSound, soundWords } from "../lib/alarm-sound.js";
import { Reach } from "../lib/reach.js";
import { clock, live } from "../page.js";
import "./as-of.js";
import { draw } from "./fault-card.js";
import { system } from "./system.js";

const root = document.documentElement;
let refused = "";

const reach = new Reach(answers, () => {
  system.reached = reach.reached;
  system.changed();
}, () => {
  system.refreshed = clock.now();
  live.refresh();
});

async function answers() {
  try {
    const response = await fetch(document.body.dataset.health ?? "/healthz", { cache: "no-store", signal: AbortSignal.timeout(4000) });
    return response.ok;
  } catch {
    return false;
  }
}

function say() {
  const fault = system.fault;
  if (refused) line(fault.level === "ok" ? "warn" : fault.level, refused, fault.faults.length > 0);
  else if (fault.level !== "ok") line(fault.level, fault.words, fault.faults.length > 0);
  else line(...silence());
  mark(fault.faults);
  draw(fault);
}

/** A screen that cannot ring says so; loud only while an alarm is not heard. @returns {[string, string, boolean]} */
function silence() {
  const words = soundWords(alarmSound.state);
  return [words ? (alarmSound.called ? "warn" : "note") : "ok", words, false];
}

/** @param {string} level @param {string} words @param {boolean} more */
function line(level, words, more) {
  const place = document.getElementById("system-line");
  const message = place?.querySelector("[data-message]");
  if (!place || !message) return;
  if (place.dataset.level !== level) place.dataset.level = level;
  if (message.textContent !== words) message.textContent = words;
  const details = /** @type {HTMLElement|null} */ (place.querySelector("[data-fault-details]"));
  if (details && details.hidden === more) details.hidden = !more;
}

/** What depends on a part that is away is paused, and says so. @param {string[]} faults */
function mark(faults) {
  const names = faults.includes("server") ? [...faults, "media", "storage", "channel_layer"] : faults;
  const down = names.join(" ");
  if ((root.dataset.down ?? "") === down) return;
  if (down) root.dataset.down = down;
  else delete root.dataset.down;
}

addEventListener("click", (event) => {
  const control = event.target instanceof Element ? event.target.closest("[data-needs]") : null;
  const needs = control?.getAttribute("data-needs") ?? "";
  if (!needs || !(root.dataset.down ?? "").split(" ").includes(needs)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  dispatchEvent(new CustomEvent("sightline:refused", { detail: { words: "Paused until it is back. F9 says what to do meanwhile." } }));
}, { capture: true });

addEventListener("sightline:entries", say);
addEventListener("storage", say); // another window typed or sent
addEventListener("sightline:refused", (event) => {
  refused = /** @type {CustomEvent} */ (event).detail.words;
  say();
  setTimeout(() => {
    refused = "";
    say();
  }, 12_000);
});

system.watch(() => {
  if (system.downSince !== null) reach.start();
  else {
    reach.stop();
    system.reached = system.refreshed = null;
  }
  say();
});
alarmSound.watch(say);
