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
/** A recorder that has not begun by now does not hold the one before it any longer. */
const STARTED_MS = 1000;
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

  /** Begin the next piece; the present one ends when the next really runs, or cannot. */
  #turn() {
    this.timers.clear(this.timer);
    const before = this.running;
    this.running = null;
    if (!this.stream) return stop(before);
    const failed = this.failures >= MOST_FAILURES;
    if (failed || !this.#begin(() => stop(before))) {
      stop(before);
      if (!failed && !(before && this.#begin(() => {}))) this.failures += 1; // some phones run one recorder at a time, and some none
    }
    if (this.failures < MOST_FAILURES) this.timer = this.timers.set(() => this.#turn(), PIECE_MS);
  }

  /** @param {() => void} runs called once it records: a recorder takes some 50 ms to begin @returns {boolean} */
  #begin(runs) {
    /** @type {MediaRecorder | undefined} */
    let recorder;
    let started = this.timers.now();
    /** @type {Blob[]} */
    const parts = [];
    try {
      recorder = new this.Recorder(/** @type {MediaStream} */ (this.stream), { ...(this.mime ? { mimeType: this.mime } : {}), ...BITS });
      recorder.onstart = () => { started = this.timers.now(); runs(); };
      recorder.ondataavailable = (event) => { if (event.data?.size) parts.push(event.data); };
      recorder.onerror = (event) => { stop(/** @type {MediaRecorder} */ (event.target)); runs(); };
      recorder.onstop = () => this.#stopped(/** @type {MediaRecorder} */ (recorder), parts, started);
      recorder.start();
    } catch {
      return false;
    }
    this.running = recorder;
    this.timers.set(runs, STARTED_MS);
    return true;
  }

  /** @param {MediaRecorder} recorder @param {Blob[]} parts @param {number} started */
  #stopped(recorder, parts, started) {
    if (this.running === recorder) this.running = null;
    if (!parts.length) return;
    this.failures = 0;
    const mime = (recorder.mimeType || this.mime || parts[0].type || "").slice(0, 80);
    this.made({ data: new Blob(parts, { type: mime }), mime, started, ended: this.timers.now() });
  }
}

/** @param {MediaRecorder|null} recorder */
function stop(recorder) {
  try { if (recorder && recorder.state !== "inactive") recorder.stop(); } catch { /* it stopped by itself */ }
}
