// The gap ledger without a page: words for a second, where a stretch is drawn, the next gap. Times are milliseconds
// since the epoch unless they are called seconds.

/** @typedef {"recorded"|"loss"|"phone"|"lost"} State */
/** @typedef {""|"network"|"caller"|"engine"|"storage"} Why */
/** @typedef {{at: number, for: number, state: State, why: Why, frames: number, kept?: boolean}} Run */
/** @typedef {{start: number, seconds: number, runs: Run[]}} Line `start` in seconds since the epoch */
/** @typedef {{x: number, width: number, state: State, kept: boolean}} Box pixels */

export const STATE_WORDS = Object.freeze({ recorded: "Recorded", loss: "Recorded with loss", phone: "From the phone, sent later", lost: "Not recorded" });
export const WHY_WORDS = Object.freeze({ network: "connection lost or weak", caller: "stopped on the caller's phone", engine: "video service stopped", storage: "storage failed" });

/** Narrower than this a gap cannot be seen, px. */
const NARROWEST = 3;

/** @param {Line} line @param {number} second counted from the line's start @returns {Run|null} */
export function runAt(line, second) {
  let low = 0;
  let high = line.runs.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const run = line.runs[middle];
    if (second < run.at) high = middle - 1;
    else if (second >= run.at + run.for) low = middle + 1;
    else return run;
  }
  return null;
}

/** @param {Line} line @param {number} moment ms @returns {number} the second of the line, inside it */
export function secondOf(line, moment) {
  return Math.min(Math.max(0, Math.floor(moment / 1000) - line.start), Math.max(0, line.seconds - 1));
}

/** What a run is, in words: "Not recorded, connection lost or weak, 12 s". @param {Run} run */
export function words(run) {
  /** @type {string[]} */
  const parts = [STATE_WORDS[run.state]];
  if (run.why) parts.push(WHY_WORDS[run.why]);
  if (run.kept) parts.push("the phone has it and will send it");
  if (run.frames) parts.push(`about ${run.frames} ${run.frames === 1 ? "frame" : "frames"} missing`);
  if (run.state !== "recorded") parts.push(`${run.for} s`);
  return parts.join(", ");
}

/** The line in one sentence. @param {Line} line */
export function summary(line) {
  const sums = totals(line);
  if (!line.seconds) return "Nothing recorded yet";
  const said = [`${sums.recorded} of ${line.seconds} s recorded`];
  if (sums.loss) said.push(`${sums.loss} s with loss`);
  if (sums.phone) said.push(`${sums.phone} s from the phone`);
  if (sums.lost) said.push(`${sums.lost} s not recorded`);
  return said.join(", ");
}

/** @param {Line} line @returns {Record<State, number>} */
export function totals(line) {
  const sums = { recorded: 0, loss: 0, phone: 0, lost: 0 };
  for (const run of line.runs) sums[run.state] += run.for;
  return sums;
}

/** The newest stretch that is not recorded whole. @param {Line} line @returns {Run|null} */
export function lastGap(line) {
  for (let at = line.runs.length - 1; at >= 0; at -= 1) if (line.runs[at].state !== "recorded") return line.runs[at];
  return null;
}

/** Where each run is drawn in `width` pixels: recorded first, gaps after it, so that no gap is too narrow to be seen.
 * @param {Line} line @param {number} width @returns {Box[]} */
export function boxes(line, width) {
  if (!line.seconds || width <= 0) return [];
  const scale = width / line.seconds;
  /** @type {Box[]} */
  const recorded = [];
  /** @type {Box[]} */
  const gaps = [];
  for (const run of line.runs) {
    const whole = run.for * scale;
    const drawn = run.state === "recorded" ? whole : Math.max(NARROWEST, whole);
    const x = Math.min(Math.max(0, run.at * scale - (drawn - whole) / 2), Math.max(0, width - drawn));
    const before = gaps[gaps.length - 1];
    const box = { x: round(x), width: round(drawn), state: run.state, kept: run.kept === true };
    if (run.state === "recorded") recorded.push(box);
    // A thousand gaps in a hundred pixels are one stretch to the eye: the worse state is drawn.
    else if (before && box.x + box.width <= before.x + before.width + 0.5 && rank(box.state) <= rank(before.state)) continue;
    else gaps.push(box);
  }
  return [...recorded, ...gaps];
}

/** @param {State} state */
const rank = (state) => ["recorded", "phone", "loss", "lost"].indexOf(state);
/** @param {number} value */
const round = (value) => Math.round(value * 100) / 100;

/** The start of the next (or, with `step` -1, the one before) stretch that is not recorded, ms; null when there is none.
 * @param {Line} line @param {number} moment ms @param {1|-1} [step] @returns {number|null} */
export function nextGap(line, moment, step = 1) {
  const starts = line.runs.filter((run, at) => run.state !== "recorded" && (at === 0 || line.runs[at - 1].state === "recorded")).map((run) => (line.start + run.at) * 1000);
  if (step === 1) return starts.find((start) => start > moment + 500) ?? null;
  return starts.reverse().find((start) => start < moment - 500) ?? null;
}

/** Whether this is a line that adds up: one state for each second. @param {any} value @returns {value is Line} */
export function isLine(value) {
  if (!value || !Number.isInteger(value.start) || !Number.isInteger(value.seconds) || !Array.isArray(value.runs)) return false;
  let at = 0;
  for (const run of value.runs) {
    if (run.at !== at || !(run.for >= 1) || !(run.state in STATE_WORDS)) return false;
    at += run.for;
  }
  return at === value.seconds;
}
