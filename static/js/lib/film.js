// Plays a recording that is still being written: fetches whole fragments by range and hands them to the browser's own
// decoder (Media Source Extensions). One media source a part: a part may have another codec, size or set of tracks.

import { Filler } from "./fragments.js";
import { partAt, rowBefore } from "./rewind.js";

/** @typedef {import("./rewind.js").Part} Part */
/** @typedef {import("./rewind.js").Row} Row */
/** @typedef {{mime: string, head: number, zero: number|null, final: boolean, first: number, rows: Row[]}} Rows */
/** @typedef {{rows: (part: number, first: number) => Promise<Rows>, bytes: (part: number, from: number, to: number) => Promise<Uint8Array<ArrayBuffer>>}} Source */

const AHEAD = 8; // s of film fetched before it is shown
const BEHIND = 20; // s kept behind, so that a step back costs nothing
const LOOK = 250; // ms between two looks at what is missing
const REST = 2000; // ms after a refusal
const ASK_AGAIN = 1000; // ms between two questions how far the part has grown

/** @type {typeof MediaSource|undefined} */
const Media = /** @type {any} */ (globalThis).ManagedMediaSource ?? globalThis.MediaSource;

/** One part in a media source of its own. */
class OpenPart {
  #asked = -Infinity;
  #closed = false;
  /** @type {number} bytes of the file handed over without a hole, from `#from` on */
  #reached = 0;

  /** @param {Source} source @param {Part} part @param {Rows} known @param {SourceBuffer} buffer @param {MediaSource} media @param {Filler} filler @param {string} url */
  constructor(source, part, known, buffer, media, filler, url) {
    this.source = source;
    this.part = part;
    this.known = known;
    this.buffer = buffer;
    this.media = media;
    this.filler = filler;
    this.url = url;
  }

  /** @param {Source} source @param {Part} part @param {HTMLVideoElement} video @returns {Promise<OpenPart>} */
  static async open(source, part, video) {
    const known = await source.rows(part.number, 0);
    if (!Media || known.zero === null || !known.rows.length) throw new Error("nothing to show");
    if (!Media.isTypeSupported(known.mime)) throw new Error(`this browser cannot show ${known.mime}`);
    const media = new Media();
    const url = URL.createObjectURL(media);
    video.disableRemotePlayback = true;
    video.src = url;
    await once(media, "sourceopen");
    const buffer = media.addSourceBuffer(known.mime);
    const head = await source.bytes(part.number, 0, known.head);
    const filler = new Filler(known.mime);
    filler.learn(head);
    const open = new OpenPart(source, part, known, buffer, media, filler, url);
    await open.#append(head);
    return open;
  }

  /** @param {number} moment @returns {number} media time, s */
  time(moment) {
    return (moment - Number(this.known.zero)) / 1000;
  }

  /** @param {number} time @returns {number} */
  moment(time) {
    return Number(this.known.zero) + time * 1000;
  }

  get first() {
    return this.known.rows[0][2];
  }

  get last() {
    return this.known.rows[this.known.rows.length - 1][3];
  }

  /** Whatever comes next begins at the key frame before this time. @param {number} time */
  jump(time) {
    const row = rowBefore(this.known.rows, time);
    this.#reached = this.known.rows[Math.max(0, row)][0];
    this.filler.restart();
  }

  get atEnd() {
    const row = this.known.rows[this.known.rows.length - 1];
    return this.#reached >= row[0] + row[1];
  }

  /** Hand over one more row, if there is one. @returns {Promise<boolean>} whether something was handed over */
  async more() {
    if (this.atEnd && !(await this.#grow())) return false;
    const row = this.known.rows.find(([offset, size]) => this.#reached < offset + size);
    if (!row) return false;
    const to = row[0] + row[1];
    const from = this.#reached;
    const bytes = await this.source.bytes(this.part.number, from, to);
    if (this.#closed || this.#reached !== from) return true; // a jump came between
    this.#reached = to;
    await this.#append(this.filler.fill(bytes, this.known.final && this.atEnd));
    return true;
  }

  async #grow() {
    if (this.known.final || performance.now() - this.#asked < ASK_AGAIN) return false;
    this.#asked = performance.now();
    const last = this.known.rows.length - 1;
    const news = await this.source.rows(this.part.number, last);
    this.known = { ...news, first: 0, rows: [...this.known.rows.slice(0, last), ...news.rows] };
    return !this.atEnd;
  }

  /** @param {Uint8Array<ArrayBuffer>} bytes */
  async #append(bytes) {
    if (this.#closed || this.media.readyState !== "open" || !bytes.length) return;
    this.buffer.appendBuffer(bytes);
    await once(this.buffer, "updateend");
  }

  /** Forget what lies well behind. @param {number} time */
  async forget(time) {
    const ranges = this.buffer.buffered;
    if (this.#closed || this.buffer.updating || !ranges.length || ranges.start(0) > time - 2 * BEHIND) return;
    this.buffer.remove(0, time - BEHIND);
    await once(this.buffer, "updateend");
  }

  close() {
    this.#closed = true;
    URL.revokeObjectURL(this.url);
  }
}

export class Film {
  /** @type {OpenPart|null} */
  #open = null;
  /** @type {ReturnType<typeof setInterval>|undefined} */
  #timer;
  #busy = false;
  #restUntil = 0;
  #closed = false;
  /** @type {number|null} where to go as soon as there is time */
  #wanted = null;
  /** @type {Part[]} */
  parts = [];

  /**
   * @param {HTMLVideoElement} video
   * @param {Source} source
   * @param {(why: Error) => void} trouble
   */
  constructor(video, source, trouble) {
    this.video = video;
    this.source = source;
    this.trouble = trouble;
    this.#timer = setInterval(() => void this.#look(), LOOK);
  }

  /** The moment that is shown; null before the first picture. */
  get moment() {
    return this.#wanted ?? (this.#open ? this.#open.moment(this.video.currentTime) : null);
  }

  /** @param {number} moment */
  seek(moment) {
    this.#wanted = moment;
    void this.#look();
  }

  close() {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#open?.close();
    this.#open = null;
    this.video.removeAttribute("src");
    this.video.load();
  }

  async #look() {
    if (this.#busy || performance.now() < this.#restUntil) return;
    this.#busy = true;
    try {
      if (this.#wanted !== null) await this.#go(this.#wanted);
      await this.#feed();
    } catch (error) {
      if (this.#closed) return;
      this.#restUntil = performance.now() + REST;
      this.trouble(/** @type {Error} */ (error));
    } finally {
      this.#busy = false;
    }
  }

  /** @param {number} moment */
  async #go(moment) {
    const part = partAt(this.parts, moment) ?? this.parts[this.parts.length - 1];
    if (!part) return;
    if (this.#open?.part.number !== part.number) {
      const playing = !this.video.paused; // another source pauses
      this.#open?.close();
      this.#open = null;
      this.#open = await OpenPart.open(this.source, part, this.video);
      if (this.#closed) return this.#open.close();
      if (playing) void this.video.play().catch(() => {});
    }
    const open = this.#open;
    const time = Math.min(Math.max(open.time(moment), open.first), open.last);
    if (!covers(this.video.buffered, time)) open.jump(time);
    this.video.currentTime = time;
    if (this.#wanted === moment) this.#wanted = null;
  }

  async #feed() {
    const open = this.#open;
    if (!open) return;
    const time = this.video.currentTime;
    let pieces = 0;
    while (this.#wanted === null && ahead(this.video.buffered, time) < AHEAD && pieces < 8 && (await open.more())) pieces += 1;
    if (this.#wanted !== null) return;
    this.#overHole(open);
    await open.forget(this.video.currentTime);
  }

  /** Nothing to show here: on to the next picture, in this part or the next. @param {OpenPart} open */
  #overHole(open) {
    const { buffered, currentTime } = this.video;
    if (covers(buffered, currentTime + 0.1)) return;
    for (let at = 0; at < buffered.length; at += 1) {
      if (buffered.start(at) > currentTime) {
        this.video.currentTime = buffered.start(at) + 0.001;
        return;
      }
    }
    const next = this.parts.find((part) => part.number > open.part.number);
    if (open.known.final && open.atEnd && next && !this.video.paused) this.#wanted = next.start;
  }
}

/** @param {TimeRanges} ranges @param {number} time */
function covers(ranges, time) {
  for (let at = 0; at < ranges.length; at += 1) if (ranges.start(at) <= time + 0.05 && time < ranges.end(at)) return true;
  return false;
}

/** @param {TimeRanges} ranges @param {number} time seconds of film from there on, over holes */
function ahead(ranges, time) {
  let sum = 0;
  for (let at = 0; at < ranges.length; at += 1) sum += Math.max(0, ranges.end(at) - Math.max(time, ranges.start(at)));
  return sum;
}

/** @param {EventTarget} target @param {string} event @returns {Promise<void>} */
function once(target, event) {
  const heard = new AbortController();
  return /** @type {Promise<void>} */ (
    new Promise((resolve, reject) => {
      target.addEventListener(event, () => resolve(), { signal: heard.signal });
      target.addEventListener("error", () => reject(new Error("the browser refused the film")), { signal: heard.signal });
    })
  ).finally(() => heard.abort());
}
