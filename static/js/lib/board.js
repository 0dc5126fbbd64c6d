// What an event of the wanted board means for a card, and whether it is near. No DOM: tested with `node --test`.

/**
 * @typedef {{wanted: string, reservation: string, state: string, call_sign: string, collar: string, since: string,
 *   until: string, version: number, near_lat: number|null, near_lon: number|null}} ReservationData
 * @typedef {{lat: number, lon: number}} Position
 */

export const LIVE = ["RESERVED", "EN_ROUTE", "ATTEMPTED"];
const FRESH = 30_000;
const EARTH_KM = 6371;

/** @type {Record<string, string>} what the toast says of an end, after the call sign */
const ENDS = {
  ARRESTED: "has arrested", NO_TRACE: "did not find", WRONG_DETAILS: "had wrong details for", MADE_OFF: "lost sight of",
  STOOD_DOWN: "was stood down from", RELEASED: "has given back", HANDED_OVER: "has handed over",
  OVERRIDDEN: "no longer has", EXPIRED: "ran out of time for",
};

/**
 * How a card stands after an event.
 * @param {ReservationData} event
 * @param {string} collar of the person looking
 * @returns {"mine"|"other"|""} who has the person now
 */
export function takenBy(event, collar) {
  if (!LIVE.includes(event.state)) return "";
  return event.collar === collar ? "mine" : "other";
}

/**
 * The words of a taken card.
 * @param {ReservationData} event
 * @param {string} collar
 * @param {string} until "18:39"
 */
export function heldWords(event, collar, until) {
  return event.collar === collar ? `Reserved by you until ${until}` : `Reserved by ${event.call_sign || event.collar} until ${until}`;
}

/**
 * What a toast says, or null when nothing is to be said: one's own steps, a longer lease, or an event of some time ago
 * that only comes now because the phone was away.
 * @param {ReservationData} event
 * @param {{collar: string, name: string, before: "mine"|"other"|"", at: number, now: number}} seen `name` from the card on screen, else empty
 * @returns {string|null}
 */
export function toastWords(event, { collar, name, before, at, now }) {
  if (now - at > FRESH) return null;
  if (event.collar === collar) return ownWords(event, name || "A wanted person", before);
  const who = event.call_sign || event.collar;
  const whom = name || "a wanted person";
  if (takenBy(event, collar)) return before === "other" ? null : `${who} has reserved ${whom}`;
  return ENDS[event.state] ? `${who} ${ENDS[event.state]} ${whom}` : null;
}

/**
 * What others did to one's own reservation: handed over to one, taken by a supervisor, run out.
 * @param {ReservationData} event @param {string} whom @param {string} before
 */
function ownWords(event, whom, before) {
  if (event.state === "RESERVED") return before === "mine" ? null : `${whom} is yours now`;
  if (event.state === "OVERRIDDEN") return `${whom} is no longer yours: taken by a supervisor`;
  return event.state === "EXPIRED" ? `Your time ran out: ${whom} is back on the list` : null;
}

/**
 * Kilometres between two places of the earth.
 * @param {Position} a @param {Position} b
 */
export function kilometres(a, b) {
  const rad = Math.PI / 180;
  const half = Math.sin(((b.lat - a.lat) * rad) / 2) ** 2 + Math.cos(a.lat * rad) * Math.cos(b.lat * rad) * Math.sin(((b.lon - a.lon) * rad) / 2) ** 2;
  return 2 * EARTH_KM * Math.asin(Math.sqrt(Math.min(1, half)));
}

/**
 * Whether an event is near enough to feel. The phone compares: its own position is told to nobody.
 * @param {ReservationData} event
 * @param {Position|null} here
 * @param {number} km
 */
export function isNear(event, here, km) {
  if (!here || typeof event.near_lat !== "number" || typeof event.near_lon !== "number") return false;
  return kilometres(here, { lat: event.near_lat, lon: event.near_lon }) <= km;
}

/**
 * A newer state only: events may come twice after a lost connection, and a page may be newer than an event.
 * @param {number} seen version the card shows @param {number} version of the event
 */
export const isNewer = (seen, version) => !(version <= seen);
