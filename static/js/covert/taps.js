// @ts-check
/** Fingers of somebody who may not look: several taps in a row, and a long hold. No DOM. */

/**
 * Says true with the tap that completes `count` taps within `within` ms.
 * @param {number} count @param {number} within @param {() => number} now
 */
export function several(count, within, now) {
  /** @type {number[]} */
  let taps = [];
  return () => {
    taps = [...taps, now()].slice(-count);
    const full = taps.length === count && taps[count - 1] - taps[0] <= within;
    if (full) taps = [];
    return full;
  };
}

/**
 * What the caller is asked now: the last words of the police. What they answer after it is theirs.
 * @param {{from: string, text: string}[]} items
 */
export function question(items) {
  return items.filter((item) => item.from === "police").pop()?.text ?? "";
}

/**
 * Whether everything that was answered has arrived.
 * @param {{from: string, state: string}[]} items
 * @returns {"none"|"sending"|"sent"}
 */
export function answered(items) {
  const last = items[items.length - 1];
  if (!last || last.from !== "me") return "none";
  return last.state === "pending" ? "sending" : "sent";
}
