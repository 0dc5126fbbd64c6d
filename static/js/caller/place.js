// @ts-check
/**
 * Where the phone is: a coarse position at once, then the satellites; never a worse one over a fresh better one.
 *
 * @typedef {import("./state.js").Fix & {heading: number|null, speed: number|null}} Full
 */

const FRESH_MS = 10000;
const AGAIN_MS = 12000;

/** @param {GeolocationPosition} position @param {number} now @returns {Full} */
export function read(position, now) {
  const { latitude, longitude, accuracy, heading, speed } = position.coords;
  const at = Math.abs(now - position.timestamp) > 86_400_000 ? now : Math.min(now, position.timestamp); // some phones count from 2001
  return { lat: latitude, lon: longitude, accuracy: Math.max(0, accuracy), at: Math.round(at), heading: sane(heading), speed: sane(speed) };
}

/** NaN and negative mean "not known" (Geolocation, W3C). @param {number|null} value */
function sane(value) {
  return value !== null && Number.isFinite(value) && value >= 0 ? value : null;
}

/** @param {import("./state.js").Fix|null} old @param {import("./state.js").Fix} fresh */
export function better(old, fresh) {
  return !old || (fresh.at >= old.at && (fresh.accuracy <= old.accuracy * 1.5 || fresh.at - old.at > FRESH_MS));
}

export class Place {
  /**
   * @param {Geolocation} geolocation
   * @param {{fix: (fix: Full) => void, refused: () => void}} on
   * @param {() => number} now
   */
  constructor(geolocation, on, now) {
    this.geolocation = geolocation;
    this.on = on;
    this.now = now;
    /** @type {Full|null} */
    this.last = null;
    /** @type {number|null} */
    this.watch = null;
    /** @type {any} */
    this.timer = null;
  }

  start() {
    if (this.watch !== null) return;
    const take = (/** @type {GeolocationPosition} */ position) => this.#take(position);
    const fail = (/** @type {GeolocationPositionError} */ error) => { if (error.code === 1) this.on.refused(); };
    this.geolocation.getCurrentPosition(take, fail, { enableHighAccuracy: false, maximumAge: 60000, timeout: 10000 });
    this.watch = this.geolocation.watchPosition(take, fail, { enableHighAccuracy: true, maximumAge: 0, timeout: 30000 });
    // A phone lying still may report nothing: ask, so that "22 s old" means what it says.
    this.timer = setInterval(() => this.geolocation.getCurrentPosition(take, () => {}, { enableHighAccuracy: true, maximumAge: 5000, timeout: 10000 }), AGAIN_MS);
  }

  stop() {
    if (this.watch !== null) this.geolocation.clearWatch(this.watch);
    clearInterval(this.timer);
    this.watch = null;
  }

  /** @param {GeolocationPosition} position */
  #take(position) {
    const fix = read(position, this.now());
    if (this.watch === null || !better(this.last, fix)) return;
    this.last = fix;
    this.on.fix(fix);
  }
}
