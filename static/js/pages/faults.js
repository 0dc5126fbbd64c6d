// What is wrong: the system line at the foot of every page, the card behind F9, "as of" at the head of lists, and what
// is paused meanwhile. It clears by itself.

import { alarmSound, soundWords } from "../lib/alarm-sound.js";
import { span, wallTime } from "../lib/clock.js";
import { faultOf } from "../lib/faults.js";
import { Reach } from "../lib/reach.js";
import { clock, eachTick, entries, live } from "../page.js";

const $ = (/** @type {string} */ id) => document.getElementById(id);
const root = document.documentElement;
const time = (/** @type {number} */ at) => wallTime(at).time;

/** @type {number|null} when the live connection was lost, by the server's clock */
let downSince = null;
let refused = "";
/** @type {import("../lib/faults.js").Away[]} */
let away = [];
/** @type {number|null} */
let looked = null;
/** @type {number|null} */
let since = null;

/** @type {number|null} when the lists were last fetched although nothing is heard */
let refreshed = null;
const rendered = clock.now();

const reach = new Reach(answers, say, () => {
  refreshed = clock.now();
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

live.watch((state) => {
  if (state === "down") {
    downSince ??= clock.now();
    reach.start();
  } else if (state === "up" && live.latency !== null) { // a socket that is taken and dropped again is not back
    downSince = refreshed = null;
    reach.stop();
  }
  say();
});

live.partListeners.add((parts, until) => {
  away = parts.map(({ part, since: began }) => ({ part, since: Date.parse(began) }));
  looked = until === null ? null : Date.parse(until);
  say();
});

function say() {
  const heard = Math.max(live.heardAt ? clock.now() - (performance.now() - live.heardAt) : 0, refreshed ?? rendered);
  const known = { state: live.state, downSince, reached: reach.reached, away, looked, heard, kept: entries.all().length };
  const fault = faultOf(known, clock.now(), time);
  since = fault.since;
  if (refused) line(fault.level === "ok" ? "warn" : fault.level, refused, fault.faults.length > 0);
  else if (fault.level !== "ok") line(fault.level, fault.words, fault.faults.length > 0);
  else line(...silence());
  mark(fault.faults);
  card(fault);
  for (const place of document.querySelectorAll("[data-as-of]")) asOf(/** @type {HTMLElement} */ (place), fault.asOf);
}

/** A screen that cannot ring says so; loud only while an alarm is not heard. @returns {[string, string, boolean]} */
function silence() {
  const words = soundWords(alarmSound.state);
  return [words ? (alarmSound.called ? "warn" : "note") : "ok", words, false];
}
alarmSound.watch(say);

/** @param {string} level @param {string} words @param {boolean} more */
function line(level, words, more) {
  const place = $("system-line");
  const message = place?.querySelector("[data-message]");
  if (!place || !message) return;
  if (place.dataset.level !== level) place.dataset.level = level;
  if (message.textContent !== words) message.textContent = words;
  const details = /** @type {HTMLElement|null} */ (place.querySelector("[data-fault-details]"));
  if (details && details.hidden === more) details.hidden = !more;
}

/** @param {HTMLElement} place @param {number|null} at */
function asOf(place, at) {
  const words = at === null ? "" : `as of ${time(at)}`;
  if (place.textContent !== words) place.textContent = words;
  if (place.hidden !== (at === null)) place.hidden = at === null;
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

// --- the card
/** @param {import("../lib/faults.js").Fault} fault */
function card(fault) {
  const place = $("fault-card");
  if (!place) return;
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (place.querySelectorAll("[data-fault]"))) {
    const hidden = !fault.faults.includes(String(part.dataset.fault));
    if (part.hidden !== hidden) part.hidden = hidden;
  }
  const well = /** @type {HTMLElement|null} */ (place.querySelector("[data-no-fault]"));
  if (well) well.hidden = fault.faults.length > 0;
  const texts = { "[data-fault-long]": fault.since === null ? "" : span((clock.now() - fault.since) / 1000), "[data-fault-words]": fault.words };
  for (const [selector, words] of Object.entries(texts)) {
    const text = place.querySelector(selector);
    if (text && text.textContent !== words) text.textContent = words;
  }
}

function openCard() {
  const place = $("fault-card");
  if (!place) return;
  say();
  if (place.matches(":popover-open")) return closeCard();
  place.showPopover();
  place.focus();
}

/** @type {HTMLElement|null} */
let before = null;
function closeCard() {
  $("fault-card")?.hidePopover();
  before?.focus();
  before = null;
}

addEventListener("keydown", (event) => {
  const place = $("fault-card");
  if (!place) return;
  if (event.key === "F9" && !event.altKey && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    before ??= document.activeElement instanceof HTMLElement ? document.activeElement : null;
    openCard();
  } else if (event.key === "Escape" && place.contains(document.activeElement)) {
    event.stopPropagation();
    closeCard();
  }
});
for (const button of document.querySelectorAll("[data-fault-details]")) button.addEventListener("click", openCard);
$("fault-card")?.querySelector("[data-close]")?.addEventListener("click", closeCard);

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
eachTick(() => {
  if (downSince !== null || since !== null) say();
});
