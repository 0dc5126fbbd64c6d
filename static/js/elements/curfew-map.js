// <curfew-map data-geojson data-worker>: the doors on a plain grid, numbered as a route. Nothing is asked of another
// server; the list says the same in words.

import { keepGrid, keepInView, maplibreNow, openMap, paintGrid } from "../lib/map.js";
import { icon } from "../page.js";

/** @typedef {{id: string, geometry: {coordinates: [number, number]}, properties: {state: string, route: number|null}}} Feature */

class CurfewMap extends HTMLElement {
  /** @type {import("maplibre-gl").Map|null} */
  #map = null;
  /** @type {import("maplibre-gl").Marker[]} */
  #marks = [];
  /** @type {Feature[]} */
  #doors = [];
  /** @type {[number, number]|null} */
  #here = null;
  #opening = false;
  /** @type {((positions: [number, number][]) => void)|null} */
  #keep = null;
  #look = new MutationObserver(() => { if (this.#map) paintGrid(this.#map, this); });
  #seen = new IntersectionObserver((entries) => { if (entries.some((entry) => entry.isIntersecting)) void this.#open(); });

  connectedCallback() {
    try {
      this.#doors = JSON.parse(this.dataset.geojson || "{}").features ?? [];
    } catch {
      this.#doors = [];
    }
    this.addEventListener("curfew:place", (event) => this.#placed(/** @type {CustomEvent} */ (event).detail));
    this.#look.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    this.#seen.observe(this);
  }

  disconnectedCallback() {
    this.#look.disconnect();
    this.#seen.disconnect();
    this.#map?.remove();
    this.#map = null;
  }

  /** @param {{fix: import("../lib/fix.js").Fix, doors: import("./curfew-list.js").Door[]}} place */
  #placed({ fix, doors }) {
    this.#here = [fix.lon, fix.lat];
    const routes = new Map(doors.map((door) => [door.id, door.route]));
    for (const door of this.#doors) door.properties.route = routes.get(door.id) ?? null;
    this.#draw();
  }

  async #open() {
    if (this.#opening) return;
    this.#opening = true;
    this.#seen.disconnect();
    const words = this.querySelector("[data-nothing]");
    const first = this.#doors[0]?.geometry.coordinates ?? this.#here;
    if (!first) {
      if (words) words.textContent = "No door has a place on the map.";
      return;
    }
    try {
      const map = await openMap(this, { label: "Curfews on a grid", centre: first });
      if (!this.isConnected) return map.remove();
      this.#map = map;
      this.#keep = keepInView(map, { padding: { top: 56, right: 64, bottom: 40, left: 40 }, maxZoom: 16 });
      keepGrid(map, first);
      paintGrid(map, this);
      this.dataset.drawn = "yes";
      this.#draw();
    } catch {
      if (words) words.textContent = "This screen cannot draw a map. The list below says the same.";
    }
  }

  #draw() {
    const map = this.#map;
    if (!map) return;
    for (const mark of this.#marks.splice(0)) mark.remove();
    const { Marker } = maplibreNow();
    const all = this.#doors.map((door) => door.geometry.coordinates);
    if (this.#here) {
      const you = Object.assign(document.createElement("span"), { className: "door-mark" });
      you.dataset.state = "you";
      you.setAttribute("role", "img");
      you.setAttribute("aria-label", "You");
      this.#marks.push(new Marker({ element: you }).setLngLat(this.#here).addTo(map));
      all.push(this.#here);
    }
    for (const door of this.#doors) {
      this.#marks.push(new Marker({ element: this.#mark(door) }).setLngLat(door.geometry.coordinates).addTo(map));
    }
    if (all.length) this.#keep?.(all);
  }

  /** A press goes to the card of the list. @param {Feature} door */
  #mark(door) {
    const button = Object.assign(document.createElement("button"), { className: "door-mark", type: "button" });
    const { state, route } = door.properties;
    const row = /** @type {HTMLElement|null} */ (document.querySelector(`[data-condition="${CSS.escape(door.id)}"]`));
    const name = row?.querySelector(".card-title")?.textContent?.trim() ?? "Curfew";
    button.dataset.state = state;
    button.setAttribute("aria-label", state === "tag" ? `${name}, do not knock` : route ? `${name}, stop ${route}` : name);
    if (route) button.textContent = String(route);
    else button.append(icon(state === "tag" ? "no-power" : state === "done" ? "check" : "door"));
    button.addEventListener("click", () => {
      const link = row?.querySelector("a");
      row?.scrollIntoView({ block: "center" });
      if (link instanceof HTMLElement) link.focus();
    });
    return button;
  }
}

customElements.define("curfew-map", CurfewMap);
