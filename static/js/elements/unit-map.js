// <unit-map data-worker data-url>: the force's units on a plain grid, live. The list inside says the same without a
// drawing, and takes the map's place where this screen cannot draw.

import { keepGrid, keepInView, openMap, paintGrid } from "../lib/map.js";
import { ageWords } from "../lib/place.js";
import { followUnits } from "../lib/unit-feed.js";
import { UnitMarks } from "../lib/unit-marks.js";
import { isOld } from "../lib/units.js";
import { clock, eachTick } from "../page.js";

/** @typedef {import("../lib/units.js").Units} Units */

class UnitMap extends HTMLElement {
  /** @type {Units|null} */
  #units = null;
  /** @type {import("maplibre-gl").Map|null} */
  #map = null;
  /** @type {UnitMarks|null} */
  #marks = null;
  /** @type {((positions: [number, number][]) => void)|null} */
  #keep = null;
  #opening = false;
  #leave = () => {};
  #stop = () => {};
  #look = new MutationObserver(() => { if (this.#map) paintGrid(this.#map, this); });
  #seen = new IntersectionObserver((entries) => { if (entries.some((entry) => entry.isIntersecting)) void this.#open(); });
  #second = 0;

  connectedCallback() {
    this.#leave = followUnits({
      url: String(this.dataset.url), list: /** @type {HTMLElement|null} */ (this.querySelector("[data-units]")),
      changed: (units) => {
        this.#units = units;
        this.#show();
      },
    });
    this.#stop = eachTick(() => {
      const second = Math.floor(clock.now() / 1000);
      if (second === this.#second) return;
      this.#second = second;
      this.#words();
    });
    this.#look.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    this.#seen.observe(this);
  }

  disconnectedCallback() {
    this.#leave();
    this.#stop();
    this.#look.disconnect();
    this.#seen.disconnect();
    this.#map?.remove();
    this.#map = null;
  }

  async #open() {
    const first = this.#units?.all[0];
    if (this.#opening || !first) return;
    this.#opening = true;
    this.#seen.disconnect();
    try {
      const map = await openMap(this, { label: "Units on a grid", centre: [first.lon, first.lat] });
      if (!this.isConnected) return map.remove();
      this.#map = map;
      this.#marks = new UnitMarks(map);
      const padding = this.clientWidth < 500 ? { top: 24, right: 64, bottom: 20, left: 20 } : { top: 40, right: 96, bottom: 32, left: 40 };
      this.#keep = keepInView(map, { padding, maxZoom: 15, calm: true });
      keepGrid(map, [first.lon, first.lat]);
      this.dataset.drawn = "yes";
      paintGrid(map, this);
      this.#show();
    } catch {
      this.dataset.drawn = "no";
      const words = this.querySelector("[data-nothing]");
      if (words) words.textContent = "This screen cannot draw a map. The units in words:";
    }
  }

  #show() {
    const units = this.#units?.all ?? [];
    const head = this.closest("section")?.querySelector("[data-unit-count]");
    if (head) head.textContent = units.length === 1 ? "1 with a position" : `${units.length || "none"} with a position`;
    this.#list();
    this.#counts();
    this.#words();
    if (!units.length) return;
    if (!this.#map) {
      this.#seen.unobserve(this); // asks again whether it is in sight: the first unit may come later
      if (!this.#opening) this.#seen.observe(this);
      return;
    }
    this.#keep?.(units.map((unit) => [unit.lon, unit.lat]));
  }

  /** What ages: the marks, and the list. */
  #words() {
    if (!this.#units) return;
    const now = clock.now();
    this.#marks?.show(this.#units, now);
    for (const unit of this.#units.all) {
      const age = /** @type {HTMLElement|null} */ (this.querySelector(`[data-unit="${CSS.escape(unit.id)}"] small`));
      if (!age) continue;
      age.textContent = `position ${ageWords(now - unit.at)}`;
      age.toggleAttribute("data-old", isOld(now - unit.at));
    }
  }

  #list() {
    const list = this.querySelector("[data-units]");
    if (!list || !this.#units) return;
    for (const item of [...list.children]) if (!this.#units.byId.has(/** @type {HTMLElement} */ (item).dataset.unit ?? "")) item.remove();
    for (const unit of this.#units.all) {
      let item = /** @type {HTMLElement|null} */ (list.querySelector(`[data-unit="${CSS.escape(unit.id)}"]`));
      if (!item) {
        item = document.createElement("li");
        item.dataset.unit = unit.id;
        item.append(square(""), document.createElement("b"), document.createElement("span"), document.createElement("small"));
        list.append(item);
      }
      const [state, sign, words] = /** @type {HTMLElement[]} */ ([...item.children]);
      state.dataset.state = state.textContent = unit.state;
      sign.textContent = unit.callSign;
      words.textContent = this.#units.words[unit.state] ?? "";
    }
  }

  /** How many are in each State: also the key to the squares. */
  #counts() {
    const place = this.closest("section")?.querySelector("[data-unit-counts]");
    place?.replaceChildren(...(this.#units?.counts() ?? []).map(({ state, words, count }) => {
      const item = document.createElement("li");
      const number = Object.assign(document.createElement("b"), { className: "num", textContent: String(count) });
      item.append(square(state), words, number);
      return item;
    }));
  }
}

/** @param {string} state */
function square(state) {
  const element = Object.assign(document.createElement("span"), { className: "unit-state", textContent: state });
  element.dataset.state = state;
  return element;
}

customElements.define("unit-map", UnitMap);
