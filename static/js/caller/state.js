// @ts-check
/**
 * What the caller's page knows, and what it may say about it. No DOM, no clock, no network: facts and a time go in,
 * the name of a sentence comes out (the sentences are in templates/caller/_words.html).
 *
 * "Police can see this" and "Recorded and saved" come from the server's status, never from our own tracks: a phone
 * that believes it is live is the thing that goes wrong.
 *
 * @typedef {{watched: boolean, recording: string, seconds: number, at: number}} Status `at`: our clock in ms when it came
 * @typedef {{lat: number, lon: number, accuracy: number, at: number}} Fix degrees, metres, ms
 * @typedef {{incident?: string, from?: number|null, to?: number|null, recorded_seconds?: number, lost_seconds?: number, sound?: boolean, seal?: string|null}} Receipt
 * @typedef {object} Facts
 * @property {"first"|"asking"|"refused"|"live"|"ended"|"app"} screen
 * @property {boolean} wanted the caller wants the camera on
 * @property {"off"|"on"|"paused"} camera
 * @property {""|"frozen"|"taken"|"ended"} lost why the camera is paused
 * @property {"rear"|"front"} facing
 * @property {"refused"|"busy"|"none"|""} why the camera did not open
 * @property {"on"|"muted"|"refused"|"busy"|"off"|"taken"} microphone
 * @property {boolean} torch
 * @property {boolean} torchable
 * @property {"off"|"opening"|"open"|"lost"|"replaced"} line the socket; "open" after the server's welcome
 * @property {"none"|"joining"|"up"|"lost"} peer
 * @property {boolean} everUp the picture has reached the server once
 * @property {boolean} held the server said it cannot take the picture yet
 * @property {Status|null} status
 * @property {"off"|"asking"|"on"|"refused"} place
 * @property {number} placeSince ms
 * @property {Fix|null} fix
 * @property {Fix[]} trail
 * @property {boolean} pictureCard
 * @property {string} endedBy
 * @property {Receipt|null} receipt
 */

/** A status older than this says nothing about now. They come once a second. */
export const FRESH_MS = 4000;
/** A position older than this is shown as old (amber). */
export const OLD_FIX_MS = 20000;
/** While the receiver warms up a rough position is "getting closer". */
const SHARPENING_MS = 30000;
const GOOD_METRES = 25;

/** What a paused camera says. */
const LOST = { "": "paused", ended: "paused", frozen: "froze", taken: "taken" };

/** @returns {Facts} */
export function begin() {
  return {
    screen: "first", wanted: false, camera: "off", lost: "", facing: "rear", why: "", microphone: "off", torch: false, torchable: false,
    line: "off", peer: "none", everUp: false, held: false, status: null,
    place: "off", placeSince: 0, fix: null, trail: [], pictureCard: false, endedBy: "", receipt: null,
  };
}

/**
 * The one strip of the moment.
 * @param {Facts} facts
 * @param {number} now ms
 * @returns {{title: string, note: string, icon: string, amber: boolean, rec: number|null, state: string}}
 */
export function strip(facts, now) {
  /** @param {string} state @param {string} title @param {string} note @param {string} icon @param {boolean} [amber] */
  const say = (state, title, note, icon, amber = false) => ({ state, title, note, icon, amber, rec: /** @type {number|null} */ (null) });
  if (facts.line === "replaced") return say("replaced", "cannot", "again", "video-off", true);
  if (!facts.wanted) {
    if (facts.line !== "open") return facts.everUp || facts.fix ? say("reconnecting", "weak", "itself_off", "weak", true) : say("connecting", "connecting", "chat_on", "clock");
    if (facts.place === "on" && facts.fix) return say("location", "where", "camera_off", "pin");
    if (facts.place === "refused" || facts.place === "off") return say("nothing", "both_off", "chat_on", "video-off");
    return say("location", "camera_off", "finding", "pin");
  }
  if (facts.camera === "paused") return say("paused", "cannot", LOST[facts.lost], "video-off", true);
  if (facts.held) return say("held", "held", "trying", "clock", true);
  const down = facts.line !== "open" || facts.peer !== "up";
  if (down) return facts.everUp ? say("reconnecting", "weak", "itself", "weak", true) : say("connecting", "connecting", "hold", "clock");
  const status = facts.status && now - facts.status.at <= FRESH_MS ? facts.status : null;
  if (!status) return facts.everUp && facts.status ? say("reconnecting", "weak", "itself", "weak", true) : say("connecting", "connecting", "hold", "clock");
  const title = status.watched ? "see" : "getting";
  if (status.recording !== "writing") return say("unsaved", title, "unsaved", "eye", true);
  return { ...say("live", title, facts.microphone === "taken" ? "mic_taken" : "saved", ""), rec: status.seconds };
}

/**
 * The location chip: which sentence, its numbers, and how sure we sound.
 * @param {Facts} facts
 * @param {number} now ms
 * @returns {{word: string, values: Record<string, string>, tone: ""|"amber"|"grey"}}
 */
export function place(facts, now) {
  if (facts.place === "refused" || facts.place === "off") return { word: "place_off", values: {}, tone: "grey" };
  if (!facts.fix) return { word: "finding", values: {}, tone: "grey" };
  const age = now - facts.fix.at;
  if (age > OLD_FIX_MS) {
    const seconds = Math.round(age / 1000);
    return seconds < 120
      ? { word: "old", values: { seconds: String(seconds) }, tone: "amber" }
      : { word: "old_min", values: { minutes: String(Math.floor(seconds / 60)) }, tone: "amber" };
  }
  const closer = facts.fix.accuracy > GOOD_METRES && now - facts.placeSince < SHARPENING_MS;
  const { values, far } = distance(facts.fix.accuracy);
  return { word: (closer ? "closer" : "within") + (far ? "_km" : ""), values, tone: closer ? "grey" : "" };
}

/**
 * A radius as people say it; never more exact than it is, never below 2 m.
 * @param {number} metres
 * @returns {{values: Record<string, string>, far: boolean}}
 */
export function distance(metres) {
  if (metres >= 1000) {
    const km = metres / 1000;
    return { values: { km: km >= 10 ? String(Math.ceil(km)) : String(Math.ceil(km * 10) / 10) }, far: true };
  }
  return { values: { metres: String(Math.max(2, Math.ceil(metres))) }, far: false };
}

/**
 * How old a position is, for the sheet.
 * @param {number} ms
 * @returns {{word: string, values: Record<string, string>}}
 */
export function age(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 2) return { word: "now", values: {} };
  if (seconds < 120) return { word: "ago", values: { seconds: String(seconds) } };
  return { word: "ago_min", values: { minutes: String(Math.floor(seconds / 60)) } };
}

/**
 * Fill `{name}` in a sentence. An unknown name stays as it is: better seen than hidden.
 * @param {string} sentence
 * @param {Record<string, string>} values
 */
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Seconds as 02:14, or 1:02:14. @param {number} seconds */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  return `${hours ? `${hours}:` : ""}${two(Math.floor((whole % 3600) / 60))}:${two(whole % 60)}`;
}

/**
 * A moment from the server in ms: it may be ms, seconds or an ISO string.
 * @param {string|number|undefined|null} at
 */
export function moment(at) {
  if (typeof at === "number") return at > 1e11 ? at : at * 1000;
  const parsed = Date.parse(at ?? "");
  return Number.isNaN(parsed) ? 0 : parsed;
}

/** May an action run again? One tap spends; the second within 700 ms does not. @param {() => number} now */
export function guard(now) {
  /** @type {Map<string, number>} */
  const last = new Map();
  return (/** @type {string} */ action) => {
    const at = now();
    const before = last.get(action);
    if (before !== undefined && at - before < 700) return false;
    last.set(action, at);
    return true;
  };
}
