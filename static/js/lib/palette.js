// What a line of the palette means for the commands, and which line is chosen. No DOM.

/**
 * Whether every typed word begins a word of the command: "vid wa" fits "Video wall".
 * @param {string} command
 * @param {string} typed
 */
export function fits(command, typed) {
  const has = words(command);
  return words(typed).every((word) => has.some((one) => one.startsWith(word)));
}

/** @param {string} text */
const words = (text) => text.toLowerCase().split(/[\s,:;.]+/).filter(Boolean);

/**
 * Whether a line is worth a question to the server: a digit alone is an incident's number, a letter alone nothing.
 * @param {string} typed
 */
export function worthAsking(typed) {
  const said = typed.trim();
  return said.length >= 2 || /^\d$/.test(said);
}

/**
 * The chosen place after a step; the list is a ring.
 * @param {number} at
 * @param {number} step
 * @param {number} count
 */
export function stepped(at, step, count) {
  return count === 0 ? -1 : (at + step + count) % count;
}
