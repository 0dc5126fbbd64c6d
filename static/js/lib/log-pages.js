// Which entries of a log a screen has. No DOM.

/**
 * The last number before the first hole, from the first entry on the screen on.
 * @param {Iterable<number>} numbers of the entries on the screen
 * @param {number} first the lowest that the screen is meant to have
 */
export function complete(numbers, first) {
  const seen = new Set(numbers);
  let last = first - 1;
  while (seen.has(last + 1)) last += 1;
  return last;
}
