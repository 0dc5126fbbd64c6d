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

const SLOW = 5000; // ms without a single tile
const AGAIN = 30_000; // ms until a ground that failed is asked for again
const AT_ONCE = 4; // pictures; a browser has six connections to this site, and a call must not wait for the ground
const WORDS = {
  away: "The base map does not answer: the plain grid stays.",
  slow: "The base map is slow: until it comes, the plain grid stays.",
  nothing: "The base map has nothing here: the plain grid stays.",
};

/** The force's ground under a map, and the words for how it is: its credit, or why there is only the grid. */
export class Ground {
  #came = 0;
  #failed = false;
  /** @type {any} */
  #waiting = null;
  #since = 0;
  /** @type {any} */
  #again = null;

  /**
   * @param {import("maplibre-gl").Map} map @param {Base} base
   * @param {(name: string) => string} colour of a token @param {(words: string) => void} say
   */
  constructor(map, base, colour, say) {
    this.map = map;
    this.base = base;
    this.colour = colour;
    this.say = say;
    maplibreNow().setMaxParallelImageRequests(AT_ONCE);
    map.on("sourcedataloading", (event) => this.#loading(event));
    map.on("sourcedata", (event) => this.#arrived(event));
    map.on("error", () => this.#away());
    map.on("remove", () => this.#quiet());
  }

  /** Lay it, or lay it again in other colours. */
  async lay() {
    try {
      const style = await styleOf(this.base, this.colour);
      if (this.#failed) this.map.setStyle(style, { diff: false }); // what failed is asked for again
      else this.map.setStyle(style);
      this.#failed = false;
    } catch {
      this.#away();
    }
  }

  /** @param {any} event */
  #loading(event) {
    if (!event.tile || event.sourceId === "grid") return;
    if (this.#waiting) return;
    this.#came = 0;
    this.#since = Date.now();
    this.#waiting = setInterval(() => this.#wait(), 500);
  }

  /** Tiles were asked for. A missing one tells nobody (404 is "none there"), so that this looks. */
  #wait() {
    const settled = this.map.areTilesLoaded();
    if (settled) this.#waited();
    if (settled && !this.#came && !this.#failed) this.say(WORDS.nothing);
    else if (!this.#came && !this.#failed && Date.now() - this.#since > SLOW) this.say(WORDS.slow);
  }

  #waited() {
    clearInterval(this.#waiting);
    this.#waiting = null;
  }

  /** @param {any} event */
  #arrived(event) {
    if (!event.tile || event.sourceId === "grid") return;
    this.#came += 1;
    this.#failed = false;
    clearTimeout(this.#again);
    this.#again = null;
    this.say(this.base.credit);
  }

  #away() {
    this.#failed = true;
    if (this.#came) return; // some of it is there
    this.say(WORDS.away);
    this.#again ??= setTimeout(() => {
      this.#again = null;
      void this.lay();
    }, AGAIN);
  }

  #quiet() {
    this.#waited();
    clearTimeout(this.#again);
  }
}

/**
 * @param {Base} base
 * @param {(name: string) => string} colour of a token
 * @returns {Promise<Style|string>} what MapLibre opens
 */
async function styleOf(base, colour) {
  if (base.kind === "style") return new URL(base.address, location.href).href;
  const land = /** @type {Layer} */ ({ id: "land", type: "background", paint: { "background-color": colour("--map-land") } });
  if (base.kind === "raster") return pictures({ tiles: [new URL(base.address, location.href).href.replaceAll("%7B", "{").replaceAll("%7D", "}")], maxzoom: 16 }, land);
  if (base.kind === "pmtiles") return fileStyle(base, land, colour);
  return { version: 8, sources: {}, layers: [land] };
}

/** @param {{tiles: string[], minzoom?: number, maxzoom: number, bounds?: [number, number, number, number]}} source @param {Layer} land @returns {Style} */
function pictures(source, land) {
  return { version: 8, sources: { base: { type: "raster", tileSize: 256, ...source } }, layers: [land, { id: "base", type: "raster", source: "base" }] };
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
  if (header.tileType !== 1) {
    const { minZoom: minzoom, maxZoom: maxzoom, minLon, minLat, maxLon, maxLat } = header;
    return pictures({ tiles: [`pmtiles://${address}/{z}/{x}/{y}`], minzoom, maxzoom, bounds: [minLon, minLat, maxLon, maxLat] }, land);
  }
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
