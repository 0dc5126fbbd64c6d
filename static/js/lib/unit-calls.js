// Units that ask to be called, without a page: what to say, once on this terminal however many windows are open.

/** @typedef {{id: string, words: string}} UnitCall */
/** @typedef {{getItem: (name: string) => string|null, setItem: (name: string, value: string) => void}} Kept */

const NAME = "sightline.unit-calls";
const MOST = 100; // ids that are remembered

/**
 * What this window says of the calls that wait; one that another window said already is passed over.
 * @param {UnitCall[]} calls
 * @param {Kept} kept what the windows of this terminal share
 * @returns {string} "" when nothing is news
 */
export function newsOf(calls, kept) {
  const said = read(kept);
  const fresh = calls.filter((call) => !said.includes(call.id));
  if (!fresh.length) return "";
  try {
    kept.setItem(NAME, JSON.stringify([...said, ...fresh.map((call) => call.id)].slice(-MOST)));
  } catch {
    // storage is closed: said again by another window, which is better than by none
  }
  return fresh.map((call) => call.words).join(" ");
}

/** @param {Kept} kept @returns {string[]} */
function read(kept) {
  try {
    const found = JSON.parse(kept.getItem(NAME) ?? "[]");
    return Array.isArray(found) ? found.map(String) : [];
  } catch {
    return [];
  }
}
