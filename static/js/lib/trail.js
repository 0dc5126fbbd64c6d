// The caller's trail as every map draws it: which fixes have a circle, how strong it is, and in which colour. No DOM.

import { fixAge } from "./place.js";

/** @typedef {import("./place.js").Fix} Fix */

const CIRCLES = 40; // of the newest fixes; the line is longer

/**
 * Every fix with how far it may be off: the newest strong, the older the fainter. In the order in which they are drawn.
 * @param {Fix[]} trail oldest first
 * @returns {{fix: Fix, newest: boolean, fill: number, edge: number}[]} shares of opacity
 */
export function circlesOf(trail) {
  const shown = trail.slice(-CIRCLES);
  return shown.map((fix, at) => {
    const newest = at === shown.length - 1;
    const near = (at + 1) / shown.length; // 1 is the newest
    return { fix, newest, fill: newest ? 0.22 : 0.012 * near, edge: newest ? 1 : 0.1 + 0.4 * near };
  });
}

/** The name of the colour for the newest fix's age. @param {number} ageMs */
export const trailColour = (ageMs) => ({ fresh: "--accent", aging: "--warn", old: "--faint" })[fixAge(ageMs)];
