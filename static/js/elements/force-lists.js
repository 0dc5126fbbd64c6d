// The lists beside the force's map: units by State with the age of their positions, open incidents, the facts of the
// chosen one, and the field that finds any of them or a place.

import { ageWords } from "../lib/place.js";
import { isOld } from "../lib/units.js";
import { ask, clock, eachTick, elementsOf, live } from "../page.js";

/** @typedef {import("./force-map.js").ForceMap} ForceMap */
/** @typedef {import("../lib/units.js").Unit} Unit */
/** @typedef {import("./send-list.js").SendList} SendList */

const MOST_ROWS = 200; // the field above narrows a long list
const LIST_PAUSE = 2000; // ms: a burst of changes asks once
const NO_ID = "00000000-0000-0000-0000-000000000000";

const map = /** @type {ForceMap|null} */ (document.querySelector("force-map"));
const byState = /** @type {HTMLElement|null} */ (document.querySelector("[data-by-state]"));
const said = document.querySelector("[data-said]");
const field = /** @type {HTMLInputElement|null} */ (document.querySelector("#map-find"));
const chosen = /** @type {HTMLElement|null} */ (document.querySelector("[data-chosen]"));
const side = /** @type {HTMLElement|null} */ (document.getElementById("map-side"));
/** Whom to send, for who may. */
const send = /** @type {SendList|null} */ (document.querySelector("send-list[data-on-map]"));

// --- units by State
/** @type {Map<string, {row: HTMLElement, state: string, age: HTMLElement}>} */
const rows = new Map();
let order = "";
let dirty = true;

function words(/** @type {string} */ text) {
  if (said) said.textContent = text;
}

/** The units that the list shows: those that fit what is typed, at most so many. @returns {Unit[]} */
function listed() {
  const typed = (field?.value ?? "").trim().toUpperCase();
  const all = [...(map?.units?.byId.values() ?? [])];
  const fit = typed && /^[A-Z]{1,4}\d*$/.test(typed) ? all.filter((unit) => unit.callSign.toUpperCase().startsWith(typed)) : all;
  fit.sort((a, b) => Number(a.state) - Number(b.state) || (a.callSign < b.callSign ? -1 : 1));
  return fit.slice(0, MOST_ROWS);
}

function drawUnits() {
  if (!byState || !map?.units?.byId.size) return;
  const units = listed();
  const next = units.map((unit) => `${unit.id}${unit.state}`).join();
  if (next !== order && !byState.matches(":hover") && !byState.contains(document.activeElement)) {
    order = next;
    sections(units);
  }
  ages();
}

/** @param {Unit[]} units */
function sections(units) {
  const counts = new Map(map?.units?.counts().map((one) => [one.state, one]));
  /** @type {HTMLElement[]} */
  const parts = [];
  rows.clear();
  let state = "", list = document.createElement("ul");
  for (const unit of units) {
    if (unit.state !== state || !parts.length) {
      state = unit.state;
      const head = Object.assign(document.createElement("h3"), { className: "state-head" });
      const count = counts.get(state);
      head.append(`${count?.words ?? "State not known"}, State ${state || "–"}`, Object.assign(document.createElement("span"), { className: "num", textContent: String(count?.count ?? "") }));
      list = Object.assign(document.createElement("ul"), { className: "state-units" });
      parts.push(head, list);
    }
    list.append(row(unit));
  }
  if (units.length === MOST_ROWS) parts.push(Object.assign(document.createElement("p"), { className: "empty", textContent: `The first ${MOST_ROWS}. Type a call sign above for others.` }));
  byState?.replaceChildren(...parts);
}

/** @param {Unit} unit */
function row(unit) {
  const item = document.createElement("li");
  const button = Object.assign(document.createElement("button"), { type: "button" });
  button.dataset.unit = unit.id;
  const square = Object.assign(document.createElement("span"), { className: "unit-state", textContent: unit.state });
  square.dataset.state = unit.state;
  const age = document.createElement("small");
  age.className = "num";
  button.append(square, Object.assign(document.createElement("b"), { textContent: unit.callSign }), age);
  item.append(button);
  rows.set(unit.id, { row: button, state: unit.state, age });
  return item;
}

function ages() {
  const now = clock.now();
  for (const [id, { age }] of rows) {
    const unit = map?.units?.byId.get(id);
    if (!unit) continue;
    const text = ageWords(now - unit.at).replace(/ old$/, "");
    if (age.textContent !== text) age.textContent = text;
    age.toggleAttribute("data-old", isOld(now - unit.at));
  }
}

function counts() {
  const units = map?.units;
  if (!units) return;
  const head = document.querySelector("[data-unit-count]");
  if (head) head.textContent = `${units.byId.size.toLocaleString("en-GB")} with a position`;
  const place = map?.querySelector("[data-counts]");
  place?.replaceChildren(...units.counts().slice(0, 8).map(({ state, words: said, count }) => {
    const item = document.createElement("li");
    const square = Object.assign(document.createElement("span"), { className: "unit-state", textContent: state });
    square.dataset.state = state;
    item.append(square, said, Object.assign(document.createElement("b"), { className: "num", textContent: String(count) }));
    return item;
  }));
}

/** @param {string} id */
function goToUnit(id) {
  const unit = map?.units?.byId.get(id);
  if (!unit || !map?.units) return;
  const one = chosenPlace();
  if (one) map.lookAt([one, unit]);
  else map.goTo(unit.lat, unit.lon, 0);
  words(map.units.name(unit, clock.now()));
}

// --- open incidents
/** @returns {HTMLElement[]} */
const buttons = () => [...document.querySelectorAll("[data-placed] button[data-incident]")].map((one) => /** @type {HTMLElement} */ (one));

function readIncidents(/** @type {HTMLElement[]} */ from) {
  map?.place(from.filter((one) => one.dataset.lat).map(({ dataset }) => ({
    id: String(dataset.incident), serial: String(dataset.serial), grade: String(dataset.grade), colour: String(dataset.colour),
    label: String(dataset.label), lat: Number(dataset.lat), lon: Number(dataset.lon), radius: Number(dataset.radius),
  })));
}

/** @type {any} */
let soon = null;
function incidentsSoon() {
  soon ??= setTimeout(() => {
    soon = null;
    void renewIncidents();
  }, LIST_PAUSE);
}

async function renewIncidents() {
  try {
    const response = await ask(String(map?.dataset.incidents), { headers: { "HX-Request": "true" } });
    if (!response.ok || response.redirected) return;
    const fresh = elementsOf(await response.text()).find((element) => element.matches("[data-placed]"));
    const old = document.querySelector("[data-placed]");
    if (!fresh || !old) return;
    readIncidents([...fresh.querySelectorAll("button[data-incident]")].map((one) => /** @type {HTMLElement} */ (one)));
    if (old.matches(":hover") || old.contains(document.activeElement)) return void setTimeout(incidentsSoon, LIST_PAUSE); // never under a hand
    old.replaceWith(fresh);
    mark();
  } catch {
    // no connection: the board's catch-up asks again
  }
}

let current = "";
let leaveIncident = () => {};

function mark() {
  for (const button of buttons()) {
    if (button.dataset.incident === current) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
}

/** @param {string} id */
async function choose(id) {
  const changed = id !== current;
  current = id;
  mark();
  if (changed) follow(id);
  try {
    const response = await ask(String(map?.dataset.facts).replace(NO_ID, id), { headers: { "HX-Request": "true" } });
    if (!response.ok || response.redirected) {
      if (id === current && changed) chooseNone();
      return words("This incident is no longer there.");
    }
    const text = await response.text();
    if (id !== current || !chosen) return;
    const held = chosen.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement).dataset.act : "";
    chosen.replaceChildren(...elementsOf(text));
    if (held) /** @type {HTMLElement|null} */ (chosen.querySelector(`[data-act="${held}"]`))?.focus(); // what arrives takes no focus
    side?.setAttribute("data-chosen-one", "");
    if (changed) send?.listFor(id);
    /** @type {any} */ (globalThis).htmx?.process(chosen);
    if (changed) map?.choose(id, chosen.querySelector("[data-facts]")?.getAttribute("data-trail") ?? "");
    if (changed && !send) zoom(); // else with whom to send, as soon as that is known
    map?.dispatchEvent(new CustomEvent("force-facts", { detail: { incident: id } }));
  } catch {
    words("No connection. The map shows what it knew.");
  }
}

/** @param {string} id */
function follow(id) {
  leaveIncident();
  leaveIncident = id ? live.subscribe(`incident.${id}`, { event: (event) => {
    if (event.kind === "video.location_moved") map?.renewTrail();
    else if (event.kind === "incident.changed") {
      void choose(id);
      document.body.dispatchEvent(new CustomEvent("live-incident-changed", { detail: event.data })); // the list says that it is older
    }
  } }) : () => {};
}

/** All incidents again. */
function chooseNone() {
  current = "";
  follow("");
  chosen?.replaceChildren();
  side?.removeAttribute("data-chosen-one");
  send?.listFor("");
  map?.choose("", "");
  mark();
}

const chosenPlace = () => map?.scene.incidents.find((placed) => placed.id === current);

function zoom() {
  const one = chosenPlace();
  if (one) map?.goTo(one.lat, one.lon, one.radius);
  else if (current) words("This incident has no point. P chooses one on the map.");
}

/** The chosen incident with the unit that is picked for it. @param {boolean} [always] also when both are in sight */
function look(always = true) {
  const one = chosenPlace() ?? map?.scene.sending.at, unit = map?.units?.byId.get(map.scene.sending.picked);
  if (!map || !one || !unit) {
    if (always && current) zoom();
  } else if (always || !map.holds([one, unit])) map.lookAt([one, unit]);
}

/** On a narrow screen the incident lies under the map and can be folded away. @param {HTMLElement} button */
function fold(button) {
  const open = side?.toggleAttribute("data-folded") === false;
  button.setAttribute("aria-expanded", String(open));
  button.textContent = open ? "Fold" : "Open";
}

/** @param {number} by */
function step(by) {
  const all = buttons();
  if (!all.length) return;
  const at = all.findIndex((one) => one.dataset.incident === current);
  const next = all[(at + by + all.length) % all.length] ?? all[0];
  void choose(String(next.dataset.incident));
  next.scrollIntoView({ block: "nearest" });
}

// --- the field
/** @param {string} typed */
async function find(typed) {
  const text = typed.trim();
  if (!text || !map) return;
  const unit = [...(map.units?.byId.values() ?? [])].find((one) => one.callSign.toUpperCase() === text.toUpperCase());
  if (unit) return goToUnit(unit.id);
  const incident = /^\d{1,5}$/.test(text) && buttons().find((one) => one.dataset.serial === String(Number(text)));
  if (incident) return choose(String(incident.dataset.incident));
  try {
    const body = new FormData();
    body.set("find", text);
    const response = await ask(String(field?.form?.action), { method: "POST", body, headers: { Accept: "application/json" } });
    const found = await response.json();
    if (!response.ok) return words(/^\d{1,5}$/.test(text) ? `No open incident ${text}.` : found.words ?? found.message);
    if (found.lat === null) return words(`${found.kind} ${found.shown} has no point here: ask what is near it.`);
    map.goTo(found.lat, found.lon, found.radius, true);
    words(`${found.kind} ${found.shown}, ±${Math.round(found.radius)} m`);
  } catch {
    words("No connection: nothing was asked. Try it again.");
  }
}

if (map) {
  let second = 0;
  map.addEventListener("force-units", () => { dirty = true; });
  eachTick(() => {
    const now = Math.floor(clock.now() / 1000);
    if (now === second) return;
    second = now;
    if (dirty) counts();
    dirty = false;
    drawUnits();
  });
  map.addEventListener("force-chosen", (event) => {
    const { incident, unit } = /** @type {CustomEvent} */ (event).detail;
    if (incident) void choose(incident);
    else if (!send?.pick(unit)) goToUnit(unit); // one on offer is picked where it is: the map stays under the hand
  });
  map.addEventListener("force-drawn", () => look()); // chosen before the map was there to look at it
  send?.addEventListener("send-listed", () => look());
  send?.addEventListener("send-picked", () => look(false));
  customElements.whenDefined("force-map").then(() => {
    readIncidents(buttons());
    map.follow(incidentsSoon);
    const asked = map.closest("main")?.dataset.asked;
    if (asked) void choose(asked);
  });
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? /** @type {HTMLElement|null} */ (event.target.closest("button")) : null;
    if (button?.dataset.unit) goToUnit(button.dataset.unit);
    else if (button?.dataset.incident) void choose(button.dataset.incident);
    else if (button?.dataset.step) step(Number(button.dataset.step));
    else if (button?.matches("[data-zoom-to]")) zoom();
    else if (button?.matches("[data-all]")) chooseNone();
    else if (button?.matches("[data-send-to]")) send?.enter();
    else if (button?.matches("[data-map-drawer]")) fold(button);
  });
  field?.form?.addEventListener("submit", (event) => {
    event.preventDefault();
    void find(field.value);
  });
  field?.addEventListener("input", drawUnits);
}
