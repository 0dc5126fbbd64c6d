// Which lines the map draws while somebody chooses whom to send. No DOM and no drawing.

/** @typedef {{lat: number, lon: number}} Point */
/**
 * What the list says: where help is wanted, the unit that Enter would assign, the one that is looked at, all on offer.
 * @typedef {{at: Point|null, picked: string, looked: string, offered: string[]}} Sending
 */
/** @typedef {{unit: string, picked: boolean}} Line */

/** @type {Sending} */
export const NOBODY = Object.freeze({ at: null, picked: "", looked: "", offered: [] });

/**
 * A line from each unit that is meant: whole for the one that Enter would assign, dashed for one that is only looked at.
 * A unit without a position, and an incident without a place, have none.
 * @param {Sending} sending
 * @param {{has: (id: string) => boolean}} placed units with a position
 * @returns {Line[]}
 */
export function linesOf(sending, placed) {
  if (!sending.at) return [];
  const meant = sending.looked && sending.looked !== sending.picked ? [sending.looked, sending.picked] : [sending.picked];
  return meant.filter((unit) => unit && placed.has(unit)).map((unit) => ({ unit, picked: unit === sending.picked }));
}

/**
 * What must be in sight to choose: the place and every unit on offer.
 * @param {Sending} sending
 * @param {Map<string, Point>} units
 * @returns {Point[]}
 */
export function inSight(sending, units) {
  const points = sending.offered.map((id) => units.get(id)).filter((unit) => unit !== undefined);
  return sending.at ? [sending.at, ...points] : points;
}
