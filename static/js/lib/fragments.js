// Fills the holes in a part's sound with silence, fragment by fragment. A player shows only what it has of every track:
// a microphone that was agreed on and sent nothing, or fell silent for a while, would stop the picture. The masters are
// not touched, and nothing of the picture is: only sound samples are added. Formats as docs/recording.md says: fragmented
// MP4 (ISO/IEC 14496-12) with one run a track, video first; WebM clusters (RFC 9559) of simple blocks.

/** An Opus packet of 20 ms of silence (RFC 6716: CELT, full band, mono). */
const SILENCE = new Uint8Array([0xf8, 0xff, 0xfe]);
const PACKET = 0.02; // s
/** Sound may come this much later than the picture beside it (a packet sent again): no silence closer to the end, s. */
const LATE = 1.5;
/** A hole longer than this in the picture too is a hole: the player goes over it, s. */
const HOLE = 3;

/** @typedef {{time: number, data: Uint8Array, length: number}} Sound seconds of media time */

export class Filler {
  /** @type {number|null} */
  #end = null;
  #sequence = 0;
  /** @type {Record<number, {video: boolean, scale: number}>} */
  #tracks = {};

  /** @param {string} mime of the part: without sound there is nothing to fill */
  constructor(mime) {
    this.sound = mime.includes("opus");
    this.mp4 = mime.startsWith("video/mp4");
  }

  /** The player goes on somewhere else: what was filled before counts no more. */
  restart() {
    this.#end = null;
  }

  /** Read the tracks of the part's head. @param {Uint8Array<ArrayBuffer>} head */
  learn(head) {
    this.#tracks = this.mp4 ? mp4Tracks(head) : webmTracks(head);
  }

  /** Whole fragments in, whole fragments out. @param {Uint8Array<ArrayBuffer>} bytes @param {boolean} last of a part that has ended
   * @returns {Uint8Array<ArrayBuffer>} */
  fill(bytes, last = false) {
    if (!this.sound) return bytes;
    return this.mp4 ? this.#mp4(bytes, last) : this.#webm(bytes, last);
  }

  /** The silence that belongs before and after the sound of a fragment. @param {Sound[]} sound @param {number} begin of the picture
   * @param {number} end of the picture @param {boolean} last @returns {Sound[]} */
  #filled(sound, begin, end, last) {
    let at = this.#end ?? Math.min(begin, sound[0]?.time ?? begin);
    if (begin - at > HOLE) at = begin;
    /** @type {Sound[]} */
    const all = [];
    const silent = (/** @type {number} */ until) => {
      for (; at + PACKET <= until + 0.001; at += PACKET) all.push({ time: at, data: SILENCE, length: PACKET });
    };
    for (const sample of sound) {
      if (sample.time < at - 0.011) continue; // silence is there already
      if (sample.time - at > HOLE) at = sample.time - (sample.time - at) % PACKET;
      if (sample.time - at > 2 * PACKET) silent(sample.time);
      all.push(sample);
      at = Math.max(at, sample.time + sample.length);
    }
    silent(last ? end : begin - LATE);
    this.#end = at;
    return all;
  }

  /** @param {Uint8Array<ArrayBuffer>} bytes @param {boolean} last */
  #mp4(bytes, last) {
    /** @type {Uint8Array[]} */
    const out = [];
    /** @type {Traf[]} */
    let runs = [];
    const boxes = [...mp4Boxes(bytes, 0, bytes.length)];
    const final = boxes.map((box) => box.kind).lastIndexOf("mdat");
    boxes.forEach((box, index) => {
      if (box.kind === "moof") runs = trafs(bytes, box.start + 8, box.end, this.#tracks);
      else if (box.kind === "mdat") out.push(this.#mp4Fragment(bytes, box.start + 8, runs, last && index === final));
    });
    return joined(out);
  }

  /** @param {Uint8Array<ArrayBuffer>} bytes @param {number} data @param {Traf[]} runs @param {boolean} last */
  #mp4Fragment(bytes, data, runs, last) {
    let at = data;
    const video = runs.find((run) => run.video);
    /** @type {Uint8Array} */
    let picture = new Uint8Array(0);
    /** @type {Sound[]} */
    const sound = [];
    for (const run of runs) {
      const length = run.sizes.reduce((sum, size) => sum + size, 0);
      if (run.video) picture = bytes.subarray(at, at + length);
      else {
        let time = run.time;
        let place = at;
        run.sizes.forEach((size, index) => {
          const long = run.durations[index] / run.scale;
          sound.push({ time, data: bytes.subarray(place, place + size), length: long });
          time += long;
          place += size;
        });
      }
      at += length;
    }
    const begin = video ? video.time : sound[0]?.time ?? 0;
    const end = video ? video.time + video.durations.reduce((sum, one) => sum + one, 0) / video.scale : begin;
    const all = this.#filled(sound, begin, end, last);
    this.#sequence += 1;
    return writeMp4(this.#sequence, video?.raw ?? null, picture, all, this.#soundTrack());
  }

  #soundTrack() {
    const found = Object.entries(this.#tracks).find(([, track]) => !track.video);
    return { number: Number(found?.[0] ?? 2), scale: found?.[1].scale ?? 48_000 };
  }

  /** @param {Uint8Array<ArrayBuffer>} bytes @param {boolean} last */
  #webm(bytes, last) {
    /** @type {Uint8Array[]} */
    const out = [];
    const clusters = [...elements(bytes, 0, bytes.length)].filter((one) => one.id === 0x1f43b675);
    clusters.forEach((cluster, index) => {
      /** @type {{time: number, raw: Uint8Array}[]} */
      const video = [];
      /** @type {Sound[]} */
      const sound = [];
      let base = 0;
      for (const one of elements(bytes, cluster.start, cluster.end)) {
        if (one.id === 0xe7) base = uint(bytes, one.start, one.end);
        if (one.id !== 0xa3) continue;
        const offset = new DataView(bytes.buffer, bytes.byteOffset + one.start).getInt16(1);
        const time = (base + offset) / 1000;
        if (this.#tracks[bytes[one.start] & 0x7f]?.video) video.push({ time, raw: bytes.subarray(one.start, one.end) });
        else sound.push({ time, data: bytes.subarray(one.start + 4, one.end), length: PACKET });
      }
      const begin = video[0]?.time ?? sound[0]?.time ?? base / 1000;
      const end = video.at(-1)?.time ?? begin;
      const all = this.#filled(sound, begin, end, last && index === clusters.length - 1);
      out.push(...writeWebm(video, all, this.#soundTrack().number));
    });
    return joined(out);
  }
}

// --- MP4 ---------------------------------------------------------------------------------------------------------------

/** @typedef {{video: boolean, scale: number, time: number, durations: number[], sizes: number[], raw: Uint8Array<ArrayBuffer>}} Traf */

/** @param {Uint8Array} bytes @param {number} from @param {number} to @returns {Generator<{kind: string, start: number, end: number}>} */
function* mp4Boxes(bytes, from, to) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = from; at + 8 <= to; ) {
    const size = view.getUint32(at);
    if (size < 8 || at + size > to) throw new RangeError("box size");
    yield { kind: String.fromCharCode(...bytes.subarray(at + 4, at + 8)), start: at, end: at + size };
    at += size;
  }
}

/** @param {Uint8Array} bytes @param {{start: number, end: number}} parent @param {string[]} path */
function child(bytes, parent, ...path) {
  let found = parent;
  for (const name of path) {
    const next = [...mp4Boxes(bytes, found.start + 8, found.end)].find((box) => box.kind === name);
    if (!next) throw new RangeError(`no ${name}`);
    found = next;
  }
  return found;
}

/** @param {Uint8Array} head @returns {Record<number, {video: boolean, scale: number}>} */
function mp4Tracks(head) {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  /** @type {Record<number, {video: boolean, scale: number}>} */
  const tracks = {};
  const moov = [...mp4Boxes(head, 0, head.length)].find((box) => box.kind === "moov");
  if (!moov) throw new RangeError("no moov");
  for (const trak of mp4Boxes(head, moov.start + 8, moov.end)) {
    if (trak.kind !== "trak") continue;
    const number = view.getUint32(child(head, trak, "tkhd").start + 28);
    const handler = child(head, trak, "mdia", "hdlr").start + 16;
    const scale = view.getUint32(child(head, trak, "mdia", "mdhd").start + 28);
    tracks[number] = { video: String.fromCharCode(...head.subarray(handler, handler + 4)) === "vide", scale };
  }
  return tracks;
}

/** @param {Uint8Array<ArrayBuffer>} bytes @param {number} from @param {number} to @param {Record<number, {video: boolean, scale: number}>} tracks
 * @returns {Traf[]} */
function trafs(bytes, from, to, tracks) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  /** @type {Traf[]} */
  const found = [];
  for (const box of mp4Boxes(bytes, from, to)) {
    if (box.kind !== "traf") continue;
    const track = tracks[view.getUint32(child(bytes, box, "tfhd").start + 12)];
    const time = Number(view.getBigUint64(child(bytes, box, "tfdt").start + 12)) / track.scale;
    const trun = child(bytes, box, "trun").start;
    const count = view.getUint32(trun + 12);
    const durations = [];
    const sizes = [];
    for (let row = 0; row < count; row += 1) {
      durations.push(view.getUint32(trun + 20 + row * 12));
      sizes.push(view.getUint32(trun + 24 + row * 12));
    }
    found.push({ ...track, time, durations, sizes, raw: bytes.slice(box.start, box.end) });
  }
  return found;
}

/** @param {string} kind @param {Uint8Array[]} parts */
function mp4Box(kind, ...parts) {
  const body = joined(parts);
  const box = new Uint8Array(8 + body.length);
  new DataView(box.buffer).setUint32(0, box.length);
  for (let at = 0; at < 4; at += 1) box[4 + at] = kind.charCodeAt(at);
  box.set(body, 8);
  return box;
}

/** @param {number[]} values */
function words(...values) {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, at) => view.setUint32(at * 4, value));
  return bytes;
}

/** @param {number} sequence @param {Uint8Array<ArrayBuffer>|null} videoTraf as it was, but for its place of the data @param {Uint8Array} picture
 * @param {Sound[]} sound @param {{number: number, scale: number}} track */
function writeMp4(sequence, videoTraf, picture, sound, track) {
  const soundSize = sound.length ? 8 + 16 + 20 + 20 + 12 * sound.length : 0;
  const moofSize = 8 + 16 + (videoTraf?.length ?? 0) + soundSize;
  /** @type {Uint8Array[]} */
  const parts = [mp4Box("mfhd", words(0, sequence))];
  if (videoTraf) {
    const trun = child(videoTraf, { start: 0, end: videoTraf.length }, "trun").start;
    new DataView(videoTraf.buffer, videoTraf.byteOffset).setUint32(trun + 16, moofSize + 8);
    parts.push(videoTraf);
  }
  if (sound.length) {
    const times = sound.map((sample) => Math.round(sample.time * track.scale));
    const rows = words(...sound.flatMap((sample, at) => [Math.max(1, (times[at + 1] ?? times[at] + Math.round(sample.length * track.scale)) - times[at]), sample.data.length, 0x02000000]));
    parts.push(
      mp4Box(
        "traf",
        mp4Box("tfhd", words(0x020000, track.number)),
        mp4Box("tfdt", words(0x01000000, Math.floor(times[0] / 2 ** 32), times[0] >>> 0)),
        mp4Box("trun", words(0x000701, sound.length, moofSize + 8 + picture.length), rows),
      ),
    );
  }
  return joined([mp4Box("moof", ...parts), mp4Box("mdat", picture, ...sound.map((sample) => sample.data))]);
}

// --- WebM --------------------------------------------------------------------------------------------------------------

/** @param {Uint8Array} bytes @param {number} at @param {boolean} keep the length's marker @returns {[value: number, next: number]} */
function vint(bytes, at, keep) {
  const length = Math.clz32(bytes[at]) - 23;
  if (at >= bytes.length || length > 8 || at + length > bytes.length) throw new RangeError("number");
  let value = keep ? bytes[at] : bytes[at] & ((1 << (8 - length)) - 1);
  for (let byte = 1; byte < length; byte += 1) value = value * 256 + bytes[at + byte];
  return [value, at + length];
}

/** The elements between two places; a segment of unknown size is gone into. @param {Uint8Array} bytes @param {number} from @param {number} to
 * @returns {Generator<{id: number, start: number, end: number}>} */
function* elements(bytes, from, to) {
  for (let at = from; at < to; ) {
    const [id, sized] = vint(bytes, at, true);
    const [size, start] = vint(bytes, sized, false);
    if (id === 0x18538067) {
      at = start;
      continue;
    }
    if (start + size > to) throw new RangeError("element size");
    yield { id, start, end: start + size };
    at = start + size;
  }
}

/** @param {Uint8Array} bytes @param {number} from @param {number} to */
function uint(bytes, from, to) {
  let value = 0;
  for (let at = from; at < to; at += 1) value = value * 256 + bytes[at];
  return value;
}

/** @param {Uint8Array} head @returns {Record<number, {video: boolean, scale: number}>} */
function webmTracks(head) {
  /** @type {Record<number, {video: boolean, scale: number}>} */
  const tracks = {};
  for (const one of elements(head, 0, head.length)) {
    if (one.id !== 0x1654ae6b) continue;
    for (const entry of elements(head, one.start, one.end)) {
      const fields = [...elements(head, entry.start, entry.end)];
      const number = fields.find((field) => field.id === 0xd7);
      if (number) tracks[uint(head, number.start, number.end)] = { video: fields.some((field) => field.id === 0xe0), scale: 1000 };
    }
  }
  return tracks;
}

/** @param {number[]} id @param {Uint8Array[]} parts */
function element(id, ...parts) {
  const body = joined(parts);
  const head = new Uint8Array(id.length + 8);
  head.set(id);
  const view = new DataView(head.buffer);
  view.setUint32(id.length, 0x01000000);
  view.setUint32(id.length + 4, body.length);
  return joined([head, body]);
}

/** Clusters of at most 30 s: a block counts its time in 16 bits from its cluster's. @param {{time: number, raw: Uint8Array}[]} video
 * @param {Sound[]} sound @param {number} track @returns {Uint8Array[]} */
function writeWebm(video, sound, track) {
  const blocks = [
    ...video.map(({ time, raw }) => ({ ms: Math.round(time * 1000), first: raw[0], flags: raw[3], data: raw.subarray(4) })),
    ...sound.map(({ time, data }) => ({ ms: Math.round(time * 1000), first: 0x80 | track, flags: 0x80, data })),
  ].sort((a, b) => a.ms - b.ms);
  /** @type {Uint8Array[]} */
  const clusters = [];
  for (let at = 0; at < blocks.length; ) {
    const base = blocks[at].ms;
    const written = [element([0xe7], words(base))];
    for (; at < blocks.length && blocks[at].ms - base < 30_000; at += 1) {
      const head = new Uint8Array([blocks[at].first, 0, 0, blocks[at].flags]);
      new DataView(head.buffer).setInt16(1, blocks[at].ms - base);
      written.push(element([0xa3], head, blocks[at].data));
    }
    clusters.push(element([0x1f, 0x43, 0xb6, 0x75], ...written));
  }
  return clusters;
}

/** @param {Uint8Array[]} parts @returns {Uint8Array<ArrayBuffer>} */
function joined(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
