// Panels on screens of their own: T tears the panel with focus off, "Bring it back" closes its window. The place it left
// keeps its size. Windows of one person speak over a channel of this browser; nothing of it leaves the machine.

import { SAY_EVERY, Screens } from "../lib/screens.js";
import { fragment, newKey } from "../page.js";

/** @typedef {import("../lib/screens.js").Only} Only */

const workspace = /** @type {HTMLElement|null} */ (document.querySelector(".workspace[data-only]"));
const only = /** @type {Only} */ (workspace?.dataset.only ?? "");
const incident = document.getElementById("incident")?.dataset.incident ?? workspace?.dataset.incident ?? "";
const CONSOLE = "sightline-console"; // the whole console's window answers to it, for links of the others
const NAMES = { queue: "The queue", incident: "The incident", video: "The video", map: "The map" };

if (workspace && !only) window.name = CONSOLE;

/** @type {Screens|null} */
let screens = null;
/** @type {BroadcastChannel|null} */
let channel = null;

if (workspace && typeof BroadcastChannel === "function") {
  channel = new BroadcastChannel(`sightline.screens.${document.body.dataset.user}`);
  screens = new Screens({ id: newKey(), only, incident }, (message) => channel?.postMessage(message), {
    changed: draw,
    follow: (to) => location.assign(`/incidents/${to}/?only=${only}`),
    open: (url) => location.assign(url),
    close: () => window.close(),
  }, () => performance.now());
  channel.addEventListener("message", (event) => screens?.hear(event.data));
  screens.come();
  setInterval(() => screens?.say(), SAY_EVERY);
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
  const page = what === "queue" ? "/" : what === "map" ? "/map/" : `/incidents/${incident}/`;
  if (what !== "queue" && what !== "map" && !incident) return;
  const opened = window.open(`${page}?only=${what}`, `sightline-${what}`, `popup,width=${what === "queue" ? 420 : 960},height=900`);
  if (!opened) dispatchEvent(new CustomEvent("sightline:refused", { detail: { words: "The browser keeps new windows shut. Allow windows of this address, then press T again." } }));
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
