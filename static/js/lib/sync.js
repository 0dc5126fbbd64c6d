// How fresh an officer's page is, in words. No DOM: tested with `node --test tests/js/`.

/** @typedef {import("./live.js").LiveState} LiveState */

export const OFFLINE_AFTER = 15_000;

/**
 * The mark in the duty bar. Without an answer for 15 seconds the page says so, whatever the connection believes.
 * @param {LiveState} state of the live connection
 * @param {number|null} heardAt when the server last answered, milliseconds by the server's clock
 * @param {number} now by the same clock
 * @param {boolean} [behind] it answers, but what changes does not come as it happens
 * @returns {{link: "up"|"late"|"offline"|"joining", word: string}}
 */
export function syncMark(state, heardAt, now, behind = false) {
  if (state === "signed-out") return { link: "offline", word: "Signed out" };
  if (heardAt === null) return { link: "joining", word: "Joining" };
  if (now - heardAt > OFFLINE_AFTER) return { link: "offline", word: "Offline" };
  return behind ? { link: "late", word: "Not live" } : { link: "up", word: "Synced" };
}

/**
 * How long ago, for "As known at 14:31, 13 min ago."
 * @param {number} milliseconds
 */
export function ago(milliseconds) {
  const minutes = Math.floor(Math.max(0, milliseconds) / 60_000);
  if (minutes < 1) return "Less than a minute ago.";
  if (minutes < 120) return `${minutes} min ago.`;
  return `${Math.floor(minutes / 60)} h ago.`;
}
