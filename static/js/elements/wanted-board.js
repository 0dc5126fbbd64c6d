// <wanted-board>: the gallery kept true. A reservation changes its card in place, from the event alone: nothing is
// fetched, nothing moves, nobody taps the wrong face. More cards come as the thumb nears the end. "Near me" sends the
// position in a request's body, never in an address.

import { heldWords, isNewer, takenBy } from "../lib/board.js";
import { wallTime } from "../lib/clock.js";
import { here } from "../lib/here.js";
import { ask, elementsOf, live } from "../page.js";

/** @typedef {import("../lib/board.js").ReservationData} ReservationData */

const NO_ID = "00000000-0000-0000-0000-000000000000";
const OUTLINE = 3000;
const KEPT = "sightline.near";

class WantedBoard extends HTMLElement {
  #leave = () => {};
  /** @type {Set<string>} new records that this page does not show yet */
  #fresh = new Set();
  #loading = false;
  /** @type {IntersectionObserver|null} */
  #end = null;
  #km = "";
  /** @type {import("../lib/board.js").Position|null} */
  #at = null;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #counting = undefined;

  connectedCallback() {
    this.#leave = live.subscribe(String(this.dataset.topic), {
      event: (event) => this.#take(event),
      reload: () => void this.#list(),
      refused: () => this.#show("[data-off-board]", true),
    }, Number(this.dataset.seq));
    this.#end = new IntersectionObserver((seen) => {
      if (seen.some((entry) => entry.isIntersecting)) void this.#more();
    }, { rootMargin: "1200px" });
    const end = this.querySelector("[data-end]");
    if (end) this.#end.observe(end);
    this.querySelector("[data-fresh]")?.addEventListener("click", () => void this.#list());
    this.querySelector("[data-near-clear]")?.addEventListener("click", () => void this.#near(""));
    this.#sheet();
    const kept = sessionStorage.getItem(KEPT);
    if (kept) void this.#near(kept, false);
  }

  disconnectedCallback() {
    this.#leave();
    this.#end?.disconnect();
  }

  /** @param {import("../lib/live.js").LiveEvent} event */
  #take(event) {
    const id = String(event.data.wanted);
    const card = this.#card(id);
    if (event.kind === "wanted.reservation") {
      if (card) this.#hold(card, /** @type {ReservationData} */ (event.data));
    } else if (event.kind === "wanted.changed") {
      if (!card) this.#unseen(id, event.data.state);
      else if (isNewer(Number(card.dataset.version), Number(event.data.version))) void this.#changed(card, event.data.state);
    }
  }

  /** What is below stays under the thumb: a card that has less to say keeps its height. @param {HTMLElement} card */
  #keepHeight(card) {
    card.style.minHeight = `${card.offsetHeight}px`;
  }

  /** @param {HTMLElement} card @param {ReservationData} event */
  #hold(card, event) {
    this.#keepHeight(card);
    const collar = this.dataset.collar ?? "";
    const taken = takenBy(event, collar);
    if (taken) {
      card.dataset.taken = taken;
      const [held, holder] = [card.querySelector("[data-held]"), card.querySelector("[data-holder]")];
      if (held) held.textContent = heldWords(event, collar, wallTime(Date.parse(event.until)).time.slice(0, 5));
      if (holder) holder.textContent = taken === "mine" ? "" : event.collar;
    } else {
      delete card.dataset.taken;
    }
    this.#outline(card);
  }

  /** @param {HTMLElement} card @param {string} state */
  async #changed(card, state) {
    if (state !== "ACTIVE") {
      this.#keepHeight(card);
      card.dataset.state = state;
      const words = card.querySelector("[data-gone]");
      if (words) words.textContent = state === "IN_CUSTODY" ? "Arrested" : "No longer wanted";
      delete card.dataset.taken;
      this.#outline(card);
      return;
    }
    const response = await ask(String(this.dataset.card).replace(NO_ID, String(card.dataset.wanted))).catch(() => null);
    if (!response?.ok || response.redirected) return;
    const fresh = elementsOf(await response.text()).find((element) => element.matches("[data-wanted]"));
    if (!fresh) return;
    const focused = card.contains(document.activeElement);
    card.replaceWith(fresh);
    if (focused) fresh.querySelector("a")?.focus();
    this.#outline(fresh);
  }

  /** A record that is not on this page waits behind a button: nothing is put in under a thumb.
   * @param {string} id @param {string} state */
  #unseen(id, state) {
    if (state === "ACTIVE") this.#fresh.add(id);
    else this.#fresh.delete(id);
    const button = this.querySelector("[data-fresh]");
    if (!(button instanceof HTMLElement)) return;
    button.hidden = this.#fresh.size === 0;
    button.textContent = `${this.#fresh.size} new or changed. Show`;
  }

  /** @param {HTMLElement} card */
  #outline(card) {
    card.dataset.changed = "";
    setTimeout(() => delete card.dataset.changed, OUTLINE);
  }

  // --- the list: again from the start, or the next cards
  /** @param {number} [offset] */
  async #fetch(offset = 0) {
    const form = document.getElementById("filter-form");
    const body = new FormData(form instanceof HTMLFormElement ? form : undefined);
    body.delete("km");
    body.set("offset", String(offset));
    body.set("view", this.dataset.view ?? "list");
    if (this.#at && this.#km) {
      body.set("lat", String(this.#at.lat));
      body.set("lon", String(this.#at.lon));
      body.set("km", this.#km);
    }
    const response = await ask(String(this.dataset.more), { method: "POST", body }).catch(() => null);
    if (!response?.ok || response.redirected) return null;
    return elementsOf(await response.text()).find((element) => element.matches(".gallery-cards")) ?? null;
  }

  async #list() {
    const fresh = await this.#fetch();
    if (!fresh) return;
    const [first, ...rest] = this.querySelectorAll(".gallery-cards");
    first?.replaceWith(fresh);
    rest.forEach((list) => list.remove());
    this.#fresh.clear();
    this.#show("[data-fresh]", false);
    this.#show("[data-nothing]", !fresh.children.length);
    document.querySelectorAll("[data-count]").forEach((place) => {
      if (!(place instanceof WantedBoard)) place.textContent = fresh.dataset.total ?? "";
    });
    const end = this.querySelector("[data-end]");
    if (end) end.textContent = "";
  }

  /** The next cards, in a list of their own: a list out of sight is not laid out at all. */
  async #more() {
    const list = /** @type {HTMLElement|undefined} */ ([...this.querySelectorAll(".gallery-cards")].at(-1));
    const offset = Number(list?.dataset.next);
    if (!list || !offset || this.#loading) return;
    this.#loading = true;
    const next = await this.#fetch(offset);
    this.#loading = false;
    if (!next || !list.isConnected) return;
    for (const card of [...next.children]) {
      if (this.#card(String(/** @type {HTMLElement} */ (card).dataset.wanted))) card.remove(); // the board moved on meanwhile
    }
    list.after(next);
    const end = this.querySelector("[data-end]");
    if (end && !next.dataset.next) end.textContent = `All ${this.querySelectorAll("[data-wanted]").length} shown`;
    else if (end) {
      this.#end?.unobserve(end); // looked at again: the end may still be near
      this.#end?.observe(end);
    }
  }

  // --- the filter sheet
  #sheet() {
    const form = document.getElementById("filter-form");
    if (!(form instanceof HTMLFormElement)) return;
    form.addEventListener("input", () => {
      clearTimeout(this.#counting);
      this.#counting = setTimeout(() => void this.#count(form), 150);
    });
    form.addEventListener("submit", () => {
      const km = String(new FormData(form).get("km") ?? "");
      if (km) sessionStorage.setItem(KEPT, km);
      else sessionStorage.removeItem(KEPT);
      form.querySelectorAll("[data-km]").forEach((radio) => radio.removeAttribute("name")); // a distance is in no address
      form.querySelectorAll("select, input:not([type])").forEach((field) => {
        const input = /** @type {HTMLInputElement} */ (field);
        if (!input.value) input.removeAttribute("name");
      });
    });
  }

  /** @param {HTMLFormElement} form */
  async #count(form) {
    const body = new FormData(form);
    const km = String(body.get("km") ?? "");
    body.delete("km");
    const at = km ? await here({ ask: true }) : null;
    if (at) for (const [name, value] of [["lat", at.lat], ["lon", at.lon], ["km", km]]) body.set(String(name), String(value));
    const response = await ask(String(this.dataset.count), { method: "POST", body }).catch(() => null);
    if (!response?.ok) return;
    const { count } = await response.json();
    const [place, people] = [form.querySelector("[data-show-count]"), form.querySelector("[data-show-people]")];
    if (place) place.textContent = String(count);
    if (people) people.textContent = count === 1 ? "person" : "people";
  }

  /** @param {string} km empty for everywhere @param {boolean} [mayAsk] */
  async #near(km, mayAsk = true) {
    this.#at = km ? await here({ ask: mayAsk }) : null;
    this.#km = this.#at ? km : "";
    if (this.#km) sessionStorage.setItem(KEPT, km);
    else sessionStorage.removeItem(KEPT);
    this.#show("[data-no-place]", Boolean(km && !this.#at));
    this.#show("[data-near-word]", Boolean(this.#km));
    const words = /** @type {HTMLElement|null} */ (this.querySelector(".filter-words"));
    if (words) words.hidden = !this.#km && words.children.length < 2;
    const label = this.querySelector("[data-near-label]");
    if (label) label.textContent = `Within ${this.#km} km`;
    const where = document.querySelector("[data-count-where]");
    if (where) where.textContent = this.#km ? "near you" : "";
    for (const radio of /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("[data-km]"))) radio.checked = radio.value === this.#km;
    await this.#list();
  }

  /** @param {string} selector @param {boolean} shown */
  #show(selector, shown) {
    const place = /** @type {HTMLElement|null} */ (this.querySelector(selector));
    if (place) place.hidden = !shown;
  }

  /** @param {string} id @returns {HTMLElement|null} */
  #card(id) {
    return this.querySelector(`[data-wanted="${CSS.escape(id)}"]`);
  }
}

customElements.define("wanted-board", WantedBoard);
export { WantedBoard };
