// What is said or rung once on a terminal, however many windows are open there. No DOM.

/** @typedef {{getItem: (name: string) => string|null, setItem: (name: string, value: string) => void}} Kept */

const MOST = 100; // ids that are remembered

/**
 * Those that no window of this terminal has had yet; from now on they are had.
 * @param {string[]} ids
 * @param {string} name under which they are remembered
 * @param {Kept} kept what the windows of this terminal share
 */
export function firstOf(ids, name, kept) {
  const had = read(name, kept);
  const fresh = ids.filter((id) => !had.includes(id));
  if (!fresh.length) return fresh;
  try {
    kept.setItem(name, JSON.stringify([...had, ...fresh].slice(-MOST)));
  } catch {
    // storage is closed: had again by another window, which is better than by none
  }
  return fresh;
}

/** @param {string} name @param {Kept} kept @returns {string[]} */
function read(name, kept) {
  try {
    const found = JSON.parse(kept.getItem(name) ?? "[]");
    return Array.isArray(found) ? found.map(String) : [];
  } catch {
    return [];
  }
}
