// <incident-map data-worker data-units>: where the caller's phone is, with its radius and trail, on a plain grid, and the
// force's units around it. The words beside it need no drawing.

import { keepGrid, keepInView, mapColours, openMap, paintGrid, setData } from "../lib/map.js";
import { ageWords, coordinates, fixAge, radius, ring } from "../lib/place.js";
import { circlesOf, trailColour } from "../lib/trail.js";
import { followUnits } from "../lib/unit-feed.js";
import { UnitMarks } from "../lib/unit-marks.js";
import { clock, eachTick } from "../page.js";

/** @typedef {import("../lib/place.js").Fix} Fix */
/** @typedef {import("maplibre-gl").Map} MapLibre */

const TRAIL = 200;

class IncidentMap extends HTMLElement {
  /** @type {Fix[]} oldest first */
  #fixes = [];
  /** @type {MapLibre|null} */
  #map = null;
  #loading = false;
  /** @type {((positions: [number, number][]) => void)|null} */
  #keep = null;
  #leaveUnits = () => {};
  #stop = () => {};
  #look = new MutationObserver(() => this.#paint());

  connectedCallback() {
    try {
      this.#fixes = JSON.parse(this.dataset.fixes || "[]");
    } catch {
      this.#fixes = [];
    }
    document.addEventListener("sightline:fix", this.#heard);
    this.#stop = eachTick(() => this.#words());
    this.#look.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    if (this.#fixes.length) void this.#drawAll();
  }

  disconnectedCallback() {
    document.removeEventListener("sightline:fix", this.#heard);
    this.#stop();
    this.#leaveUnits();
    this.#look.disconnect();
    this.#map?.remove();
    this.#map = null;
  }

  #heard = (/** @type {Event} */ event) => {
    const fix = /** @type {CustomEvent} */ (event).detail;
    const last = this.#fixes.at(-1);
    if (last && fix.at <= last.at) return;
    this.#fixes = [...this.#fixes, fix].slice(-TRAIL);
    this.#words();
    void this.#drawAll();
  };

  /** Everything about the position that is words, here and in the location strip. */
  #words() {
    const fix = this.#fixes.at(-1);
    if (!fix) return;
    const age = clock.now() - fix.at;
    const state = fixAge(age);
    this.#put("radius", radius(fix.accuracy));
    this.#put("age-short", ageWords(age));
    this.#put("speed", fix.speed ? `${Math.round(fix.speed)} m/s` : "");
    this.#put("coords", coordinates(fix));
    this.#put("coords-radius", `${coordinates(fix)}, ${radius(fix.accuracy)}, ${ageWords(age)}`);
    this.#put("age", `${radius(fix.accuracy)}, ${ageWords(age)}`);
    this.#put("method", "caller's phone");
    for (const place of document.querySelectorAll("[data-fix-age], [data-fix='age']")) /** @type {HTMLElement} */ (place).dataset.fixAge = state;
    const paint = trailColour(age);
    if (this.dataset.paint !== paint) {
      this.dataset.paint = paint;
      this.#paint();
    }
  }

  /**
   * @param {string} name
   * @param {string} text
   */
  #put(name, text) {
    for (const place of document.querySelectorAll(`[data-fix="${name}"]`)) if (place.textContent !== text) place.textContent = text;
  }

  async #drawAll() {
    const map = this.#map ?? (await this.#open());
    const fix = this.#fixes.at(-1);
    if (!map || !fix) return;
    const circles = circlesOf(this.#fixes);
    const rings = circles.map((one) => ({ type: "Polygon", coordinates: [ring(one.fix.lat, one.fix.lon, Math.max(1, one.fix.accuracy), one.newest ? 48 : 32)] }));
    setData(map, "circle", rings.slice(-1));
    setData(map, "older", rings.slice(0, -1), circles.map(({ fill, edge }) => ({ fill, edge })));
    setData(map, "trail", this.#fixes.length > 1 ? [{ type: "LineString", coordinates: this.#fixes.map((one) => [one.lon, one.lat]) }] : []);
    setData(map, "point", [{ type: "Point", coordinates: [fix.lon, fix.lat] }]);
    this.#keep?.(ring(fix.lat, fix.lon, Math.max(20, fix.accuracy) * 1.6, 4));
  }

  /** @returns {Promise<MapLibre|null>} null while it is being opened, or when this screen cannot draw */
  async #open() {
    if (this.#loading) return null;
    this.#loading = true;
    const nothing = /** @type {HTMLElement|null} */ (this.querySelector("[data-nothing]"));
    try {
      const fix = /** @type {Fix} */ (this.#fixes.at(-1));
      const map = await openMap(this, { label: "Position of the caller's phone", centre: [fix.lon, fix.lat], sources: ["older", "circle", "trail", "point"], layers: this.#layers() });
      if (!this.isConnected) {
        map.remove();
        return null;
      }
      this.#map = map;
      this.#keep = keepInView(map, { maxZoom: 20 });
      keepGrid(map, [fix.lon, fix.lat]);
      this.#paint();
      if (nothing) nothing.hidden = true;
      await this.#drawAll();
      this.#followUnits(map);
      return map;
    } catch {
      if (nothing) nothing.textContent = "This screen cannot draw a map. The position is in words above.";
      return null;
    }
  }

  /** The force's units on the same map, for whoever looks further out than the caller. @param {MapLibre} map */
  #followUnits(map) {
    if (!this.dataset.units) return;
    const marks = new UnitMarks(map);
    /** @type {import("../lib/units.js").Units|null} */
    let units = null;
    const leave = followUnits({
      url: this.dataset.units,
      changed: (heard) => {
        units = heard;
        marks.show(units, clock.now());
      },
    });
    let second = 0;
    const stop = eachTick(() => {
      const now = clock.now();
      if (!units || Math.floor(now / 1000) === second) return;
      second = Math.floor(now / 1000);
      marks.show(units, now);
    });
    this.#leaveUnits = () => {
      leave();
      stop();
    };
  }

  /** @returns {import("maplibre-gl").LayerSpecification[]} */
  #layers() {
    const mark = this.#mark();
    return [
      { id: "older", type: "fill", source: "older", paint: { "fill-color": mark, "fill-opacity": ["get", "fill"] } },
      { id: "older-edge", type: "line", source: "older", paint: { "line-color": mark, "line-opacity": ["get", "edge"], "line-width": 1.5, "line-dasharray": [3, 2] } },
      { id: "circle", type: "fill", source: "circle", paint: { "fill-color": mark, "fill-opacity": 0.22 } },
      { id: "circle-edge", type: "line", source: "circle", paint: { "line-color": mark, "line-width": 2 } },
      { id: "trail", type: "line", source: "trail", paint: { "line-color": mark, "line-width": 2, "line-dasharray": [1.5, 1.5] } },
      { id: "point", type: "circle", source: "point", paint: { "circle-radius": 6, "circle-color": mark, "circle-stroke-color": "#ffffff", "circle-stroke-width": 3 } },
    ];
  }

  #mark() {
    return mapColours(this).of(this.dataset.paint ?? "--accent");
  }

  /** Fresh is a whole ring, ageing a dashed one, old is grey. */
  #paint() {
    const map = this.#map;
    if (!map) return;
    const mark = this.#mark();
    paintGrid(map, this);
    for (const layer of ["older", "circle"]) map.setPaintProperty(layer, "fill-color", mark);
    for (const layer of ["older-edge", "circle-edge", "trail"]) map.setPaintProperty(layer, "line-color", mark);
    map.setPaintProperty("circle-edge", "line-dasharray", this.dataset.paint === "--accent" ? undefined : [2, 2]);
    map.setPaintProperty("point", "circle-color", mark);
  }
}

customElements.define("incident-map", IncidentMap);
