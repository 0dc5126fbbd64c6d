// A point pressed on the force's map becomes the place of the chosen incident: aim, look at what it is, confirm. Nothing is
// kept before that, and Escape leaves everything as it was.

import { covers, reference, toGrid } from "../lib/osgb.js";
import { ask, wordsOf } from "../page.js";

/** @typedef {import("./force-map.js").ForceMap} ForceMap */

const NO_ID = "00000000-0000-0000-0000-000000000000";
const PRESS = 10; // pixels: no hand is surer than that

const map = /** @type {ForceMap|null} */ (document.querySelector("force-map"));
const form = /** @type {HTMLFormElement|null} */ (map?.querySelector("[data-choose]") ?? null);
const said = document.querySelector("[data-said]");

/** @type {{incident: string, seen: string, point: {lat: number, lon: number}|null}|null} */
let choosing = null;
/** The incident whose place another page asked for, until its facts are there. */
let wanted = "";

/** @param {string} name @returns {HTMLElement} */
const part = (name) => /** @type {HTMLElement} */ (form?.querySelector(`[data-choose-${name}]`));
const radius = () => /** @type {HTMLSelectElement} */ (form?.elements.namedItem("radius_m"));
const words = () => /** @type {HTMLInputElement} */ (form?.elements.namedItem("words"));

function wrong(/** @type {string} */ text) {
  part("wrong").textContent = text;
  part("wrong").hidden = !text;
}

/** @param {string} incident */
function begin(incident) {
  const facts = /** @type {HTMLElement|null} */ (document.querySelector(`[data-facts="${CSS.escape(incident)}"]`));
  if (!map?.map || !form || !facts) return;
  map.aim({ take, end });
  // The place in use as it is seen now: if somebody chooses another meanwhile, this one is kept and they are told.
  choosing = { incident, seen: String(facts.dataset.seen ?? ""), point: null };
  part("of").textContent = String(facts.dataset.name);
  part("what").hidden = true;
  part("how").hidden = false;
  wrong("");
  form.reset();
  form.hidden = false;
}

/** @param {number} lat @param {number} lon */
function take(lat, lon) {
  if (!choosing || !map) return;
  const first = !choosing.point;
  choosing.point = { lat, lon };
  if (first) radius().value = fitting();
  const metres = covers(lat, lon) ? toGrid(lat, lon) : null;
  part("grid").textContent = reference(lat, lon) || "none here";
  part("metres").textContent = metres ? metres.map((value) => String(Math.floor(value))).join(", ") : "none here";
  part("degrees").textContent = `${lat.toFixed(5)}, ${lon.toFixed(5)}`;
  part("what").hidden = false;
  part("how").hidden = true;
  show();
  words().focus();
}

/** The smallest radius on offer that a press at this zoom can mean. */
function fitting() {
  const least = PRESS * (map?.paint?.metresPerPixel() ?? 1);
  const values = [...radius().options].map((option) => option.value);
  return values.find((value) => Number(value) >= least) ?? String(values.at(-1));
}

function show() {
  if (!map || !choosing?.point) return;
  map.scene.found = { ...choosing.point, radius: Number(radius().value) };
  map.draw();
}

function end() {
  choosing = null;
  if (!map || !form) return;
  const held = form.contains(document.activeElement);
  form.hidden = true;
  map.scene.found = null;
  map.draw();
  if (held) map.map?.getCanvas().focus();
}

/** @param {SubmitEvent} event */
async function confirm(event) {
  event.preventDefault();
  if (!form || !map || !choosing?.point) return;
  const { incident, seen, point } = choosing;
  const body = new FormData(form, event.submitter);
  for (const [name, value] of Object.entries({ ...point, seen })) body.set(name, String(value));
  const buttons = form.querySelectorAll("button");
  for (const button of buttons) button.disabled = true;
  try {
    const answer = await ask(form.action.replace(NO_ID, incident), { method: "POST", body, headers: { Accept: "application/json" } });
    if (!answer.ok || answer.redirected) return wrong(await wordsOf(answer));
    const { in_use: used, words: told } = await answer.json();
    map.aim(null);
    if (said) said.textContent = used ? "The place is in use. Read it back to the caller." : told === "Kept." ? told : `Your place is kept. ${told}`;
    map.dispatchEvent(new CustomEvent("force-chosen", { detail: { incident } }));
  } catch {
    wrong("No connection: nothing is known to be kept. Press it again.");
  } finally {
    for (const button of buttons) button.disabled = false;
  }
}

/** Another page names the incident whose place is to be chosen. */
function called() {
  const found = /^#place=([0-9a-f-]{36})$/.exec(location.hash);
  if (!found || !map) return;
  wanted = found[1];
  history.replaceState(null, "", location.pathname + location.search);
  map.dispatchEvent(new CustomEvent("force-chosen", { detail: { incident: wanted } }));
}

function asked() {
  if (!wanted || !map?.map) return;
  const incident = wanted;
  if (!document.querySelector(`[data-facts="${CSS.escape(incident)}"]`)) return;
  wanted = "";
  begin(incident);
}

if (map && form) {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? /** @type {HTMLElement|null} */ (event.target.closest("button")) : null;
    if (button?.dataset.choosePlace) begin(button.dataset.choosePlace);
    else if (button?.matches("[data-choose-cancel]")) map.aim(null);
  });
  form.addEventListener("submit", (event) => void confirm(event));
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.repeat) event.preventDefault(); // a key held down chooses a point; it does not confirm it
  });
  radius().addEventListener("change", show);
  map.addEventListener("force-facts", asked);
  map.addEventListener("force-drawn", asked);
  addEventListener("hashchange", called);
  void customElements.whenDefined("force-map").then(called);
}
