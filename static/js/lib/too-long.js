// What is longer than its field takes: said before it is sent, in the server's words, and kept as it was typed. No DOM.

/**
 * @param {string} text
 * @param {number} limit characters
 * @returns {string} what to do, "" when it fits
 */
export function tooLong(text, limit) {
  const length = [...text.trim().normalize("NFC")].length; // as the server counts: an emoji is one
  return length > limit ? `Use at most ${limit.toLocaleString("en-GB")} characters; this is ${length.toLocaleString("en-GB")}.` : "";
}

/**
 * Whether the field's words fit into its data-limit; where they do not, the field says so.
 * @param {Pick<HTMLInputElement, "value"|"dataset"|"setCustomValidity"|"reportValidity"|"addEventListener">} field
 */
export function fits(field) {
  const words = tooLong(field.value, Number(field.dataset.limit));
  field.setCustomValidity(words);
  if (!words) return true;
  field.addEventListener("input", () => field.setCustomValidity(""), { once: true });
  field.reportValidity();
  return false;
}
