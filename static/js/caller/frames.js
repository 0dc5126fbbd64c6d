// @ts-check
/**
 * Is the picture moving? Counted by frames shown, because an interrupted camera goes on calling itself live; and by a
 * few pixels, because a frozen one goes on delivering frames. No sensor gives the same pixels twice.
 */

const FROZEN_MS = 3000;
const SAME = 5; // looks, about one a second
const [WIDTH, HEIGHT] = [32, 24];
const DARK = 24; // of 255: a covered lens is dark, not frozen

/** A look at the middle of the picture, pixel for pixel. @param {HTMLVideoElement} video @returns {() => Uint8ClampedArray|null} */
export function looker(video) {
  /** @type {CanvasRenderingContext2D|null|undefined} */
  let context;
  return () => {
    const { videoWidth: width, videoHeight: height } = video;
    if (width < WIDTH || height < HEIGHT) return null;
    context ??= Object.assign(document.createElement("canvas"), { width: WIDTH, height: HEIGHT }).getContext("2d", { willReadFrequently: true });
    try {
      context?.drawImage(video, (width - WIDTH) >> 1, (height - HEIGHT) >> 1, WIDTH, HEIGHT, 0, 0, WIDTH, HEIGHT);
      return context?.getImageData(0, 0, WIDTH, HEIGHT).data ?? null;
    } catch {
      return null;
    }
  };
}

export class Frames {
  /** @param {HTMLVideoElement} video @param {() => number} now @param {() => Uint8ClampedArray|null} [look] */
  constructor(video, now, look = looker(video)) {
    this.video = video;
    this.now = now;
    this.look = look;
    this.last = now();
    this.seen = -1;
    /** @type {Uint8ClampedArray|null} */ this.pixels = null;
    this.same = 0;
    this.#next();
  }

  #next() {
    const video = /** @type {any} */ (this.video);
    if (!video.requestVideoFrameCallback) return;
    video.requestVideoFrameCallback(() => { this.last = this.now(); this.#next(); });
  }

  /** Start counting anew: a new camera, or the page came back to the screen. */
  reset() {
    this.last = this.now();
    this.same = 0;
    this.pixels = null;
  }

  /** @returns {boolean} no new frame for 3 s, or the same pixels for 5; ask about once a second */
  frozen() {
    const time = this.video.currentTime;
    if (!("requestVideoFrameCallback" in this.video) && time !== this.seen) { this.seen = time; this.last = this.now(); }
    this.#compare();
    return this.now() - this.last > FROZEN_MS || this.same >= SAME;
  }

  #compare() {
    const { pixels } = this;
    const fresh = this.look();
    this.pixels = fresh;
    if (!fresh || !pixels) return;
    let bright = 0;
    const same = fresh.every((value, at) => { if (at % 4 !== 3) bright = Math.max(bright, value); return value === pixels[at]; });
    this.same = same && bright >= DARK ? this.same + 1 : 0;
  }
}
