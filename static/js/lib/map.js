// What every map of the console shares: MapLibre on a plain grid. There is no map source, so nothing is ever asked of
// another server.

import { graticule, lineDistance, metresBetween } from "./place.js";

/** @typedef {import("maplibre-gl").Map} MapLibre */
/** @typedef {import("maplibre-gl").LayerSpecification} Layer */
/** @typedef {[number, number]} LonLat */

/** The grid's colours where this element is. @param {Element} element */
export function mapColours(element) {
  const style = getComputedStyle(element);
  const of = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  return { of, land: of("--map-land"), line: of("--map-road") };
}

/**
 * A map with the grid and `layers`, each on a source of its own name until it says otherwise. Throws where nothing can be drawn.
 * @param {HTMLElement} host the element that holds [data-canvas] and [data-zoom], with `data-worker`
 * @param {{label: string, centre: LonLat, sources?: string[], layers?: Layer[]}} what
 * @returns {Promise<MapLibre>}
 */
export async function openMap(host, { label, centre, sources = [], layers = [] }) {
  await import("maplibre-gl");
  const maplibre = maplibreNow();
  maplibre.setWorkerUrl(String(host.dataset.worker));
  const { land, line } = mapColours(host);
  const empty = () => /** @type {const} */ ({ type: "geojson", data: { type: "FeatureCollection", features: [] } });
  const map = new maplibre.Map({
    container: /** @type {HTMLElement} */ (host.querySelector("[data-canvas]")), center: centre, zoom: 15,
    style: {
      version: 8,
      sources: Object.fromEntries(["grid", ...sources].map((name) => [name, empty()])),
      layers: [
        { id: "land", type: "background", paint: { "background-color": land } },
        { id: "grid", type: "line", source: "grid", paint: { "line-color": line, "line-width": 1 } },
        ...layers,
      ],
    },
    locale: { "Map.Title": label },
    attributionControl: false, maplibreLogo: false, fadeDuration: 0, dragRotate: false, pitchWithRotate: false, touchPitch: false,
    validateStyle: false, canvasContextAttributes: { antialias: false, powerPreference: "low-power" },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  for (const button of host.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", (event) => map.zoomTo(map.getZoom() + Number(/** @type {HTMLElement} */ (button).dataset.zoom), {}, { originalEvent: event }));
  }
  await new Promise((resolve) => map.once("load", resolve));
  return map;
}

/** MapLibre itself, once a map was opened. @returns {typeof import("maplibre-gl")} */
export const maplibreNow = () => /** @type {any} */ (globalThis).maplibregl;

/**
 * @param {MapLibre} map
 * @param {string} name
 * @param {any[]} geometries
 * @param {Record<string, number>[]} [properties] of each geometry, for layers that draw by them
 */
export function setData(map, name, geometries, properties = []) {
  const source = /** @type {import("maplibre-gl").GeoJSONSource|undefined} */ (map.getSource(name));
  source?.setData({ type: "FeatureCollection", features: geometries.map((geometry, at) => ({ type: "Feature", properties: properties[at] ?? {}, geometry })) });
}

/**
 * The grid under whatever is seen, its lines a round number of metres apart and fixed to the ground.
 * @param {MapLibre} map
 * @param {LonLat} origin where two lines cross
 */
export function keepGrid(map, origin) {
  const draw = () => {
    const bounds = map.getBounds();
    const across = metresBetween([bounds.getWest(), bounds.getSouth()], [bounds.getEast(), bounds.getNorth()]);
    const middle = { lat: map.getCenter().lat, lon: map.getCenter().lng };
    const lines = graticule(origin[1], origin[0], lineDistance(across / 14), 24, middle);
    setData(map, "grid", lines.map((line) => ({ type: "LineString", coordinates: line })));
  };
  for (const act of /** @type {const} */ (["moveend", "resize"])) map.on(act, draw);
  draw();
}

/** The grid in the colours of the theme. @param {MapLibre} map @param {Element} host */
export function paintGrid(map, host) {
  const { land, line } = mapColours(host);
  map.setPaintProperty("land", "background-color", land);
  map.setPaintProperty("grid", "line-color", line);
}

/**
 * Show all of these positions, until a hand has moved the map; again when its frame changes size. A `calm` map stays
 * still for as long as everything is in sight.
 * @param {MapLibre} map
 * @param {{padding?: import("maplibre-gl").PaddingOptions, maxZoom: number, calm?: boolean}} options
 * @returns {(positions: LonLat[]) => void}
 */
export function keepInView(map, { calm = false, ...options }) {
  let moved = false;
  /** @type {LonLat[]} */
  let shown = [];
  const fit = () => {
    if (moved || !shown.length || !map.getContainer().clientHeight) return;
    const lons = shown.map((point) => point[0]);
    const lats = shown.map((point) => point[1]);
    map.fitBounds([[Math.min(...lons), Math.min(...lats)], [Math.max(...lons), Math.max(...lats)]], { duration: 0, ...options });
  };
  for (const act of /** @type {const} */ (["dragstart", "zoomstart", "movestart"])) map.on(act, (event) => { if (/** @type {any} */ (event).originalEvent) moved = true; });
  map.on("resize", fit);
  return (positions) => {
    const first = !shown.length;
    shown = positions;
    if (first || !calm || positions.some((point) => !map.getBounds().contains(point))) fit();
  };
}
