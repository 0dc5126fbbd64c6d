// Where this phone is, to the metre: for a door, unlike the rough place of a gallery.

/** @typedef {{lat: number, lon: number, accuracy: number}} Fix */

const OLD = 15_000;
const PATIENCE = 12_000;

/**
 * @param {{ask: boolean}} options `ask`: the browser may show its question; otherwise only what was granted before
 * @returns {Promise<Fix|null>} null where it is not known or not granted
 */
export async function fixNow({ ask }) {
  if (!("geolocation" in navigator)) return null;
  if (!ask) {
    const permission = await navigator.permissions?.query({ name: "geolocation" }).catch(() => null);
    if (permission?.state !== "granted") return null;
  }
  return new Promise((resolve) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ lat: coords.latitude, lon: coords.longitude, accuracy: coords.accuracy }),
      () => resolve(null),
      { maximumAge: OLD, timeout: PATIENCE, enableHighAccuracy: true },
    );
  });
}

/** "9 m", "180 m", "1.2 km": as the server says it. @param {number} metres */
export function distanceWords(metres) {
  if (metres < 995) return `${metres >= 95 ? Math.round(metres / 10) * 10 : Math.round(metres)} m`;
  const kilometres = metres / 1000;
  return kilometres < 9.95 ? `${kilometres.toFixed(1)} km` : `${Math.round(kilometres).toLocaleString("en-GB")} km`;
}
