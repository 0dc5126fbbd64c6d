// The cover over a picture (exposure guard). No DOM. A covered picture is drawn into a canvas of a few pixels, a few
// times a second, and the browser stretches that: a CSS blur over live video overloads a terminal without a graphics card.

/** @typedef {"covered"|"softened"|"clear"} Level */

/** @type {readonly Level[]} */
export const LEVELS = Object.freeze(["covered", "softened", "clear"]);
/** ms between two drawings of the cover. */
export const DRAW_EVERY = 250;
/** ms of looking that one sign to the server stands for; the server believes no more than has passed on its own clock. */
export const BEAT = 10_000;

const WIDTHS = Object.freeze({ covered: 14, softened: 48 });

/** What a page may say. Anything else is covered. @param {unknown} level @returns {Level} */
export function levelOf(level) {
  return LEVELS.find((one) => one === level) ?? "covered";
}

/** One step less cover. @param {Level} level @returns {Level} */
export function reveal(level) {
  return LEVELS[Math.min(LEVELS.indexOf(level) + 1, LEVELS.length - 1)];
}

/**
 * How large the canvas of a cover is; null when nothing covers, or there is no picture.
 * @param {Level} level @param {number} width @param {number} height of the picture
 */
export function sizeOf(level, width, height) {
  if (level === "clear" || !width || !height) return null;
  const across = WIDTHS[level];
  return width >= height ? { width: across, height: Math.max(2, Math.round((across * height) / width)) } : { width: Math.max(2, Math.round((across * width) / height)), height: across };
}

/** Grey in place, so that blood is no colour. @param {Uint8ClampedArray} pixels RGBA */
export function grey(pixels) {
  for (let at = 0; at < pixels.length; at += 4) {
    const light = Math.round(0.299 * pixels[at] + 0.587 * pixels[at + 1] + 0.114 * pixels[at + 2]);
    pixels[at] = pixels[at + 1] = pixels[at + 2] = light;
  }
}

/** Adds up the time that a counted picture is uncovered in a page that is seen. */
export class Looking {
  #at = /** @type {number|null} */ (null);
  #sum = 0;

  /**
   * @param {number} now ms
   * @param {boolean} looking
   * @returns {boolean} a sign is due
   */
  tick(now, looking) {
    const passed = this.#at === null ? 0 : Math.min(now - this.#at, 1000); // a page that slept saw nothing
    this.#at = looking ? now : null;
    this.#sum += looking ? passed : 0;
    if (this.#sum < BEAT) return false;
    this.#sum -= BEAT;
    return true;
  }
}

/** "12 min", or seconds before the first minute. @param {number} seconds */
export function lookedWords(seconds) {
  return seconds < 60 ? `${Math.floor(seconds)} s` : `${Math.floor(seconds / 60)} min`;
}
