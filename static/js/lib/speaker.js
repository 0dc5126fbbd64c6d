// Who speaks? Levels in, at most one change of the large picture out. Pure: no DOM, no clock of its own.

export const LOUD = 0.02; // audio level, 0 to 1 (RFC 6465 as browsers give it)
export const LASTS = 1200; // ms somebody must be heard before the picture goes to them
export const STAYS = 4000; // ms a picture stays at least
const PAUSE = 600; // ms of silence that are still the same sentence

export class Speaker {
  constructor() {
    /** @type {Map<string, {since: number, last: number}>} */
    this.heard = new Map();
    this.changedAt = Number.NEGATIVE_INFINITY;
  }

  /** The large picture was chosen, by hand or from here. @param {number} now ms */
  changed(now) {
    this.changedAt = now;
  }

  /**
   * Who should be large now, or null to leave it.
   * @param {Map<string, number>} levels by session
   * @param {string|null} large
   * @param {number} now ms
   * @returns {string|null}
   */
  next(levels, large, now) {
    for (const [id, level] of levels) {
      const known = this.heard.get(id);
      if (level >= LOUD) this.heard.set(id, { since: known && now - known.last <= PAUSE ? known.since : now, last: now });
    }
    for (const [id, { last }] of this.heard) if (now - last > PAUSE || !levels.has(id)) this.heard.delete(id);
    if (now - this.changedAt < STAYS || (large !== null && this.heard.has(large))) return null;
    let best = null;
    for (const [id, { since, last }] of this.heard) {
      if (last - since >= LASTS && (best === null || since < best.since)) best = { id, since };
    }
    return best?.id ?? null;
  }
}
