// The layout a person left at a position: which panels stand on screens of their own and where, and how wide panels are.
// Kept on this terminal. No DOM: the page hands in its storage and its windows.

/** @typedef {"queue"|"incident"|"video"|"map"} Panel */
/** @typedef {{only: Panel, x: number, y: number, width: number, height: number}} Stand */
/** @typedef {{getItem: (name: string) => string|null, setItem: (name: string, value: string) => void, removeItem: (name: string) => void}} Kept */

const PANELS = new Set(["queue", "incident", "video", "map"]);
const LEAST = 200; // px: a smaller window shows nothing
const FARTHEST = 30_000; // px: no desk has screens beyond that

/**
 * A name of the storage that is this person's at this position.
 * @param {string} user @param {string} position @param {string} what
 */
export const nameOf = (user, position, what) => `sightline.desk.${user}.${position.toUpperCase().replace(/[^A-Z0-9]/g, "")}.${what}`;

export class Layout {
  /** @param {Kept} kept @param {string} name */
  constructor(kept, name) {
    this.kept = kept;
    this.name = name;
  }

  /** @returns {Stand[]} by the order in which they were torn off */
  all() {
    try {
      const found = JSON.parse(this.kept.getItem(this.name) ?? "[]");
      return Array.isArray(found) ? found.filter(isStand) : [];
    } catch {
      return [];
    }
  }

  /** A window of its own says where it stands. @param {Stand} stand */
  keep(stand) {
    if (!isStand(stand)) return;
    const before = this.all();
    const at = before.findIndex((one) => one.only === stand.only);
    if (at >= 0 && JSON.stringify(before[at]) === JSON.stringify(stand)) return;
    this.#write(at >= 0 ? before.with(at, stand) : [...before, stand]);
  }

  /** The panel was brought back, or its window closed while the console stayed. @param {string} only */
  forget(only) {
    const before = this.all();
    const after = before.filter((one) => one.only !== only);
    if (after.length !== before.length) this.#write(after);
  }

  /** @param {Stand[]} stands */
  #write(stands) {
    try {
      if (stands.length) this.kept.setItem(this.name, JSON.stringify(stands));
      else this.kept.removeItem(this.name);
    } catch {
      // storage is closed: the layout lasts as long as its windows
    }
  }
}

/** How a window is opened where it stood. @param {Stand|undefined} stand @param {Panel} only */
export function featuresOf(stand, only) {
  if (!stand) return `popup,width=${only === "queue" ? 420 : 960},height=900`;
  return `popup,left=${stand.x},top=${stand.y},width=${stand.width},height=${stand.height}`;
}

/**
 * What opens now and what waits: a video and an incident's window need an incident to show.
 * @param {Stand[]} stands @param {(only: Panel) => boolean} isOpen @param {boolean} hasIncident
 * @returns {{now: Stand[], later: Stand[]}}
 */
export function toOpen(stands, isOpen, hasIncident) {
  const missing = stands.filter((one) => !isOpen(one.only));
  const can = (/** @type {Stand} */ one) => hasIncident || one.only === "queue" || one.only === "map";
  return { now: missing.filter(can), later: missing.filter((one) => !can(one)) };
}

/** @param {{now: Stand[], later: Stand[]}} waiting @returns {string} what the button says, "" when there is nothing to open */
export function offerWords({ now, later }) {
  const count = now.length;
  if (count) return count === 1 ? "Open my screen" : `Open my ${count} screens`;
  return later.length ? "My screens open with an incident" : "";
}

/** @param {any} one @returns {one is Stand} */
function isStand(one) {
  if (typeof one !== "object" || one === null || !PANELS.has(one.only)) return false;
  const { x, y, width, height } = one;
  return [x, y, width, height].every((value) => Number.isInteger(value) && Math.abs(value) <= FARTHEST) && width >= LEAST && height >= LEAST;
}
