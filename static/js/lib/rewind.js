// Looking back without a page: what to fetch for a moment, where a key leads, which mark comes next, what is said.
// Times are milliseconds since the epoch by the server's clock unless a name says otherwise.

import { duration } from "./clock.js";

/** @typedef {{number: number, start: number, end: number|null, width: number, height: number}} Part `end` null: being written */
/** @typedef {[offset: number, size: number, start: number, end: number, key: boolean]} Row bytes, and seconds of media time */
/** @typedef {{kind: "chat"|"log"|"snapshot"|"mark"|"join"|"gap", at: number, who?: string, number?: number, type?: string, ref?: string}} Mark */

/** Closer to the newest second than this is live, ms. */
export const LIVE_WITHIN = 3000;
/** How far a key goes, ms. */
export const STEP = 10_000;

/** The part that holds the moment, or the next one after it; null behind the last.
 * @param {Part[]} parts @param {number} moment @returns {Part|null} */
export function partAt(parts, moment) {
  for (const part of parts) if (part.end === null || moment < part.end) return part;
  return null;
}

/** The row to begin with so that the moment can be shown: the last key frame before it.
 * @param {Row[]} rows @param {number} seconds of media time @returns {number} -1 when there is none */
export function rowBefore(rows, seconds) {
  let found = -1;
  for (let at = 0; at < rows.length; at += 1) {
    if (rows[at][2] > seconds && found >= 0) break;
    if (rows[at][4]) found = at;
  }
  return found;
}

/** @param {Mark[]} marks in order @param {number} moment @param {1|-1} step @returns {Mark|null} */
export function markBeside(marks, moment, step) {
  if (step === 1) return marks.find((mark) => mark.at > moment + 500) ?? null;
  return [...marks].reverse().find((mark) => mark.at < moment - 1500) ?? null;
}

/** Where a key on the line leads; null for another key, Infinity for live.
 * @param {string} key @param {number} moment @param {number} first @param {number} [fine] step of an arrow, ms @returns {number|null} */
export function keyTarget(key, moment, first, fine = 1000) {
  switch (key) {
    case "ArrowLeft":
    case "ArrowDown":
      return Math.max(first, moment - fine);
    case "ArrowRight":
    case "ArrowUp":
      return moment + fine;
    case "PageDown":
      return Math.max(first, moment - 60_000);
    case "PageUp":
      return moment + 60_000;
    case "Home":
      return first;
    case "End":
      return Infinity;
    default:
      return null;
  }
}

/** "Rewound, 00:42 behind live". @param {number} behind ms */
export function behindWords(behind) {
  const text = duration(Math.max(0, behind) / 1000);
  return `Rewound, ${text.startsWith("00:") ? text.slice(3) : text} behind live`;
}

/** @param {Mark} mark */
export function markWords(mark) {
  switch (mark.kind) {
    case "chat":
      return mark.who === "caller" ? "Caller wrote" : "Police wrote";
    case "log":
      return `Log ${mark.number}, ${mark.type}`;
    case "snapshot":
      return `Snapshot ${mark.ref}`;
    case "mark":
      return "Mark";
    case "join":
      return "Phone connected";
    case "gap":
      return "Gap";
  }
}

/** The gaps of a line as marks, beside the others, in order.
 * @param {Mark[]} marks @param {import("./ledger.js").Line} line @returns {Mark[]} */
export function withGaps(marks, line) {
  const gaps = line.runs
    .filter((run, at) => run.state !== "recorded" && (at === 0 || line.runs[at - 1].state === "recorded"))
    .map((run) => ({ kind: /** @type {const} */ ("gap"), at: (line.start + run.at) * 1000 }));
  return [...marks, ...gaps].sort((a, b) => a.at - b.at);
}
