// Which tick or score a key means in the forms of risk. No DOM.

/**
 * 1 to 9 alone tick a criterion, when no field has focus.
 * @param {{key: string, altKey: boolean, ctrlKey: boolean, metaKey: boolean, isComposing?: boolean}} press
 * @param {boolean} typing
 * @returns {number|null} the place in the list, from 0
 */
export function tickOf(press, typing) {
  if (typing || press.isComposing || press.altKey || press.ctrlKey || press.metaKey) return null;
  return /^[1-9]$/.test(press.key) ? Number(press.key) - 1 : null;
}

/**
 * L, M and H choose a score while a score has focus.
 * @param {{key: string, altKey: boolean, ctrlKey: boolean, metaKey: boolean}} press
 * @returns {"l"|"m"|"h"|null}
 */
export function scoreOf(press) {
  if (press.altKey || press.ctrlKey || press.metaKey) return null;
  const letter = press.key.toLowerCase();
  return letter === "l" || letter === "m" || letter === "h" ? letter : null;
}
