// @ts-check
/** The question and what was answered to it, read off the conversation. No DOM. */

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

/**
 * What goes to the police for a button: the caller's own word, and the English one for whoever reads it.
 * @param {string} english @param {string} shown
 */
export function reply(english, shown) {
  return !shown || shown === english ? english : `${shown} (${english})`;
}

/**
 * How far the answer of one button has come: it is pressed from the tap until something else is said or asked.
 * @param {{from: string, text: string, state: string}[]} items @param {string} words what the button says
 * @returns {"none"|"sending"|"sent"}
 */
export function pressed(items, words) {
  return items[items.length - 1]?.text === words ? answered(items) : "none";
}
