// The frame of every console page: connection and clock in the top bar, the system line at the foot, the menu.

import { alarmSound } from "../lib/alarm-sound.js";
import { wallTime } from "../lib/clock.js";
import { clock, eachTick, entries, fragment, live, sender } from "../page.js";
import "./faults.js";
import "./look.js";
import { system } from "./system.js";

const $ = (/** @type {string} */ id) => document.getElementById(id);

const nav = document.querySelector(".nav");
const here = /** @type {HTMLElement|null} */ (nav?.querySelector("[aria-current]") ?? null);
if (nav && here) nav.scrollLeft = here.offsetLeft - (nav.clientWidth - here.offsetWidth) / 2; // on a phone it goes sideways

system.watch(() => {
  const place = $("connection");
  if (!place) return;
  const shown = system.link;
  if (place.dataset.state !== shown) {
    place.dataset.state = shown;
    place.replaceChildren(fragment(`t-connection-${shown}`));
  }
  const latency = place.querySelector("[data-latency]");
  const words = live.latency === null ? "–" : `${live.latency} ms`;
  if (latency && latency.textContent !== words) latency.textContent = words;
});

function sayEntries() {
  const place = $("saved");
  if (!place) return;
  const all = entries.all();
  const failed = all.filter((entry) => entry.state === "failed").length;
  const state = failed ? "failed" : all.length ? "sending" : "saved";
  const words = failed ? `${failed} ${failed === 1 ? "entry" : "entries"} not saved` : all.length ? `${all.length} ${all.length === 1 ? "entry" : "entries"} being sent` : "All entries saved";
  if (place.dataset.state !== state) {
    place.dataset.state = state;
    place.replaceChildren(fragment(`t-${state}`));
  }
  const text = place.querySelector("[data-text]");
  if (text && text.textContent !== words) text.textContent = words;
}

addEventListener("sightline:entries", sayEntries);
addEventListener("storage", sayEntries); // another window typed or sent

// --- what was typed goes out from here too: its own page may be closed
if (document.body.dataset.log) {
  const OWN_TIME = 10_000; // the window in which it was typed sends it first
  live.watch((state) => state === "up" && sender.send());
  setInterval(() => {
    if (entries.all().some((entry) => entry.state === "pending" && clock.now() - Date.parse(entry.at) > OWN_TIME)) sender.send();
  }, OWN_TIME);
  sender.send();
}
sayEntries();

// --- browsers are silent until a key or a click: each one asks again while the sound is off
alarmSound.wake();
for (const kind of ["pointerdown", "pointerup", "keydown", "click"]) addEventListener(kind, () => alarmSound.wake(), { capture: true, passive: true });

eachTick(() => {
  const { time, zone, day } = wallTime(clock.now());
  for (const [id, text] of [["wall-clock", time], ["wall-zone", zone], ["wall-date", day]]) {
    const place = $(id);
    if (place && place.textContent !== text) place.textContent = text;
  }
});

// --- the menu closes as menus do
const menu = /** @type {HTMLDetailsElement|null} */ (document.querySelector("details.menu"));
document.addEventListener("pointerdown", (event) => {
  if (menu?.open && event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
});
menu?.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  menu.open = false;
  menu.querySelector("summary")?.focus();
});
