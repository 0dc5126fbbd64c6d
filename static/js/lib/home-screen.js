// Whether messages can come to this phone. On an iPhone a page gets none in the browser, only from the home screen.

/**
 * @param {boolean} able the browser has what messages need
 * @param {boolean|undefined} standalone `navigator.standalone`: only iPhones and iPads say it, true on the home screen
 * @returns {"able"|"home"|"old"|""} "": not here, and there is nothing the officer could do
 */
export function wayTo(able, standalone) {
  if (able) return "able";
  if (standalone === undefined) return "";
  return standalone ? "old" : "home";
}
