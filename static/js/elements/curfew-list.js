// <curfew-list data-url data-topic data-seq>: the doors in the order of the phone's place, and what colleagues log
// meanwhile. The position is sent in a request's body and only while this list is open; the answer is ids and metres.

import { wallTime } from "../lib/clock.js";
import { fixNow } from "../lib/fix.js";
import { ask, live } from "../page.js";

/** @typedef {{id: string, metres: number, words: string, route: number|null}} Door */

const OUTLINE = 3000;

class CurfewList extends HTMLElement {
  #leave = () => {};
  /** @type {Map<string, Door>} */
  #doors = new Map();

  connectedCallback() {
    this.#leave = live.subscribe(String(this.dataset.topic), {
      event: (event) => this.#heard(event),
      reload: () => location.reload(),
    }, Number(this.dataset.seq));
    const locate = /** @type {HTMLElement|null} */ (this.querySelector("[data-locate]"));
    locate?.addEventListener("click", () => void this.#locate(true));
    if (locate) locate.hidden = false;
    for (const radio of this.querySelectorAll('[name="order"]')) radio.addEventListener("change", () => this.#sort());
    const toggle = document.querySelector("[data-map-toggle]");
    const map = /** @type {HTMLElement|null} */ (this.querySelector("curfew-map"));
    if (toggle instanceof HTMLButtonElement && map && this.querySelector("[data-rows]")) {
      toggle.hidden = false;
      toggle.addEventListener("click", () => {
        map.hidden = !map.hidden;
        toggle.setAttribute("aria-pressed", String(!map.hidden));
      });
    }
    void this.#locate(false);
  }

  disconnectedCallback() {
    this.#leave();
  }

  /** @param {boolean} mayAsk */
  async #locate(mayAsk) {
    const fix = await fixNow({ ask: mayAsk });
    if (!fix) {
      if (mayAsk) this.#say("This phone gives no position. The list is by name.");
      return;
    }
    const body = new FormData();
    body.set("lat", fix.lat.toFixed(5));
    body.set("lon", fix.lon.toFixed(5));
    const response = await ask(String(this.dataset.url), { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
    if (!response?.ok || response.redirected) return this.#say("No distances: the server did not answer. The list is by name.");
    const { doors } = /** @type {{doors: Door[]}} */ (await response.json());
    this.#doors = new Map(doors.map((door) => [door.id, door]));
    for (const row of this.#rows()) {
      const door = this.#doors.get(String(row.dataset.condition));
      const [far, turn] = [row.querySelector("[data-far]"), /** @type {HTMLElement|null} */ (row.querySelector("[data-route]"))];
      if (far) far.textContent = door?.words ?? "";
      if (turn) {
        turn.hidden = !door?.route;
        turn.textContent = door?.route ? `Stop ${door.route}` : "";
      }
    }
    this.#say(`From where you are, within ${Math.round(fix.accuracy)} m.`);
    const words = this.querySelector("[data-locate-words]");
    if (words) words.textContent = "Again";
    const order = /** @type {HTMLElement|null} */ (this.querySelector("[data-order]"));
    if (order) order.hidden = doors.length < 2;
    this.#sort();
    this.querySelector("curfew-map")?.dispatchEvent(new CustomEvent("curfew:place", { detail: { fix, doors } }));
  }

  /** @returns {HTMLElement[]} */
  #rows() {
    return [...this.querySelectorAll("[data-condition]")].filter((row) => row instanceof HTMLElement);
  }

  /** Nearest first, or as a route; what is not to be visited keeps its place behind. */
  #sort() {
    const list = this.querySelector("[data-rows]");
    if (!list || !this.#doors.size) return;
    const route = this.querySelector('[name="order"][value="route"]');
    const byRoute = route instanceof HTMLInputElement && route.checked;
    const rank = (/** @type {HTMLElement} */ row) => {
      const door = this.#doors.get(String(row.dataset.condition));
      if (!door) return Number.MAX_SAFE_INTEGER;
      const visit = row.dataset.state === "due" || row.dataset.state === "wait";
      return (visit ? 0 : 1e9) + (byRoute && door.route ? door.route : door.metres);
    };
    const rows = [...list.children].filter((row) => row instanceof HTMLElement);
    list.append(...rows.sort((one, other) => rank(one) - rank(other)));
  }

  /** @param {import("../lib/live.js").LiveEvent} event */
  #heard(event) {
    if (event.kind !== "curfew.checked") return;
    const row = this.#rows().find((one) => one.dataset.condition === event.data.condition);
    const words = row?.querySelector("[data-tonight]");
    if (!row || !(words instanceof HTMLElement)) return;
    const labels = JSON.parse(this.dataset.outcomes || "{}");
    words.hidden = false;
    words.textContent = `${labels[event.data.outcome] ?? "Checked"} at ${wallTime(Date.parse(event.data.at)).time.slice(0, 5)}, ${event.data.call_sign}`;
    row.dataset.changed = "";
    setTimeout(() => delete row.dataset.changed, OUTLINE);
  }

  /** @param {string} words */
  #say(words) {
    const place = this.querySelector("[data-place]");
    if (place) place.textContent = words;
  }
}

customElements.define("curfew-list", CurfewList);
