// Panels on screens of their own: T tears the panel with focus off, "Bring it back" closes its window. The place it left
// keeps its size. Windows of one person speak over a channel of this browser; nothing of it leaves the machine. Which
// windows stood where is kept for the person at this position: after the next sign-in one key opens them again.

import { Layout, featuresOf, nameOf, offerWords, toOpen } from "../lib/layout.js";
import { SAY_EVERY, Screens } from "../lib/screens.js";
import { fragment, newKey } from "../page.js";
import { keyOf } from "./own-keys.js";

/** @typedef {import("../lib/screens.js").Only} Only */

const workspace = /** @type {HTMLElement|null} */ (document.querySelector(".workspace[data-only]"));
const only = /** @type {Only} */ (workspace?.dataset.only ?? "");
const incident = document.getElementById("incident")?.dataset.incident ?? workspace?.dataset.incident ?? "";
const CONSOLE = "sightline-console"; // the whole console's window answers to it, for links of the others
const COME_BACK = 5000; // ms: a window that goes to another page is gone for a moment
const ANSWERS = 600; // ms: windows that are there have said so by then
const layout = new Layout(kept(), nameOf(String(document.body.dataset.user), document.body.dataset.position ?? "", "screens"));
const NAMES = { queue: "The queue", incident: "The incident", video: "The video", map: "The map" };

if (workspace && !only) window.name = CONSOLE;

/** @type {Screens|null} */
let screens = null;
/** @type {BroadcastChannel|null} */
let channel = null;

if (workspace && typeof BroadcastChannel === "function") {
  channel = new BroadcastChannel(`sightline.screens.${document.body.dataset.user}`);
  screens = new Screens({ id: newKey(), only, incident }, (message) => channel?.postMessage(message), {
    changed: () => {
      draw();
      closed();
      offer();
    },
    follow: (to) => location.assign(`/incidents/${to}/?only=${only}`),
    open: (url) => location.assign(url),
    close: () => window.close(),
  }, () => performance.now());
  channel.addEventListener("message", (event) => screens?.hear(event.data));
  screens.come();
  setInterval(() => {
    screens?.say();
    stand();
  }, SAY_EVERY);
  stand();
  if (!only) setTimeout(offer, ANSWERS);
  addEventListener("pagehide", () => screens?.leave());
  addEventListener("pageshow", (event) => event.persisted && screens?.come());
}

/** Tear the panel with focus off; without one, the video of an incident, else the queue. */
export function tearOff() {
  if (!workspace || !screens) return;
  if (only) return window.close(); // in its own window the same key brings it back
  const panel = /** @type {HTMLElement|null} */ (document.activeElement?.closest(".panel[data-tear]") ?? document.querySelector('.panel[data-tear="video"]') ?? document.querySelector(".panel[data-tear]"));
  if (panel) tear(/** @type {"queue"|"incident"|"video"|"map"} */ (panel.dataset.tear));
}

/** @param {"queue"|"incident"|"video"|"map"} what */
function tear(what) {
  if (what !== "queue" && what !== "map" && !incident) return;
  if (!show(what)) dispatchEvent(new CustomEvent("sightline:refused", { detail: { words: `The browser keeps new windows shut. Allow windows of this address, then press ${keyOf("tear-off")} again.` } }));
}

/** A panel's own window, where it stood the last time. Null: the browser kept it shut. @param {"queue"|"incident"|"video"|"map"} what */
function show(what) {
  const page = what === "queue" ? "/" : what === "map" ? "/map/" : `/incidents/${incident}/`;
  return window.open(`${page}?only=${what}`, `sightline-${what}`, featuresOf(layout.all().find((one) => one.only === what), what));
}

/** This window, when it is one panel's own, says where it stands. */
function stand() {
  if (only) layout.keep({ only, x: Math.round(screenX), y: Math.round(screenY), width: innerWidth, height: innerHeight });
}

/** @param {string} what */
const isOpen = (what) => [...(screens?.others.values() ?? [])].some((other) => other.only === what);

/** Windows that were there a moment ago. @type {Set<string>} */
let there = new Set();
/** A panel whose window was closed while the console stays is back here: it does not open again. */
function closed() {
  if (only || !screens) return;
  const now = new Set([...screens.others.values()].map((other) => other.only));
  for (const what of there) if (!now.has(/** @type {Only} */ (what))) setTimeout(() => { if (!isOpen(what)) layout.forget(what); }, COME_BACK);
  there = now;
}

const waiting = () => toOpen(layout.all(), isOpen, incident !== "");

/** The buttons that open the person's windows again: there when some are missing. */
function offer() {
  const words = only ? "" : offerWords(waiting());
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-open-screens]"))) {
    button.hidden = !words;
    if (waiting().now.length) button.removeAttribute("aria-disabled");
    else button.setAttribute("aria-disabled", "true");
    const place = button.querySelector("[data-offer-words]");
    if (place && words) place.textContent = words;
  }
}

/** Every window of the last time that is not open. Browsers open one for a key unless this address may open more. */
export function openScreens() {
  if (!screens || only) return;
  const { now, later } = waiting();
  const opened = now.filter((one) => show(one.only)).length;
  const refused = (/** @type {string} */ words) => dispatchEvent(new CustomEvent("sightline:refused", { detail: { words } }));
  if (opened < now.length) refused(`The browser opened ${opened} of ${now.length} screens. Press Shift ${keyOf("tear-off")} again for the next, or allow windows of this address.`);
  else if (!now.length) refused(later.length ? "Open an incident first: the screens that are left show its video and its log." : `No screen of yours is closed. ${keyOf("tear-off")} puts a panel on a screen of its own.`);
}

/** The storage of this terminal; nothing where it is closed. @returns {import("../lib/layout.js").Kept} */
function kept() {
  try {
    return localStorage;
  } catch {
    return { getItem: () => null, setItem: () => {}, removeItem: () => {} };
  }
}

/** The console shows what is here, and says what is on another screen. */
function draw() {
  if (!workspace || only || !screens) return;
  for (const panel of /** @type {NodeListOf<HTMLElement>} */ (workspace.querySelectorAll(".panel[data-tear]"))) {
    const what = /** @type {"queue"|"incident"|"video"|"map"} */ (panel.dataset.tear);
    // The window of an incident shows what this page shows too: two views of one log are in step by themselves.
    const away = what === "video" && screens.alone("video") !== null;
    if (panel.hasAttribute("data-torn") === away) continue;
    panel.toggleAttribute("data-torn", away);
    if (away) leave(panel, what);
    else back(panel, what);
  }
}

/** @param {HTMLElement} panel @param {"queue"|"incident"|"video"|"map"} what */
function leave(panel, what) {
  const words = fragment("t-torn");
  const name = words.querySelector("[data-torn-name]");
  if (name) name.textContent = `${NAMES[what]} is on another screen.`;
  words.querySelector("button")?.addEventListener("click", () => screens?.takeBack(what));
  if (what === "video") panel.querySelector("#video-panel")?.replaceChildren(); // its stream ends here
  panel.append(words);
}

/** @param {HTMLElement} panel @param {"queue"|"incident"|"video"|"map"} what */
function back(panel, what) {
  panel.querySelector(".torn-words")?.remove();
  if (what === "video") document.body.dispatchEvent(new CustomEvent("video-changed"));
}

// Panels come and go by htmx: their buttons are heard where they pass.
document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("[data-open-screens]")) openScreens();
  const button = event.target instanceof Element ? /** @type {HTMLElement|null} */ (event.target.closest("[data-tear-off]")) : null;
  if (button && only) window.close();
  else if (button) tear(/** @type {"queue"|"incident"|"video"|"map"} */ (button.dataset.tearOff));
});

// --- the queue on its own screen opens incidents in the console
if (only === "queue") {
  document.addEventListener("click", (event) => {
    const row = event.target instanceof Element ? /** @type {HTMLAnchorElement|null} */ (event.target.closest("a.queue-row")) : null;
    if (!row || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    for (const other of document.querySelectorAll('.queue-row[aria-current="true"]')) other.removeAttribute("aria-current");
    row.setAttribute("aria-current", "true");
    // A window that has just opened may not have heard of the console yet; the browser knows it by name.
    if (!screens?.hand(row.pathname)) window.open(row.href, CONSOLE);
  });
}
