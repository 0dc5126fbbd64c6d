// <incident-map data-worker>: where the caller's phone is, with its radius and trail, on a plain grid. MapLibre draws it;
// there is no map source, so nothing is ever asked of another server. The words beside it need no drawing.

import { ageWords, coordinates, fixAge, graticule, lineDistance, radius, ring } from "../lib/place.js";
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
  #moved = false;
  #stop = () => {};
  #look = new MutationObserver(() => this.#paint());

  connectedCallback() {
    try {
      this.#fixes = JSON.parse(this.dataset.fixes || "[]");
    } catch {
      this.#fixes = [];
    }
    document.addEventListener("sightline:fix", this.#heard);
    for (const button of this.querySelectorAll("[data-zoom]")) {
      button.addEventListener("click", () => this.#map?.zoomTo(this.#map.getZoom() + Number(/** @type {HTMLElement} */ (button).dataset.zoom)));
    }
    this.#stop = eachTick(() => this.#words());
    this.#look.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    if (this.#fixes.length) void this.#drawAll();
  }

  disconnectedCallback() {
    document.removeEventListener("sightline:fix", this.#heard);
    this.#stop();
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
    const paint = state === "old" ? "--faint" : state === "aging" ? "--warn" : "--accent";
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
    const distance = lineDistance(fix.accuracy);
    this.#data(map, "grid", graticule(fix.lat, fix.lon, distance).map((line) => ({ type: "LineString", coordinates: line })));
    this.#data(map, "circle", [{ type: "Polygon", coordinates: [ring(fix.lat, fix.lon, fix.accuracy)] }]);
    this.#data(map, "trail", this.#fixes.length > 1 ? [{ type: "LineString", coordinates: this.#fixes.map((one) => [one.lon, one.lat]) }] : []);
    this.#data(map, "point", [{ type: "Point", coordinates: [fix.lon, fix.lat] }]);
    if (!this.#moved) {
      const reach = ring(fix.lat, fix.lon, Math.max(20, fix.accuracy) * 1.6, 4);
      const lons = reach.map((point) => point[0]);
      const lats = reach.map((point) => point[1]);
      map.fitBounds([[Math.min(...lons), Math.min(...lats)], [Math.max(...lons), Math.max(...lats)]], { duration: 0, maxZoom: 20 });
    }
  }

  /** @returns {Promise<MapLibre|null>} null while it is being opened, or when this screen cannot draw */
  async #open() {
    if (this.#loading) return null;
    this.#loading = true;
    const nothing = /** @type {HTMLElement|null} */ (this.querySelector("[data-nothing]"));
    try {
      await import("maplibre-gl");
      const maplibre = /** @type {typeof import("maplibre-gl")} */ (/** @type {any} */ (globalThis).maplibregl);
      maplibre.setWorkerUrl(String(this.dataset.worker));
      const fix = /** @type {Fix} */ (this.#fixes.at(-1));
      const map = new maplibre.Map({
        container: /** @type {HTMLElement} */ (this.querySelector("[data-canvas]")), style: this.#style(), center: [fix.lon, fix.lat], zoom: 15,
        attributionControl: false, maplibreLogo: false, fadeDuration: 0, dragRotate: false, pitchWithRotate: false, touchPitch: false,
        validateStyle: false, canvasContextAttributes: { antialias: false, powerPreference: "low-power" },
      });
      map.touchZoomRotate.disableRotation();
      for (const act of /** @type {const} */ (["dragstart", "zoomstart"])) map.on(act, (event) => { if (/** @type {any} */ (event).originalEvent) this.#moved = true; });
      await new Promise((resolve) => map.once("load", resolve));
      if (!this.isConnected) {
        map.remove();
        return null;
      }
      this.#map = map;
      this.#paint();
      if (nothing) nothing.hidden = true;
      await this.#drawAll();
      return map;
    } catch {
      if (nothing) nothing.textContent = "This screen cannot draw a map. The position is in words above.";
      return null;
    }
  }

  /** @returns {import("maplibre-gl").StyleSpecification} */
  #style() {
    const colour = this.#colours();
    const empty = () => /** @type {const} */ ({ type: "geojson", data: { type: "FeatureCollection", features: [] } });
    return {
      version: 8,
      sources: { grid: empty(), circle: empty(), trail: empty(), point: empty() },
      layers: [
        { id: "land", type: "background", paint: { "background-color": colour.land } },
        { id: "grid", type: "line", source: "grid", paint: { "line-color": colour.line, "line-width": 1 } },
        { id: "circle", type: "fill", source: "circle", paint: { "fill-color": colour.mark, "fill-opacity": 0.22 } },
        { id: "circle-edge", type: "line", source: "circle", paint: { "line-color": colour.mark, "line-width": 2 } },
        { id: "trail", type: "line", source: "trail", paint: { "line-color": colour.mark, "line-width": 2, "line-dasharray": [1.5, 1.5] } },
        { id: "point", type: "circle", source: "point", paint: { "circle-radius": 6, "circle-color": colour.mark, "circle-stroke-color": "#ffffff", "circle-stroke-width": 3 } },
      ],
    };
  }

  #colours() {
    const style = getComputedStyle(this);
    const of = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
    return { land: of("--map-land"), line: of("--map-road"), mark: of(this.dataset.paint ?? "--accent") };
  }

  /** Fresh is a whole ring, ageing a dashed one, old is grey. */
  #paint() {
    const map = this.#map;
    if (!map) return;
    const { mark, land, line } = this.#colours();
    map.setPaintProperty("land", "background-color", land);
    map.setPaintProperty("grid", "line-color", line);
    map.setPaintProperty("circle", "fill-color", mark);
    for (const layer of ["circle-edge", "trail"]) map.setPaintProperty(layer, "line-color", mark);
    map.setPaintProperty("circle-edge", "line-dasharray", this.dataset.paint === "--accent" ? undefined : [2, 2]);
    map.setPaintProperty("point", "circle-color", mark);
  }

  /**
   * @param {MapLibre} map
   * @param {string} name
   * @param {any[]} geometries
   */
  #data(map, name, geometries) {
    const source = /** @type {import("maplibre-gl").GeoJSONSource|undefined} */ (map.getSource(name));
    source?.setData({ type: "FeatureCollection", features: geometries.map((geometry) => ({ type: "Feature", properties: {}, geometry })) });
  }
}

customElements.define("incident-map", IncidentMap);
