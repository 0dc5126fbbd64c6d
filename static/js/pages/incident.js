// The incident page: tabs, the head that follows changes, snapshots, the drawer of narrow screens.

import { ask, live, newKey, untilAnswered, wordsOf } from "../page.js";
import { refreshHead } from "./head.js";

const incident = /** @type {HTMLElement|null} */ (document.getElementById("incident"));
const workspace = /** @type {HTMLElement|null} */ (document.querySelector(".workspace"));

// --- tabs
const tabs = /** @type {HTMLElement[]} */ ([...document.querySelectorAll('.tabs [role="tab"]')]);
const large = matchMedia("(min-width: 2200px)"); // the log is always there, and the tabs open beside it
/** @param {HTMLElement} chosen */
function choose(chosen) {
  for (const tab of tabs) {
    const on = tab === chosen;
    tab.setAttribute("aria-selected", String(on));
    tab.tabIndex = on ? 0 : -1;
    const view = document.getElementById(tab.getAttribute("aria-controls") ?? "");
    if (view && view.id !== "video") view.hidden = !on && !(large.matches && view.id === "view-log");
    if (view && on && !view.matches("[hx-get][data-typed]")) view.dispatchEvent(new CustomEvent("tab-shown"));
  }
  if (workspace) workspace.dataset.view = chosen.id.replace("tab-", "");
  const list = chosen.parentElement; // on a phone the tabs are one line that scrolls
  if (list && (chosen.offsetLeft < list.scrollLeft || chosen.offsetLeft + chosen.offsetWidth > list.scrollLeft + list.clientWidth)) list.scrollLeft = chosen.offsetLeft - 40;
  measureHead();
}
/** The screen is, or became, large or no longer large. */
function fitTabs() {
  const now = tabs.find((tab) => tab.getAttribute("aria-selected") === "true");
  const beside = document.getElementById("tab-thrive");
  if (now) choose(large.matches && now.id === "tab-log" && beside ? beside : now);
}
large.addEventListener("change", fitTabs);
for (const [index, tab] of tabs.entries()) {
  tab.addEventListener("click", () => choose(tab));
  tab.addEventListener("keydown", (event) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!step) return;
    event.preventDefault();
    const shown = tabs.filter((one) => one.offsetParent !== null);
    const next = shown[(shown.indexOf(tab) + step + shown.length) % shown.length] ?? tabs[index];
    next.focus();
    choose(next);
  });
}

// What somebody typed or chose in a view stays when its tab is left and shown again; without it, it is fetched anew.
document.querySelector(".panel-main")?.addEventListener("input", (event) => {
  if (event.target instanceof Element) event.target.closest('[role="tabpanel"]')?.setAttribute("data-typed", "");
});
document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.target instanceof Element && event.target.matches('[role="tabpanel"]')) event.target.removeAttribute("data-typed");
});

/** Below 1280 px the video tab begins under the head and the tabs, however tall they are. */
function measureHead() {
  const list = document.querySelector(".tabs");
  const main = document.querySelector(".panel-main");
  if (!list || !main || !workspace) return;
  const height = list.getBoundingClientRect().bottom - main.getBoundingClientRect().top;
  workspace.style.setProperty("--incident-head", `${Math.round(height)}px`);
}
addEventListener("resize", measureHead);
measureHead();
// htmx hears `tab-shown` once it has read the page, which it does at this event, before us
addEventListener("DOMContentLoaded", () => large.matches && fitTabs());

// --- the head follows changes of the incident
const head = untilAnswered(async () => {
  await refreshHead(String(incident?.dataset.head), () => head.ask());
  measureHead();
});
if (incident) {
  live.subscribe(`incident.${incident.dataset.incident}`, {
    reload: () => head.ask(),
    event: (event) => {
      // Each room's view listens for its own: `hx-trigger="live-risk-assessed from:body"`.
      document.body.dispatchEvent(new CustomEvent(`live-${event.kind.replace(/[._]/g, "-")}`, { detail: event.data }));
      if (event.kind === "incident.changed" || event.kind === "transfer.changed") head.ask();
      if (event.kind === "exhibit.changed") document.body.dispatchEvent(new CustomEvent("evidence-changed"));
      if (event.kind === "video.session_changed") setTimeout(() => newSession(event.data.session), 600);
    },
  });
}

/**
 * A session that this page does not show: somebody else sent a link. Our own sending has shown it by now.
 * @param {string} id
 */
function newSession(id) {
  if (!document.querySelector(`link-status[data-session="${CSS.escape(id)}"]`)) document.body.dispatchEvent(new CustomEvent("video-changed"));
}

document.body.addEventListener("htmx:afterSwap", () => {
  const list = /** @type {HTMLElement|null} */ (document.querySelector(".evidence-list"));
  const count = document.querySelector("[data-evidence-count]");
  if (list && count) count.textContent = list.dataset.count === "0" ? "" : String(list.dataset.count);
  document.querySelector(".panel-video")?.toggleAttribute("data-empty", !document.querySelector('live-video:not([data-state="ended"])'));
});

// --- what the picture says about itself
document.addEventListener("sightline:viewers", (event) => {
  for (const place of document.querySelectorAll("[data-viewers]")) place.textContent = String(/** @type {CustomEvent} */ (event).detail.viewers);
});
document.addEventListener("sightline:device", (event) => {
  const place = /** @type {HTMLElement|null} */ (document.querySelector("[data-device]"));
  const camera = /** @type {CustomEvent} */ (event).detail.camera;
  if (!place) return;
  place.dataset.caller ??= place.textContent?.trim() ?? "";
  place.textContent = [place.dataset.caller, { rear: "rear camera", front: "front camera", off: "camera off" }[/** @type {"rear"|"front"|"off"} */ (camera)]].filter(Boolean).join(", ");
});
document.addEventListener("sightline:ended", () => {
  if (document.querySelector("#video-panel[hx-get]")) document.body.dispatchEvent(new CustomEvent("video-changed"));
});

// --- snapshot: the picture as it is on this screen, with its moment
document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? /** @type {HTMLElement|null} */ (event.target.closest('[data-tool="snapshot"]')) : null;
  if (button) void snapshot(button);
});

/** @param {HTMLElement} button */
async function snapshot(button) {
  const video = /** @type {import("../elements/live-video.js").LiveVideo|null} */ (button.closest(".panel")?.querySelector("live-video") ?? null);
  if (!video || button.getAttribute("aria-disabled") === "true" || button.classList.contains("pending")) return;
  const moment = video.moment;
  const picture = await video.still();
  if (!picture) return;
  const body = new FormData();
  body.set("image", picture, "snapshot.png");
  body.set("moment", String(moment));
  body.set("key", newKey());
  button.classList.add("pending");
  const said = await send(String(button.dataset.url), body);
  button.classList.remove("pending");
  label(button, said === "" ? "Kept" : "Not saved");
  if (said) dispatchEvent(new CustomEvent("sightline:refused", { detail: { words: `Snapshot not saved: ${said}` } }));
  else document.body.dispatchEvent(new CustomEvent("evidence-changed"));
}

/**
 * @param {string} url
 * @param {FormData} body
 * @returns {Promise<string>} "" when it was taken, else why not
 */
async function send(url, body) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const response = await ask(url, { method: "POST", body, headers: { Accept: "application/json" } });
      if (response.ok && !response.redirected) return "";
      if (response.status < 500 || attempt >= 3) return await wordsOf(response);
    } catch {
      if (attempt >= 3) return "no connection. Press it again.";
    }
    await new Promise((resolve) => setTimeout(resolve, 1000 * attempt));
  }
}

/**
 * The button's word changes for a moment; its place and width do not.
 * @param {HTMLElement} button
 * @param {string} words
 */
function label(button, words) {
  const place = button.querySelector("[data-label]");
  if (!place) return;
  place.textContent = words;
  setTimeout(() => {
    place.textContent = "Snapshot";
  }, 2000);
}

// --- below 1024 px the queue is a drawer behind its first section
const queue = document.getElementById("queue");
const drawer = queue?.querySelector("[data-drawer]");
/** @param {boolean} open */
function slide(open) {
  queue?.toggleAttribute("data-open", open);
  drawer?.setAttribute("aria-expanded", String(open));
}
drawer?.addEventListener("click", () => slide(!queue?.hasAttribute("data-open")));
document.addEventListener("pointerdown", (event) => {
  if (queue?.hasAttribute("data-open") && event.target instanceof Node && !queue.contains(event.target)) slide(false);
});
queue?.addEventListener("keydown", (event) => {
  if (/** @type {KeyboardEvent} */ (event).key === "Escape") slide(false);
});
