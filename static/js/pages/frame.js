// The frame of every console page: connection and clock in the top bar, the system line at the foot, the menu.

import { wallTime } from "../lib/clock.js";
import { clock, eachTick, entries, fragment, live, sender } from "../page.js";
import "./look.js";

const $ = (/** @type {string} */ id) => document.getElementById(id);

const nav = document.querySelector(".nav");
const here = /** @type {HTMLElement|null} */ (nav?.querySelector("[aria-current]") ?? null);
if (nav && here) nav.scrollLeft = here.offsetLeft - (nav.clientWidth - here.offsetWidth) / 2; // on a phone it goes sideways

/** @type {number|null} when the live connection was lost, by the server's clock */
let downSince = null;
let refused = "";

live.watch((state) => {
  const place = $("connection");
  if (!place) return;
  const shown = state === "up" ? "up" : state === "joining" ? "joining" : "down";
  if (place.dataset.state !== shown) {
    place.dataset.state = shown;
    place.replaceChildren(fragment(`t-connection-${shown}`));
  }
  const latency = place.querySelector("[data-latency]");
  if (latency) latency.textContent = live.latency === null ? "–" : `${live.latency} ms`;
  if (shown === "up") downSince = null;
  else if (shown === "down") downSince ??= clock.now();
  sayState();
});

function sayState() {
  const line = $("system-line");
  const message = line?.querySelector("[data-message]");
  if (!line || !message) return;
  const waiting = entries.all().length;
  const kept = waiting ? ` ${waiting} ${waiting === 1 ? "entry" : "entries"} kept on this terminal.` : "";
  let level = "ok";
  let words = "";
  if (live.state === "signed-out") {
    level = "down";
    words = `Signed out.${kept} Sign in again in this window; nothing typed is lost.`;
  } else if (downSince !== null) {
    const long = clock.now() - downSince > 20_000;
    level = long ? "down" : "warn";
    words = long ? `Server not reachable since ${wallTime(downSince).time}.${kept} Use the paper log. Typing still works.` : `Live updates are down since ${wallTime(downSince).time}.${kept} Log and grading work. Trying again by itself.`;
  } else if (refused) {
    level = "warn";
    words = refused;
  }
  if (line.dataset.level !== level) line.dataset.level = level;
  if (message.textContent !== words) message.textContent = words;
}

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
  sayState();
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
addEventListener("sightline:refused", (event) => {
  refused = /** @type {CustomEvent} */ (event).detail.words;
  sayState();
  setTimeout(() => {
    refused = "";
    sayState();
  }, 12_000);
});
sayEntries();

eachTick(() => {
  const { time, zone, day } = wallTime(clock.now());
  for (const [id, text] of [["wall-clock", time], ["wall-zone", zone], ["wall-date", day]]) {
    const place = $(id);
    if (place && place.textContent !== text) place.textContent = text;
  }
  if (downSince !== null) sayState();
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
