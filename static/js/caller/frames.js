// @ts-check
/**
 * Is the picture moving? Counted by frames shown, because an interrupted camera goes on calling itself live.
 */

const FROZEN_MS = 3000;

export class Frames {
  /** @param {HTMLVideoElement} video @param {() => number} now */
  constructor(video, now) {
    this.video = video;
    this.now = now;
    this.last = now();
    this.seen = -1;
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
  }

  /** @returns {boolean} no new frame for 3 s; ask about once a second */
  frozen() {
    const time = this.video.currentTime;
    if (!("requestVideoFrameCallback" in this.video) && time !== this.seen) { this.seen = time; this.reset(); }
    return this.now() - this.last > FROZEN_MS;
  }
}
