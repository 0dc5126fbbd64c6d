// Units and where they are: what a page was given, and what it hears. No DOM.

import { ageWords } from "./place.js";

/**
 * @typedef {{id: string, callSign: string, state: string, lat: number, lon: number, at: number}} Unit `at` in ms
 */

const OLD_AFTER = 60_000;

/** A unit moves: after a minute its position is where it was. @param {number} ageMs */
export const isOld = (ageMs) => ageMs > OLD_AFTER;

/** The age of a position as a marker says it: nothing while it is fresh. @param {number} ageMs */
export const shortAge = (ageMs) => (isOld(ageMs) ? ageWords(ageMs).replace(/ old$/, "") : "");

export class Units {
  /** @param {Record<string, string>} words the force's words for its States: {"2": "Available"} */
  constructor(words = {}) {
    this.words = words;
    /** @type {Map<string, Unit>} */
    this.byId = new Map();
    /** @type {Set<string>} ids that changed, until a drawing takes them */
    this.touched = new Set();
  }

  /** @returns {Unit[]} by call sign */
  get all() {
    return [...this.byId.values()].sort((a, b) => a.callSign.localeCompare(b.callSign));
  }

  /** All there are, as the server knew them; what was heard since stays. @param {Unit[]} list */
  replace(list) {
    this.byId = new Map(list.filter(isWhole).map((unit) => {
      const known = this.byId.get(unit.id);
      return [unit.id, known && known.at > unit.at ? known : unit];
    }));
    for (const id of this.byId.keys()) this.touched.add(id);
  }

  /**
   * Take what was heard on the board's topic. An older position than the known one changes nothing.
   * @param {string} kind
   * @param {Record<string, any>} data
   * @returns {boolean} whether anything changed
   */
  hear(kind, data) {
    if (kind === "units.moved") {
      // many at once, as a radio system's feed sends them: one message, one drawing
      const moves = Array.isArray(data.moves) ? data.moves : [];
      return moves.map((move) => this.hear("unit.moved", move)).some(Boolean);
    }
    const known = this.byId.get(String(data.resource));
    if (kind === "unit.state") {
      if (!known || known.state === String(data.state)) return false;
      this.byId.set(known.id, { ...known, state: String(data.state) });
      this.touched.add(known.id);
      return true;
    }
    if (kind !== "unit.moved") return false;
    const unit = { id: String(data.resource), callSign: String(data.call_sign), state: String(data.state ?? known?.state ?? ""), lat: data.lat, lon: data.lon, at: Date.parse(data.at) };
    if (!isWhole(unit) || (known && unit.at <= known.at)) return false;
    this.byId.set(unit.id, unit);
    this.touched.add(unit.id);
    return true;
  }

  /** @param {Unit} unit */
  stateWords(unit) {
    return `State ${unit.state || "not known"}${this.words[unit.state] ? `, ${this.words[unit.state]}` : ""}`;
  }

  /**
   * Everything about a unit in one line: "NB21: State 2, Available, position 4 s old".
   * @param {Unit} unit
   * @param {number} now ms
   */
  name(unit, now) {
    return `${unit.callSign}: ${this.stateWords(unit)}, position ${ageWords(now - unit.at)}`;
  }

  /** How many are in each State, lowest first. @returns {{state: string, words: string, count: number}[]} */
  counts() {
    /** @type {Map<string, number>} */
    const found = new Map();
    for (const unit of this.byId.values()) found.set(unit.state, (found.get(unit.state) ?? 0) + 1);
    return [...found].sort((a, b) => Number(a[0]) - Number(b[0])).map(([state, count]) => ({ state, words: this.words[state] ?? `State ${state}`, count }));
  }
}

/** @param {Unit} unit */
function isWhole(unit) {
  return Boolean(unit.id && unit.callSign) && [unit.lat, unit.lon, unit.at].every(Number.isFinite) && Math.abs(unit.lat) <= 90 && Math.abs(unit.lon) <= 180;
}
