// What the system line says when something is wrong, and until when what is on the screen is true. No DOM.

/** @typedef {{part: string, since: number}} Away a part of the system that does not answer; milliseconds since the epoch */
/**
 * @typedef {object} Known
 * @property {import("./live.js").LiveState} state of the live connection
 * @property {number|null} downSince when it was lost
 * @property {boolean|null} reached whether the server answered a plain request since; null before the first answer
 * @property {Away[]} away the first to go first
 * @property {number|null} looked until when nothing is missing although live updates are away
 * @property {number} heard when the server was last heard, or what is here was fetched
 * @property {number} kept entries that wait on this terminal
 */
/** @typedef {{level: "ok"|"warn"|"down", words: string, faults: string[], since: number|null, asOf: number|null}} Fault `faults`: names of what is wrong, as the card has them */

const UNREACHED = 10_000; // milliseconds without any answer before paper is taken out

/** @type {Record<string, {name: string, works: string}>} */
const PARTS = {
  channel_layer: { name: "Live updates", works: "Log, grading and assigning work. This page refreshes every 5 s." },
  media: { name: "Live video", works: "Log, grading and assigning work. The caller's page tries again by itself." },
  storage: { name: "The evidence store", works: "Recording goes on. Exhibits open when it is back." },
  relay: { name: "The relay", works: "A caller on a strict network may have no picture." },
};

/**
 * @param {Known} known
 * @param {number} now
 * @param {(at: number) => string} time as the wall clock shows it
 * @returns {Fault}
 */
export function faultOf(known, now, time) {
  const { state, downSince, reached, kept } = known;
  const waiting = kept ? ` ${kept} ${kept === 1 ? "entry" : "entries"} kept on this terminal.` : "";
  if (state === "signed-out") return said("down", `Signed out.${waiting} Sign in again in this window; nothing typed is lost.`, [], null, known.heard);
  if (downSince !== null) {
    const since = time(downSince);
    if (reached === false && now - downSince >= UNREACHED) return said("down", `Server not reachable since ${since}.${waiting} Use the paper log. Typing still works.`, ["server"], downSince, known.heard);
    const rest = reached ? `${waiting} Log, grading and assigning work. This page refreshes every 15 s.` : `${waiting} Trying again by itself.`;
    return said("warn", `Live updates are down since ${since}.${rest}`, ["link"], downSince, known.heard);
  }
  return known.away.length ? ofParts(known, waiting, time) : said("ok", "", [], null, null);
}

/**
 * What a page says of its live connection beside the clock: never better than the line. "late": the connection stands,
 * but changes are only looked for every five seconds.
 * @param {Pick<Known, "state"|"downSince"|"away">} known
 * @returns {"joining"|"up"|"late"|"down"}
 */
export function linkOf({ state, downSince, away }) {
  if (downSince !== null || state === "down" || state === "signed-out") return "down";
  if (state === "joining") return "joining";
  const names = away.map((one) => one.part);
  if (names.includes("database")) return "down"; // the connection stands and can say nothing new
  return names.includes("channel_layer") ? "late" : "up";
}

/** @param {Known} known @param {string} waiting @param {(at: number) => string} time @returns {Fault} */
function ofParts({ away, looked }, waiting, time) {
  const names = away.map((one) => one.part);
  const first = Math.min(...away.map((one) => one.since));
  const asOf = names.includes("channel_layer") ? looked : null;
  if (names.includes("database")) return said("down", `Records do not answer since ${time(first)}.${waiting} Use the paper log. Typing still works.`, names, first, asOf);
  const parts = names.map((name) => PARTS[name] ?? { name: name.replaceAll("_", " "), works: "" });
  const who = parts.map((part, at) => (at ? part.name.charAt(0).toLowerCase() + part.name.slice(1) : part.name));
  const list = who.length > 1 ? `${who.slice(0, -1).join(", ")} and ${who.at(-1)}` : who[0];
  const many = who.length > 1 || names[0] === "channel_layer";
  const works = names.includes("channel_layer") ? PARTS.channel_layer.works : names.length > 1 ? "Log, grading and assigning work." : parts[0].works;
  return said("warn", `${list} ${many ? "are" : "is"} down since ${time(first)}.${waiting} ${works}`.trim(), names, first, asOf);
}

/** @param {Fault["level"]} level @param {string} words @param {string[]} faults @param {number|null} since @param {number|null} asOf @returns {Fault} */
const said = (level, words, faults, since, asOf) => ({ level, words, faults, since, asOf });
