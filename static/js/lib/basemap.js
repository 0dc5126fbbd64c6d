// The ground under the force's map as the page was told: nothing, a style, pictures, or a PMTiles file of this site.

import { maplibreNow } from "./map.js";

/** @typedef {{kind: "none"|"style"|"raster"|"pmtiles", address: string, credit: string}} Base */
/** @typedef {import("maplibre-gl").StyleSpecification} Style */
/** @typedef {import("maplibre-gl").LayerSpecification} Layer */

/** @param {string|undefined} text @returns {Base} */
export function readBase(text) {
  try {
    const base = JSON.parse(text || "{}");
    if (["style", "raster", "pmtiles"].includes(base.kind)) return base;
  } catch {
    // nothing that can be read is a plain grid
  }
  return { kind: "none", address: "", credit: "" };
}

/**
 * @param {Base} base
 * @param {(name: string) => string} colour of a token
 * @returns {Promise<Style|string>} what MapLibre opens
 */
export async function styleOf(base, colour) {
  if (base.kind === "style") return new URL(base.address, location.href).href;
  const land = /** @type {Layer} */ ({ id: "land", type: "background", paint: { "background-color": colour("--map-land") } });
  if (base.kind === "raster") return pictures([base.address], base.credit, land);
  if (base.kind === "pmtiles") return fileStyle(base, land, colour);
  return { version: 8, sources: {}, layers: [land] };
}

/** @param {string[]} tiles @param {string} credit @param {Layer} land @param {number} [maxzoom] @returns {Style} */
function pictures(tiles, credit, land, maxzoom = 16) {
  return { version: 8, sources: { base: { type: "raster", tiles, tileSize: 256, attribution: credit, maxzoom } }, layers: [land, { id: "base", type: "raster", source: "base" }] };
}

/** @param {Base} base @param {Layer} land @param {(name: string) => string} colour @returns {Promise<Style>} */
async function fileStyle(base, land, colour) {
  const { PMTiles, Protocol } = await import("pmtiles");
  const address = new URL(base.address, location.href).href;
  const file = new PMTiles(address);
  const protocol = new Protocol();
  protocol.add(file);
  maplibreNow().addProtocol("pmtiles", protocol.tile);
  const header = await file.getHeader();
  if (header.tileType !== 1) return pictures([`pmtiles://${address}/{z}/{x}/{y}`], "", land, header.maxZoom);
  const about = /** @type {any} */ (await file.getMetadata());
  const names = (about?.vector_layers ?? []).map((/** @type {{id: string}} */ layer) => layer.id);
  return { version: 8, sources: { base: { type: "vector", url: `pmtiles://${address}` } }, layers: [land, ...names.flatMap((/** @type {string} */ name) => plain(name, colour))] };
}

/**
 * One layer of a file in the colours of the room: shapes filled, lines drawn. Names need a style of the force's own.
 * @param {string} name @param {(name: string) => string} colour @returns {Layer[]}
 */
function plain(name, colour) {
  const fill = /water|ocean|sea/i.test(name) ? "--map-water" : /park|wood|green|landuse|landcover/i.test(name) ? "--map-green" : /building/i.test(name) ? "--map-block" : "";
  const line = /road|transport|street|highway/i.test(name) ? "--map-road-major" : "--map-road";
  /** @type {Layer[]} */
  const layers = [{ id: `${name}-line`, type: "line", source: "base", "source-layer": name, filter: ["==", ["geometry-type"], "LineString"], paint: { "line-color": colour(line), "line-width": ["interpolate", ["linear"], ["zoom"], 8, 0.5, 16, 4] } }];
  if (fill) layers.unshift({ id: `${name}-fill`, type: "fill", source: "base", "source-layer": name, filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colour(fill) } });
  return layers;
}
