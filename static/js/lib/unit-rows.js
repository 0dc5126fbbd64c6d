// The units' board without a page: which unit stands in which State, which are shown. What is heard is thin and may be
// lost; a board that was away asks for the whole once.

/** @typedef {{id: string, callSign: string, state: string, skills: string[], incident: string|null, serial: number|null, at: number}} Row */

export class UnitRows {
  /** @type {Map<string, Row>} */
  byId = new Map();
  /** @type {Set<string>} skills that must all be there */
  wanted = new Set();

  /** @param {Row[]} rows */
  replace(rows) {
    this.byId = new Map(rows.map((row) => [row.id, row]));
  }

  /**
   * Take a unit.state. Older than what is known changes nothing; a unit nobody has heard of is asked for.
   * @param {Record<string, any>} data
   * @returns {"moved"|"same"|"unknown"|"old"}
   */
  hear(data) {
    const known = this.byId.get(String(data.resource));
    if (!known) return "unknown";
    const at = Date.parse(data.at);
    if (Number.isFinite(at) && at < known.at) return "old";
    const next = { ...known, state: String(data.state), incident: data.incident ?? null, serial: data.serial ?? null, at: Number.isFinite(at) ? at : known.at };
    const same = next.state === known.state && next.incident === known.incident;
    this.byId.set(known.id, next);
    return same ? "same" : "moved";
  }

  /** @param {string} skill @returns {boolean} whether it is asked for now */
  toggle(skill) {
    if (!this.wanted.delete(skill)) this.wanted.add(skill);
    return this.wanted.has(skill);
  }

  /** @param {Row} row */
  shows(row) {
    return [...this.wanted].every((skill) => row.skills.includes(skill));
  }

  /** Before which of these call signs a unit stands: they are in order. @param {string} sign @param {string[]} signs */
  static placeIn(sign, signs) {
    const at = signs.findIndex((one) => one.localeCompare(sign) > 0);
    return at < 0 ? signs.length : at;
  }
}
