// Where this phone is. Asked for only when somebody wants "near me"; afterwards the browser's own permission is used.

/** @typedef {import("./board.js").Position} Position */

const OLD = 60_000;
const PATIENCE = 8000;

/**
 * @param {{ask: boolean}} options `ask`: the browser may show its question; otherwise only what was granted before
 * @returns {Promise<Position|null>} null where it is not known or not granted
 */
export async function here({ ask }) {
  if (!("geolocation" in navigator)) return null;
  if (!ask) {
    const permission = await navigator.permissions?.query({ name: "geolocation" }).catch(() => null);
    if (permission?.state !== "granted") return null;
  }
  return new Promise((resolve) => {
    navigator.geolocation.getCurrentPosition(
      (fix) => resolve({ lat: fix.coords.latitude, lon: fix.coords.longitude }),
      () => resolve(null),
      { maximumAge: OLD, timeout: PATIENCE, enableHighAccuracy: false },
    );
  });
}
