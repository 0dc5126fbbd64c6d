// OS National Grid and WGS 84, as incidents/osgb.py does it: Transverse Mercator and a Helmert shift, within 5 m inside
// Great Britain. For grid lines and for reading a place off the map, never for what is stored. No DOM.

const AIRY = { a: 6377563.396, b: 6356256.909 };
const WGS84 = { a: 6378137, b: 6356752.314245 };
const F0 = 0.9996012717;
const RAD = Math.PI / 180;
const LAT0 = 49 * RAD, LON0 = -2 * RAD, E0 = 400_000, N0 = -100_000;
const N = (AIRY.a - AIRY.b) / (AIRY.a + AIRY.b);
const SHIFT = [-446.448, 125.157, -542.06];
const TURN = [-0.1502, -0.247, -0.8421].map((seconds) => (seconds / 3600) * RAD);
const SCALE = 20.4894e-6;

/** @typedef {{a: number, b: number}} Ellipsoid */
/** @param {Ellipsoid} of */
const e2 = ({ a, b }) => 1 - (b * b) / (a * a);

/** Whether the grid means something there. @param {number} lat @param {number} lon */
export const covers = (lat, lon) => lat >= 49.7 && lat <= 61 && lon >= -9 && lon <= 2.2;

/** @param {number} lat @param {number} lon @returns {[number, number]} easting, northing */
export function toGrid(lat, lon) {
  const [phi, lambda] = shifted(lat * RAD, lon * RAD, WGS84, AIRY, 1);
  const { nu, rho, eta2 } = radii(phi);
  const sin = Math.sin(phi), cos = Math.cos(phi), t2 = Math.tan(phi) ** 2, d = lambda - LON0;
  const north = arc(phi) + N0 + (nu / 2) * sin * cos * d ** 2 + (nu / 24) * sin * cos ** 3 * (5 - t2 + 9 * eta2) * d ** 4
    + (nu / 720) * sin * cos ** 5 * (61 - 58 * t2 + t2 ** 2) * d ** 6;
  const east = E0 + nu * cos * d + (nu / 6) * cos ** 3 * (nu / rho - t2) * d ** 3
    + (nu / 120) * cos ** 5 * (5 - 18 * t2 + t2 ** 2 + 14 * eta2 - 58 * t2 * eta2) * d ** 5;
  return [east, north];
}

/** @param {number} east @param {number} north @returns {[number, number]} lat, lon */
export function fromGrid(east, north) {
  let lat = (north - N0) / (AIRY.a * F0) + LAT0;
  for (let turn = 0; turn < 10; turn += 1) {
    const miss = north - N0 - arc(lat);
    if (Math.abs(miss) < 1e-5) break;
    lat += miss / (AIRY.a * F0);
  }
  const { nu, rho, eta2 } = radii(lat);
  const t = Math.tan(lat), sec = 1 / Math.cos(lat), d = east - E0;
  const phi = lat - (t / (2 * rho * nu)) * d ** 2 + (t / (24 * rho * nu ** 3)) * (5 + 3 * t ** 2 + eta2 - 9 * t ** 2 * eta2) * d ** 4
    - (t / (720 * rho * nu ** 5)) * (61 + 90 * t ** 2 + 45 * t ** 4) * d ** 6;
  const lambda = LON0 + (sec / nu) * d - (sec / (6 * nu ** 3)) * (nu / rho + 2 * t ** 2) * d ** 3
    + (sec / (120 * nu ** 5)) * (5 + 28 * t ** 2 + 24 * t ** 4) * d ** 5
    - (sec / (5040 * nu ** 7)) * (61 + 662 * t ** 2 + 1320 * t ** 4 + 720 * t ** 6) * d ** 7;
  const [found, along] = shifted(phi, lambda, AIRY, WGS84, -1);
  return [found / RAD, along / RAD];
}

/** The letters of the 100 km square, "" where there is none. @param {number} east @param {number} north */
export function letters(east, north) {
  const e = Math.floor(east / 100_000), n = Math.floor(north / 100_000);
  if (e < 0 || e > 6 || n < 0 || n > 12) return "";
  const first = 19 - n - ((19 - n) % 5) + Math.floor((e + 10) / 5);
  const second = (((19 - n) * 5) % 25) + (e % 5);
  const word = [first, second].map((index) => String.fromCharCode(65 + index + (index > 7 ? 1 : 0))).join("");
  return "STNHO".includes(word[0]) ? word : "";
}

/**
 * "TQ 300 804" for three digits a side; "" off the grid.
 * @param {number} lat @param {number} lon @param {number} [digits]
 */
export function reference(lat, lon, digits = 5) {
  if (!covers(lat, lon)) return "";
  const metres = toGrid(lat, lon);
  const word = letters(...metres);
  if (!word) return "";
  const step = 10 ** (5 - digits);
  return [word, ...metres.map((value) => String(Math.floor((value % 100_000) / step)).padStart(digits, "0"))].join(" ");
}

/** @param {number} lat */
function arc(lat) {
  const minus = lat - LAT0, plus = lat + LAT0;
  return AIRY.b * F0 * ((1 + N + 1.25 * N ** 2 + 1.25 * N ** 3) * minus
    - (3 * N + 3 * N ** 2 + 2.625 * N ** 3) * Math.sin(minus) * Math.cos(plus)
    + (1.875 * N ** 2 + 1.875 * N ** 3) * Math.sin(2 * minus) * Math.cos(2 * plus)
    - (35 / 24) * N ** 3 * Math.sin(3 * minus) * Math.cos(3 * plus));
}

/** @param {number} lat */
function radii(lat) {
  const e = e2(AIRY), curve = 1 - e * Math.sin(lat) ** 2;
  const nu = (AIRY.a * F0) / Math.sqrt(curve), rho = (AIRY.a * F0 * (1 - e)) / curve ** 1.5;
  return { nu, rho, eta2: nu / rho - 1 };
}

/**
 * @param {number} lat @param {number} lon radians
 * @param {Ellipsoid} one @param {Ellipsoid} other @param {1|-1} sign
 * @returns {[number, number]}
 */
function shifted(lat, lon, one, other, sign) {
  const nu = one.a / Math.sqrt(1 - e2(one) * Math.sin(lat) ** 2);
  const x = nu * Math.cos(lat) * Math.cos(lon), y = nu * Math.cos(lat) * Math.sin(lon), z = nu * (1 - e2(one)) * Math.sin(lat);
  const [tx, ty, tz] = SHIFT.map((value) => sign * value), [rx, ry, rz] = TURN.map((value) => sign * value);
  const scale = 1 + sign * SCALE;
  const X = tx + scale * x - rz * y + ry * z, Y = ty + rz * x + scale * y - rx * z, Z = tz - ry * x + rx * y + scale * z;
  const across = Math.hypot(X, Y), e = e2(other);
  let phi = Math.atan2(Z, across * (1 - e));
  for (let turn = 0; turn < 6; turn += 1) phi = Math.atan2(Z + e * (other.a / Math.sqrt(1 - e * Math.sin(phi) ** 2)) * Math.sin(phi), across);
  return [phi, Math.atan2(Y, X)];
}
