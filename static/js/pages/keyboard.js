// Keys of the console (DESIGN-CONSOLE section 5): one press, one act; every act also has a button or a link.

import { actOf, letterOf, placeOf } from "../lib/keys.js";
import "./keys-help.js";
import { ownKeys, singles } from "./own-keys.js";
import { openPalette, startPalette } from "./palette.js";
import { openScreens, tearOff } from "./screens.js";

const help = /** @type {HTMLDialogElement|null} */ (document.getElementById("keys-help"));

for (const button of document.querySelectorAll("[data-keys-help]")) button.addEventListener("click", () => help?.showModal());

/** @param {string} selector */
const press = (selector) => /** @type {HTMLElement|null} */ (document.querySelector(selector))?.click();
/** @param {string} selector */
const enter = (selector) => /** @type {any} */ (document.querySelector(selector))?.enter?.();
/** @param {string|undefined} url nothing for who may not */
const open = (url) => url && location.assign(url);
/** @param {string} id */
const tab = (id) => {
  const button = document.getElementById(id);
  if (button?.getAttribute("aria-selected") === "false" && getComputedStyle(button).display !== "none") button.click();
};

/** @type {Record<string, () => void>} */
const ACTS = {
  new: () => open(document.body.dataset.new),
  "new-other": () => open(document.body.dataset.new && `${document.body.dataset.new}?channel=101`),
  queue: () => {
    document.getElementById("queue")?.setAttribute("data-open", "");
    if (document.querySelector("live-list")) enter("live-list");
    else press(".brand");
  },
  next: () => /** @type {any} */ (document.querySelector("live-list"))?.move(1),
  previous: () => /** @type {any} */ (document.querySelector("live-list"))?.move(-1),
  log: () => {
    tab("tab-log");
    enter("incident-log");
  },
  restrict: () => press('[data-act="restrict"]:not([role])'),
  "check-log": () => {
    tab("tab-log");
    press('button[data-act="check-log"]');
  },
  video: () => {
    tab("tab-video");
    const form = document.querySelector("#link-form");
    const field = /** @type {HTMLElement|null} */ (form?.querySelector("input[name=consent]") ?? form?.querySelector("button"));
    (field ?? document.getElementById("video") ?? document.querySelector("live-video"))?.focus();
  },
  snapshot: () => press('[data-tool="snapshot"]'),
  fullscreen: () => press('[data-tool="fullscreen"]'),
  chat: () => {
    tab("tab-video");
    enter("video-chat");
  },
  wall: () => press('.nav a[href$="/video/wall/"]'),
  map: () => press('.nav a[href$="/map/"]'),
  "tear-off": tearOff,
  "open-screens": openScreens,
  search: openPalette,
  help: () => help?.showModal(),
  "panel-next": () => round(1),
  "panel-back": () => round(-1),
  leave: () => /** @type {HTMLElement|null} */ (document.activeElement)?.blur(),
};

/** Focus goes round the panels. @param {number} step */
function round(step) {
  const panels = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".workspace > .panel")]);
  const at = panels.findIndex((panel) => panel.contains(document.activeElement));
  const panel = panels[(at + step + panels.length) % panels.length];
  if (!panel) return;
  if (!panel.hasAttribute("tabindex")) panel.tabIndex = -1;
  panel.focus();
}

/** @param {EventTarget|null} target */
function typing(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button", "submit", "range"].includes(target.type);
  return target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/**
 * Acts of a room are a control that names its key: `data-act="assign"`. None in sight: the key is not ours here.
 * @param {string} act
 */
function controlOf(act) {
  const found = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(`[data-act="${act}"]:not(.palette-option)`)]).filter((one) => one.offsetParent !== null);
  const control = found.find((one) => one.closest(".workspace")) ?? found[0]; // the page's own before the way to another page
  return control && (() => {
    control.click();
    control.focus();
  });
}

/** A panel that owns its page keeps its letters, whatever the person's keys are. @param {KeyboardEvent} event */
function owned(event) {
  const panel = /** @type {HTMLElement|null} */ (document.querySelector("[data-own-letters]"));
  return !event.altKey && (panel?.dataset.ownLetters ?? "").includes(letterOf(event));
}

startPalette((act) => (ACTS[act] ?? controlOf(act))?.());

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || document.querySelector("dialog[open]") || document.querySelector("#intake") && placeOf(event) !== null) return;
  if (owned(event)) return;
  const act = actOf(event, { typing: typing(event.target), singles: singles() }, ownKeys());
  const run = act === null ? undefined : (ACTS[act] ?? controlOf(act));
  if (act === null || !run) return;
  if (act === "leave" && document.querySelector("#intake")) return; // the form has its own Esc
  if (event.altKey || act !== "leave") event.preventDefault();
  run();
});
