// Lines of the national grid in sight, and their names; where the grid does not reach, lines of latitude and longitude.
// No DOM.

import { covers, fromGrid, letters, toGrid } from "./osgb.js";

/** @typedef {{words: string, points: [number, number][]}} GridLine `points`: lon, lat */

const STEPS = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000];
const DEGREES = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30];
const MOST = 60; // lines a direction

/**
 * @param {{west: number, south: number, east: number, north: number}} box
 * @param {number} metresAcross what the width of the screen is worth
 * @param {number} pixels that width
 * @returns {{across: GridLine[], up: GridLine[], step: number}} `up` runs north, `across` east
 */
export function gridLines(box, metresAcross, pixels) {
  const wanted = (metresAcross / Math.max(1, pixels)) * 110;
  const middle = { lat: (box.south + box.north) / 2, lon: (box.west + box.east) / 2 };
  if (!covers(middle.lat, middle.lon)) return degreeLines(box, wanted / 111_320);
  const step = STEPS.find((metres) => metres >= wanted) ?? 100_000;
  const corners = [[box.south, box.west], [box.south, box.east], [box.north, box.west], [box.north, box.east]].map(([lat, lon]) => toGrid(lat, lon));
  const [e0, e1] = edge(corners.map((corner) => corner[0]), step), [n0, n1] = edge(corners.map((corner) => corner[1]), step);
  const [, midNorth] = toGrid(middle.lat, middle.lon), [midEast] = toGrid(middle.lat, middle.lon);
  return {
    step,
    up: range(e0, e1, step).map((east) => ({ words: name(east, midNorth, east, step), points: along(5, (share) => fromGrid(east, n0 + (n1 - n0) * share)) })),
    across: range(n0, n1, step).map((north) => ({ words: name(midEast, north, north, step), points: along(5, (share) => fromGrid(e0 + (e1 - e0) * share, north)) })),
  };
}

/** @param {{west: number, south: number, east: number, north: number}} box @param {number} wanted */
function degreeLines(box, wanted) {
  const step = DEGREES.find((degrees) => degrees >= wanted) ?? 30;
  const digits = Math.max(0, Math.ceil(-Math.log10(step)));
  const [w, e] = edge([box.west, box.east], step), [s, n] = edge([box.south, box.north], step);
  return {
    step,
    up: range(w, e, step).map((lon) => ({ words: `${Math.abs(lon).toFixed(digits)}° ${lon < 0 ? "W" : "E"}`, points: along(2, (share) => [s + (n - s) * share, lon]) })),
    across: range(s, n, step).map((lat) => ({ words: `${Math.abs(lat).toFixed(digits)}° ${lat < 0 ? "S" : "N"}`, points: along(2, (share) => [lat, w + (e - w) * share]) })),
  };
}

/** "TQ 30", as the edge of a paper map says it. @param {number} east @param {number} north @param {number} value @param {number} step */
function name(east, north, value, step) {
  const inside = ((value % 100_000) + 100_000) % 100_000;
  const digits = step >= 1000 ? 2 : step >= 100 ? 3 : 4;
  return `${letters(east, north)} ${String(Math.floor(inside / 10 ** (5 - digits))).padStart(digits, "0")}`.trim();
}

/** @param {number[]} values @param {number} step */
const edge = (values, step) => [Math.floor(Math.min(...values) / step) * step, Math.ceil(Math.max(...values) / step) * step];

/** @param {number} from @param {number} to @param {number} step */
function range(from, to, step) {
  const count = Math.min(MOST, Math.round((to - from) / step) + 1);
  return Array.from({ length: count }, (_, index) => from + index * step);
}

/**
 * @param {number} parts
 * @param {(share: number) => [number, number]} at lat, lon
 * @returns {[number, number][]} lon, lat
 */
const along = (parts, at) => Array.from({ length: parts + 1 }, (_, index) => {
  const [lat, lon] = at(index / parts);
  return [lon, lat];
});
