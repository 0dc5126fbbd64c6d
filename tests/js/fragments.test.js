// The holes in a part's sound are filled, and nothing of the picture or of the sound that is there is changed.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Filler } from "../../static/js/lib/fragments.js";

/** @param {...(number[]|Uint8Array)} parts */
const cat = (...parts) => new Uint8Array(parts.flatMap((part) => [...part]));
/** @param {number} value */
const u32 = (value) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
/** @param {string} kind @param {...(number[]|Uint8Array)} parts */
const box = (kind, ...parts) => {
  const body = cat(...parts);
  return cat(u32(8 + body.length), [...kind].map((letter) => letter.charCodeAt(0)), body);
};
/** @param {number} number @param {string} handler @param {number} scale */
const trak = (number, handler, scale) =>
  box("trak", box("tkhd", u32(0x01000003), new Array(16).fill(0), u32(number)), box("mdia", box("mdhd", u32(0x01000000), new Array(16).fill(0), u32(scale)), box("hdlr", u32(0), u32(0), [...handler].map((c) => c.charCodeAt(0)))));
const HEAD = cat(box("ftyp", u32(0)), box("moov", trak(1, "vide", 90_000), trak(2, "soun", 48_000)));

/** @param {number} track @param {number} ticks @param {number[][]} rows @param {number} offset */
const traf = (track, ticks, rows, offset) =>
  box("traf", box("tfhd", u32(0x020000), u32(track)), box("tfdt", u32(0x01000000), u32(0), u32(ticks)), box("trun", u32(0x701), u32(rows.length), u32(offset), ...rows.map((row) => row.flatMap(u32))));

/** A fragment of six frames of 40 bytes, and sound packets at the given times. @param {number} start s @param {number[]} sound s */
function mp4(start, sound) {
  const video = Array.from({ length: 6 }, (_, at) => [3000, 40, at ? 0x01010000 : 0x02000000]);
  const audio = sound.map((time, at) => [Math.round(((sound[at + 1] ?? time + 0.02) - time) * 48_000), 5, 0x02000000]);
  const make = (/** @type {number} */ first) => {
    const parts = [box("mfhd", u32(0), u32(1)), traf(1, start * 90_000, video, first)];
    if (sound.length) parts.push(traf(2, Math.round(sound[0] * 48_000), audio, first + 240));
    return box("moof", ...parts);
  };
  const size = make(0).length + 8;
  const data = cat(new Uint8Array(240).fill(7), ...sound.map(() => [1, 2, 3, 4, 5]));
  return cat(box("prft", new Array(20).fill(0)), make(size), box("mdat", data));
}

/** The runs of every fragment: track → [start s, durations, bytes of its samples]. @param {Uint8Array} bytes */
function read(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  /** @type {{track: number, start: number, lengths: number[], samples: number[][]}[]} */
  const found = [];
  /** @type {[number, string, number][]} */
  const boxes = [];
  for (let at = 0; at < bytes.length; at += view.getUint32(at)) boxes.push([at, String.fromCharCode(...bytes.subarray(at + 4, at + 8)), view.getUint32(at)]);
  for (const [at, kind, size] of boxes) {
    if (kind !== "moof") continue;
    for (let inner = at + 8; inner < at + size; inner += view.getUint32(inner)) {
      if (String.fromCharCode(...bytes.subarray(inner + 4, inner + 8)) !== "traf") continue;
      const track = view.getUint32(inner + 8 + 12);
      const scale = track === 1 ? 90_000 : 48_000;
      const start = view.getUint32(inner + 8 + 16 + 16) / scale;
      const trun = inner + 8 + 16 + 20;
      let place = at + view.getUint32(trun + 16);
      const lengths = [];
      const samples = [];
      for (let row = 0; row < view.getUint32(trun + 12); row += 1) {
        lengths.push(view.getUint32(trun + 20 + row * 12) / scale);
        const length = view.getUint32(trun + 24 + row * 12);
        samples.push([...bytes.subarray(place, place + length)]);
        place += length;
      }
      found.push({ track, start, lengths, samples });
    }
  }
  return found;
}
const sum = (/** @type {number[]} */ values) => values.reduce((all, one) => all + one, 0);

function filler() {
  const one = new Filler('video/mp4; codecs="avc1.42e01f,opus"');
  one.learn(HEAD);
  return one;
}

test("a part without a track for sound is left as it is", () => {
  const bytes = mp4(1, []);
  assert.equal(new Filler('video/mp4; codecs="avc1.42e01f"').fill(bytes), bytes);
});

test("a microphone that sends nothing becomes silence up to where sound may still come", () => {
  const one = filler();
  /** @type {ReturnType<typeof read>} */
  let all = [];
  for (let at = 0; at < 20; at += 1) all = all.concat(read(one.fill(mp4(1 + at * 0.2, []), at === 19)));
  const sound = all.filter((run) => run.track === 2);
  assert.ok(sound.every((run) => run.samples.every((sample) => sample.join() === "248,255,254")));
  assert.ok(Math.abs(sound[0].start - 1) < 0.001);
  assert.ok(Math.abs(sum(sound.flatMap((run) => run.lengths)) - 4) < 0.021, "at the end of the part to its end");
  assert.ok(all.filter((run) => run.track === 1).every((run) => run.samples.every((sample) => sample.length === 40 && sample[0] === 7)));
});

test("sound that is there keeps its bytes and its times; only the hole is filled, without an overlap", () => {
  const one = filler();
  const first = read(one.fill(mp4(1, [1, 1.02, 1.04])));
  const second = read(one.fill(mp4(1.2, [1.24, 1.26])));
  const runs = [...first, ...second].filter((run) => run.track === 2);
  let at = 1;
  for (const run of runs) {
    assert.ok(Math.abs(run.start - at) < 0.002, `${run.start} follows ${at}`);
    at = run.start + sum(run.lengths);
  }
  const samples = runs.flatMap((run) => run.samples);
  assert.equal(samples.filter((sample) => sample.join() === "1,2,3,4,5").length, 5);
  assert.equal(samples.filter((sample) => sample[0] === 248).length, 9);
});

test("a hole in the picture stays one", () => {
  const one = filler();
  one.fill(mp4(1, [1, 1.02]));
  const later = read(one.fill(mp4(60, [60, 60.02]))).filter((run) => run.track === 2);
  assert.ok(later[0].start > 59);
  assert.ok(later[0].samples.length < 60);
});

test("after a jump back nothing of the sound is held to be there already", () => {
  const one = filler();
  one.fill(mp4(50, [50, 50.02]));
  one.restart();
  assert.ok(read(one.fill(mp4(10, [10, 10.02]))).some((run) => run.track === 2 && Math.abs(run.start - 10) < 0.001));
});

/** @param {number[]} id @param {...(number[]|Uint8Array)} parts */
const element = (id, ...parts) => {
  const body = cat(...parts);
  return cat(id, [0x10 | (body.length >>> 24), (body.length >>> 16) & 255, (body.length >>> 8) & 255, body.length & 255], body);
};
/** @param {number} track @param {number} offset ms @param {number} flags @param {number[]} data */
const block = (track, offset, flags, data) => element([0xa3], [0x80 | track, (offset >> 8) & 255, offset & 255, flags], data);

test("clusters of WebM are filled alike, in order of time", () => {
  const one = new Filler('video/webm; codecs="vp8,opus"');
  const entry = (/** @type {number} */ number, /** @type {boolean} */ video) => element([0xae], element([0xd7], [number]), video ? element([0xe0], []) : []);
  one.learn(cat([0x18, 0x53, 0x80, 0x67, 1, 255, 255, 255, 255, 255, 255, 255], element([0x16, 0x54, 0xae, 0x6b], entry(1, true), entry(2, false))));
  const cluster = (/** @type {number} */ base, /** @type {boolean} */ sound) =>
    element([0x1f, 0x43, 0xb6, 0x75], element([0xe7], u32(base)), block(1, 0, 0x80, [9, 9]), sound ? block(2, 5, 0x80, [1, 1, 1]) : [], block(1, 100, 0, [9, 9]));
  one.fill(cluster(1000, true));
  const bytes = one.fill(cat(cluster(1200, false), cluster(1400, true)), true);
  /** @type {number[]} */
  const times = [];
  /** @type {number[]} */
  const kinds = [];
  let base = 0;
  for (let at = 0; at < bytes.length; ) {
    const id = bytes[at];
    const idLength = id === 0x1f ? 4 : 1;
    const size = new DataView(bytes.buffer).getUint32(at + idLength + 4);
    const body = at + idLength + 8;
    if (id === 0xe7) base = new DataView(bytes.buffer).getUint32(body);
    if (id === 0xa3) {
      times.push(base + new DataView(bytes.buffer).getInt16(body + 1));
      kinds.push(bytes[body + 4]);
    }
    at = id === 0x1f ? body : body + size;
  }
  assert.deepEqual(kinds.filter((kind) => kind === 9).length, 4);
  assert.ok(kinds.includes(248));
  assert.ok(times.every((time, at) => at === 0 || time >= times[at - 1] - 400));
  assert.equal(kinds.filter((kind) => kind === 1).length, 1);
});

test("damaged bytes are refused, not handed to the player", () => {
  const one = filler();
  const bytes = mp4(1, [1]);
  assert.throws(() => one.fill(bytes.slice(0, bytes.length - 3)), RangeError);
});
