// The card behind F9: what works, what is paused, what to do now, and what was away before.

import { span } from "../lib/clock.js";
import { answerOf, clock, elementsOf } from "../page.js";
import { system } from "./system.js";

const card = document.getElementById("fault-card");
const state = /** @type {HTMLElement|null} */ (card?.querySelector("[data-fault-state]") ?? null);
const list = /** @type {HTMLElement|null} */ (card?.querySelector("[data-past-faults]") ?? null);
const WAIT = 300; // ms: the card opens with what was away before, or without it when the server takes longer
/** @type {HTMLElement|null} */
let before = null;
let opening = false;
let known = false; // what was away before, by the server
/** @type {string[]} what is wrong, as drawn last */
let faults = [];

/** @param {import("../lib/faults.js").Fault} fault */
export function draw(fault) {
  if (!card) return;
  const over = faults.some((name) => !fault.faults.includes(name));
  faults = fault.faults;
  // What is over leaves its place empty until the card is closed: nothing in it moves under a hand.
  if (over && card.matches(":popover-open")) {
    if (state) state.style.minHeight = `${state.getBoundingClientRect().height}px`;
    void past();
  }
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (card.querySelectorAll("[data-fault]"))) {
    const hidden = !fault.faults.includes(String(part.dataset.fault));
    if (part.hidden !== hidden) part.hidden = hidden;
  }
  const well = /** @type {HTMLElement|null} */ (card.querySelector("[data-no-fault]"));
  if (well) well.hidden = fault.faults.length > 0;
  const texts = { "[data-fault-long]": fault.since === null ? "" : span((clock.now() - fault.since) / 1000), "[data-fault-words]": fault.words };
  for (const [selector, words] of Object.entries(texts)) {
    const text = card.querySelector(selector);
    if (text && text.textContent !== words) text.textContent = words;
  }
}

/** What was away and is back. While the server does not answer, what it said last stays. */
async function past() {
  try {
    const answer = await answerOf(String(list?.dataset.url), { headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.redirected) return;
    list?.replaceChildren(...elementsOf(await answer.text()));
    known = true;
  } catch {
    if (list && !list.querySelector("time")) list.firstElementChild?.replaceChildren("Not known while the server does not answer.");
  }
}

/** Room for what was away, and for what is away now and will be over: the card does not change its height while it is open. */
function reserve() {
  if (!list) return;
  const rows = Math.min(5, list.querySelectorAll("b").length + faults.length);
  list.style.height = !known ? "" : rows ? `calc(${rows} * 2.6em + ${(rows - 1) * 4}px)` : "1.3em";
}

async function open() {
  if (!card || opening) return;
  draw(system.fault);
  if (card.matches(":popover-open")) return close();
  opening = true;
  await Promise.race([past(), new Promise((resolve) => setTimeout(resolve, WAIT))]);
  opening = false;
  if (state) state.style.minHeight = "";
  reserve();
  card.showPopover();
  card.focus();
}

function close() {
  card?.hidePopover();
  before?.focus();
  before = null;
}

addEventListener("keydown", (event) => {
  if (!card) return;
  if (event.key === "F9" && !event.altKey && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    before ??= document.activeElement instanceof HTMLElement ? document.activeElement : null;
    void open();
  } else if (event.key === "Escape" && card.contains(document.activeElement)) {
    event.stopPropagation();
    close();
  }
});
for (const button of document.querySelectorAll("[data-fault-details]")) button.addEventListener("click", () => void open());
card?.querySelector("[data-close]")?.addEventListener("click", close);
