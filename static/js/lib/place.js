// Positions of the caller's phone: their age in words, circles in degrees. No DOM.

/**
 * @typedef {{lat: number, lon: number, accuracy: number, at: number, heading?: number|null, speed?: number|null}} Fix `at` in ms
 */

const METRES_PER_DEGREE = 111_320; // of latitude; of longitude at the equator

/**
 * Under 10 s a position is fresh, to 60 s it is ageing, after that it is the last known.
 * @param {number} ageMs
 * @returns {"fresh"|"aging"|"old"}
 */
export const fixAge = (ageMs) => (ageMs < 10_000 ? "fresh" : ageMs <= 60_000 ? "aging" : "old");

/** @param {number} metres */
export const radius = (metres) => `±${Math.max(1, Math.round(metres)).toLocaleString("en-GB")} m`;

/** @param {Fix} fix */
export const coordinates = (fix) => `${fix.lat.toFixed(5)}, ${fix.lon.toFixed(5)}`;

/** @param {number} ageMs */
export function ageWords(ageMs) {
  const seconds = Math.max(0, Math.round(ageMs / 1000));
  if (seconds < 120) return `${seconds} s old`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min old` : `${Math.floor(seconds / 3600)} h old`;
}

/**
 * Metres between two [lon, lat] that are near each other: a plane is near enough.
 * @param {[number, number]} one
 * @param {[number, number]} other
 */
export function metresBetween(one, other) {
  const east = (other[0] - one[0]) * Math.cos((((one[1] + other[1]) / 2) * Math.PI) / 180);
  return Math.hypot(east, other[1] - one[1]) * METRES_PER_DEGREE;
}

/**
 * A circle of `metres` round a position as a closed ring of [lon, lat].
 * @param {number} lat
 * @param {number} lon
 * @param {number} metres
 * @param {number} [points]
 * @returns {[number, number][]}
 */
export function ring(lat, lon, metres, points = 48) {
  const dLat = metres / METRES_PER_DEGREE;
  const dLon = dLat / Math.max(0.01, Math.cos((lat * Math.PI) / 180));
  /** @type {[number, number][]} */
  const list = [];
  for (let step = 0; step <= points; step += 1) {
    const angle = ((step % points) / points) * 2 * Math.PI;
    list.push([lon + dLon * Math.sin(angle), lat + dLat * Math.cos(angle)]);
  }
  return list;
}

/**
 * Lines every `metres` round a position, so that distance can be read without a map: a plain graticule.
 * @param {number} lat
 * @param {number} lon
 * @param {number} metres between lines
 * @param {number} [count] lines on each side of the middle
 * @param {{lat: number, lon: number}} [middle] of what is seen; the lines stay where they are when it moves
 * @returns {[number, number][][]}
 */
export function graticule(lat, lon, metres, count = 12, middle = { lat, lon }) {
  const dLat = metres / METRES_PER_DEGREE;
  const dLon = dLat / Math.max(0.01, Math.cos((lat * Math.PI) / 180));
  const midLat = lat + Math.round((middle.lat - lat) / dLat) * dLat;
  const midLon = lon + Math.round((middle.lon - lon) / dLon) * dLon;
  /** @type {[number, number][][]} */
  const lines = [];
  for (let step = -count; step <= count; step += 1) {
    lines.push([[midLon - dLon * count, midLat + dLat * step], [midLon + dLon * count, midLat + dLat * step]]);
    lines.push([[midLon + dLon * step, midLat - dLat * count], [midLon + dLon * step, midLat + dLat * count]]);
  }
  return lines;
}

/** The distance between graticule lines for a radius: a round number of metres. @param {number} accuracy */
export function lineDistance(accuracy) {
  return [10, 25, 50, 100, 250, 500, 1000, 5000, 25_000].find((metres) => metres >= accuracy) ?? 100_000;
}
