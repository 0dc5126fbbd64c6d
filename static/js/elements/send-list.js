// <send-list data-url>: whom to send. The list is fetched when the tab opens, so that what is kept as seen was seen. 1 to 9
// pick, 0 goes to the call sign of any other unit, Enter assigns. It is ranked anew, in place, when it is old or a unit in
// it has another State; while somebody is in the list it does not change under their hand: it says that it is older.
// Beside the map it lists for whichever incident is chosen there, and says who is picked and who is looked at (`send-meant`).

import { ListAge } from "../lib/list-age.js";
import { ask, eachTick, elementsOf } from "../page.js";
import { keyOf } from "../pages/own-keys.js";

const older = () => `This list is older. Press ${keyOf("assign")} for a fresh list.`;
const NO_ID = "00000000-0000-0000-0000-000000000000";

let touched = 0;
for (const kind of ["pointermove", "pointerdown", "keydown"]) addEventListener(kind, () => (touched = performance.now()), { passive: true, capture: true });

export class SendList extends HTMLElement {
  #open = false;
  #busy = false;
  #looked = "";
  #chosen = ""; // the unit that a hand picked
  #turn = 0; // of what is asked for, the last counts
  #age = new ListAge();
  #first = false; // of the incident it lists for, none was shown yet
  #leave = () => {};

  connectedCallback() {
    this.addEventListener("tab-shown", () => void this.#load());
    this.addEventListener("submit", (event) => void this.#send(event));
    this.addEventListener("change", (event) => this.#picked(event));
    this.addEventListener("input", () => this.#words());
    this.#leave = eachTick(() => this.#tick());
    for (const kind of ["pointerover", "pointerleave", "focusin", "focusout"]) this.addEventListener(kind, (event) => this.#look(event));
    this.addEventListener("keydown", (event) => this.#key(event));
    document.body.addEventListener("live-incident-changed", this.#heard);
  }

  disconnectedCallback() {
    document.body.removeEventListener("live-incident-changed", this.#heard);
    this.#leave();
  }

  #heard = () => {
    if (!this.#open || this.#busy) return;
    if (this.hidden) {
      this.#open = false; // fetched anew when it is looked at again
      return;
    }
    this.#age.change();
    this.#tick();
  };

  /** What a map beside it knows of the units. @param {{get: (id: string) => {state: string}|undefined}} units */
  hear(units) {
    this.#age.hear(units);
  }

  /** The pointer is in it, or a row or a button of it has the focus. A field keeps its own through a renewal. */
  get #held() {
    const focused = document.activeElement;
    return this.matches(":hover") || (this.contains(focused) && !focused?.matches("input[type=text]"));
  }

  /** Old? Then it is ranked anew, or says so. */
  #tick() {
    if (!this.#open || this.#busy || document.visibilityState !== "visible" || !this.getClientRects().length) return;
    const next = this.#age.next(performance.now(), { held: this.#held, touched });
    if (next === "ask") void this.#renew();
    else if (next === "say" && !this.querySelector("[data-words]")?.textContent?.trim()) this.#say(older(), "older");
  }

  /** The list of this incident, "" for none; the focus stays where it is. @param {string} incident */
  listFor(incident) {
    this.dataset.url = incident && String(this.dataset.address).replace(NO_ID, incident);
    this.hidden = !incident;
    this.#open = false;
    this.#looked = "";
    this.#first = true;
    this.#turn += 1;
    this.replaceChildren(Object.assign(document.createElement("p"), { className: "empty", textContent: "–" }));
    this.#words();
    if (incident) void this.#load(false);
  }

  /** A fresh list, with the focus on its first unit. */
  enter() {
    if (this.dataset.url && !this.#busy) void this.#load();
  }

  /** Pick a unit that was pressed on the map. False: it is not on offer. @param {string} unit */
  pick(unit) {
    const found = this.#radios().find((one) => one.value === unit);
    if (!found) return false;
    const sign = /** @type {HTMLInputElement|null} */ (this.querySelector("#send-sign"));
    if (sign) sign.value = "";
    found.checked = true;
    found.focus();
    this.#picked();
    return true;
  }

  /** A hand chose: that unit stays chosen when the list is ranked anew. @param {Event} [event] */
  #picked(event) {
    if (event && !(event.target instanceof HTMLInputElement && event.target.type === "radio")) return;
    this.#chosen = this.#radios().find((one) => one.checked)?.value ?? "";
    this.#words();
    this.dispatchEvent(new CustomEvent("send-picked", { bubbles: true }));
  }

  /** Which row the pointer or the focus is on. @param {Event} event */
  #look(event) {
    const leaves = event.type === "pointerleave" || event.type === "focusout";
    const row = leaves ? this.querySelector("label:hover") : event.target instanceof Element ? event.target.closest("label") : null;
    const looked = /** @type {HTMLInputElement|null} */ (row?.querySelector("input[type=radio]") ?? null)?.value ?? "";
    if (looked === this.#looked) return;
    this.#looked = looked;
    this.#meant();
  }

  /** What a map beside it draws. */
  #meant() {
    const form = /** @type {HTMLElement|null} */ (this.querySelector("form[data-send][data-lat]"));
    const at = form ? { lat: Number(form.dataset.lat), lon: Number(form.dataset.lon) } : null;
    const picked = this.#typed() ? "" : this.#radios().find((one) => one.checked)?.value ?? "";
    const offered = this.#radios().filter((one) => one.dataset.rank).map((one) => one.value);
    this.dispatchEvent(new CustomEvent("send-meant", { bubbles: true, detail: { at, picked, looked: this.#looked, offered } }));
  }

  /** @param {boolean} [enter] put the focus on the first unit */
  async #load(enter = true) {
    const url = String(this.dataset.url);
    this.#busy = true;
    this.#turn += 1;
    try {
      const answer = await ask(url, { headers: { "HX-Request": "true" } });
      const text = await answer.text();
      if (url !== this.dataset.url) return; // another incident was chosen meanwhile
      if (answer.ok && !answer.redirected) this.#show(text, enter);
      else this.#say(`The list could not be fetched. Press ${keyOf("assign")} to try again.`);
    } catch {
      if (url === this.dataset.url) this.#say(`No connection: units are not listed. Press ${keyOf("assign")} to try again.`);
    } finally {
      if (url === this.dataset.url) {
        this.#busy = false;
        if (this.#first) this.dispatchEvent(new CustomEvent("send-listed", { bubbles: true })); // or none can be had now
        this.#first = false;
      }
    }
  }

  /** Ranked anew where it stands, unless something else was asked for or a hand came meanwhile. */
  async #renew() {
    const turn = ++this.#turn;
    this.#age.ask(performance.now());
    try {
      const answer = await ask(String(this.dataset.url), { headers: { "HX-Request": "true" } });
      const text = await answer.text();
      if (turn === this.#turn && answer.ok && !answer.redirected && !this.#held) this.#put(text);
    } catch {
      // no connection: what is shown says from when it is, and it is asked for again
    }
  }

  /** The rows change; what was typed, who was picked, the focus and where it is scrolled to do not. @param {string} html */
  #put(html) {
    const parts = elementsOf(html);
    const next = parts.find((part) => part.matches("form.send"));
    const form = /** @type {HTMLFormElement|null} */ (this.querySelector("form.send"));
    if (!form || !next) return this.#show(html, false);
    const at = this.scrollTop, typing = this.contains(document.activeElement);
    const kept = typing ? this.#radios().find((one) => one.checked)?.value ?? "" : this.#chosen;
    const sign = this.#radios().find((one) => one.value === kept)?.dataset.sign ?? "";
    for (const name of ["lat", "lon"]) {
      if (next.dataset[name]) form.dataset[name] = next.dataset[name];
      else delete form.dataset[name];
    }
    for (const same of ['[name="shown"]', ".send-head", ".offers", '[value="assign"]']) {
      const fresh = next.querySelector(same);
      if (fresh) form.querySelector(same)?.replaceWith(fresh);
    }
    for (const old of this.querySelectorAll(".left-out, form:not(.send)")) old.remove();
    form.querySelector(".offers")?.after(...next.querySelectorAll(".left-out"));
    this.append(...parts.filter((part) => part !== next));
    const words = /** @type {HTMLElement|null} */ (this.querySelector("[data-words]"));
    if (words && (!typing || words.dataset.kind === "older")) {
      words.replaceChildren();
      words.removeAttribute("data-kind");
    }
    const picked = kept ? this.#radios().find((one) => one.value === kept) : this.#radios()[0];
    for (const one of this.#radios()) one.checked = one === picked;
    if (kept && !picked) this.#say(`${sign} is not among them any more. Choose again.`, "refused");
    this.#shownNow();
    this.#words();
    this.scrollTop = at;
  }

  #shownNow() {
    this.#age.shown(performance.now(), this.#radios().map((one) => one.value));
  }

  /** @param {string} html @param {boolean} enter */
  #show(html, enter) {
    this.replaceChildren(...elementsOf(html));
    this.#open = true;
    this.#chosen = "";
    this.#shownNow();
    const picked = this.#radios().find((one) => one.checked) ?? this.#radios()[0];
    if (picked) picked.checked = true;
    this.#words();
    if (enter) (picked ?? this).focus();
  }

  /** @returns {HTMLInputElement[]} */
  #radios() {
    return /** @type {HTMLInputElement[]} */ ([...this.querySelectorAll("input[type=radio]")]);
  }

  /** The button names what it will do; its place and width do not change. */
  #words() {
    this.#meant();
    const picked = this.#radios().find((one) => one.checked);
    const place = this.querySelector("[data-assign-words]");
    const typed = this.#typed();
    if (place && typed) place.textContent = `Assign ${typed}`;
    else if (place) place.textContent = picked ? `${picked.hasAttribute("data-divert") ? "Divert" : "Assign"} ${picked.dataset.sign}` : "Assign";
  }

  /** The call sign that was typed: it counts before the list. */
  #typed() {
    return /** @type {HTMLInputElement|null} */ (this.querySelector("#send-sign"))?.value.trim().toUpperCase() ?? "";
  }

  /** @param {string} words @param {"refused"|"older"} [kind] */
  #say(words, kind = "refused") {
    const place = /** @type {HTMLElement|null} */ (this.querySelector("[data-words]"));
    if (place) {
      place.textContent = words;
      place.dataset.kind = kind;
    } else this.replaceChildren(Object.assign(document.createElement("p"), { className: "empty", textContent: words }));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.altKey || event.ctrlKey || event.metaKey || target.matches("input[type=text]")) return;
    const sign = /** @type {HTMLInputElement|null} */ (this.querySelector("#send-sign"));
    if (event.key === "0" && sign) {
      sign.focus();
      event.preventDefault();
      return;
    }
    const found = /^[1-9]$/.test(event.key) ? this.#radios().find((one) => one.dataset.rank === event.key) : undefined;
    if (found && this.pick(found.value)) event.preventDefault();
  }

  /** @param {SubmitEvent} event */
  async #send(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (this.#busy) return;
    const body = new FormData(form);
    const pressed = /** @type {HTMLButtonElement|null} */ (event.submitter);
    if (pressed?.name) body.set(pressed.name, pressed.value);
    const picked = this.#radios().find((one) => one.checked);
    const reason = /** @type {HTMLInputElement|null} */ (this.querySelector("#send-reason"));
    if (body.get("act") === "assign" && !this.#typed() && picked?.hasAttribute("data-divert") && !reason?.value.trim()) {
      this.#say(`${picked.dataset.sign} is on another incident. Say why it is diverted, then press Enter.`);
      reason?.focus();
      return;
    }
    const url = this.dataset.url;
    this.#busy = true;
    this.#turn += 1;
    pressed?.classList.add("pending");
    try {
      const answer = await ask(form.getAttribute("action") ?? "", { method: "POST", body, headers: { "HX-Request": "true" } });
      const text = await answer.text();
      if (url !== this.dataset.url) left(answer, text); // another incident is looked at: what was refused must still be heard
      else if ([200, 409, 422].includes(answer.status) && !answer.redirected) this.#show(text, true);
      else this.#say(`Not sent (${answer.status}). Nothing was changed. Press ${keyOf("assign")}, then choose again.`);
    } catch {
      const words = "No connection: nothing was sent. Use the radio, or press Enter again.";
      if (url === this.dataset.url) this.#say(words);
      else refused(words);
    } finally {
      pressed?.classList.remove("pending");
      if (url === this.dataset.url) this.#busy = false;
    }
  }
}

/** @param {Response} answer @param {string} text */
function left(answer, text) {
  if (answer.status === 200 && !answer.redirected) return;
  const words = elementsOf(text).map((part) => part.querySelector("[data-words]")?.textContent?.trim()).find(Boolean);
  refused(words ?? `Not sent (${answer.status}). Nothing was changed at the incident before.`);
}

/** @param {string} words */
const refused = (words) => dispatchEvent(new CustomEvent("sightline:refused", { detail: { words } }));

customElements.define("send-list", SendList);

// "+ Assign" in the head opens the tab; the head is replaced when the incident changes, so one listener hears them all.
document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? /** @type {HTMLElement|null} */ (event.target.closest("[data-opens-tab]")) : null;
  if (button) document.getElementById(String(button.dataset.opensTab))?.click();
});
