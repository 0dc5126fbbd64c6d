// @ts-check
/**
 * Records the camera in pieces of a few seconds, each a file of its own. The next recorder starts before the one before
 * it stops, so that nothing falls between two. Pieces are handed on as they are made; what to keep is decided elsewhere.
 *
 * @typedef {{data: Blob, mime: string, started: number, ended: number}} Piece ms of this phone's clock
 * @typedef {{new (stream: MediaStream, options?: MediaRecorderOptions): MediaRecorder, isTypeSupported?: (mime: string) => boolean}} Recorder
 */

export const PIECE_MS = 4000;
const MOST_FAILURES = 5;
const BITS = { videoBitsPerSecond: 1_200_000, audioBitsPerSecond: 32_000 };
/** H264 first: phones have a circuit for it. Then what every browser can. */
const WISHES = ["video/mp4;codecs=avc1.42E01E,mp4a.40.2", "video/mp4;codecs=avc1.42E01E,opus", "video/webm;codecs=vp8,opus", "video/webm", "video/mp4"];

/** The first type this browser makes; "" leaves it to the browser. @param {Recorder} Recorder */
export function typeOf(Recorder) {
  return WISHES.find((one) => Recorder.isTypeSupported?.(one)) ?? "";
}

export class Ring {
  /** @param {Recorder} Recorder @param {import("../caller/line.js").Timers} timers @param {(piece: Piece) => void} made */
  constructor(Recorder, timers, made) {
    this.Recorder = Recorder;
    this.timers = timers;
    this.made = made;
    this.mime = typeOf(Recorder);
    /** @type {MediaStream|null} */ this.stream = null;
    /** @type {MediaRecorder|null} */ this.running = null;
    /** @type {any} */ this.timer = null;
    this.failures = 0;
  }

  /** Record this stream from now on; null: stop, and hand on what there is. @param {MediaStream|null} stream */
  record(stream) {
    if (stream === this.stream && (this.running !== null) === (stream !== null)) return;
    if (stream !== this.stream) this.failures = 0;
    this.stream = stream;
    this.#turn();
  }

  /** End the present piece and begin the next. */
  #turn() {
    this.timers.clear(this.timer);
    const before = this.running;
    this.running = null;
    const begun = this.#begin();
    stop(before);
    if (this.stream && !begun && this.failures < MOST_FAILURES && !(before && this.#begin())) this.failures += 1; // some phones run one recorder at a time, and some none
    if (this.stream && this.failures < MOST_FAILURES) this.timer = this.timers.set(() => this.#turn(), PIECE_MS);
  }

  /** @returns {boolean} */
  #begin() {
    if (!this.stream || this.failures >= MOST_FAILURES) return false;
    let recorder;
    try {
      recorder = new this.Recorder(this.stream, { ...(this.mime ? { mimeType: this.mime } : {}), ...BITS });
      recorder.start();
    } catch {
      return false;
    }
    let started = this.timers.now();
    recorder.onstart = () => { started = this.timers.now(); };
    /** @type {Blob[]} */
    const parts = [];
    recorder.ondataavailable = (event) => { if (event.data?.size) parts.push(event.data); };
    recorder.onerror = () => stop(recorder);
    recorder.onstop = () => {
      if (this.running === recorder) this.running = null;
      const mime = (recorder.mimeType || this.mime || parts[0]?.type || "").slice(0, 80);
      if (!parts.length) return;
      this.failures = 0;
      this.made({ data: new Blob(parts, { type: mime }), mime, started, ended: this.timers.now() });
    };
    this.running = recorder;
    return true;
  }
}

/** @param {MediaRecorder|null} recorder */
function stop(recorder) {
  try { if (recorder && recorder.state !== "inactive") recorder.stop(); } catch { /* it stopped by itself */ }
}
