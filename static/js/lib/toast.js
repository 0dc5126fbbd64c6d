// A short word that something happened elsewhere. It stays 20 seconds and is read out politely.

import { fragment } from "../page.js";

const STAYS = 20_000;

/**
 * @param {string} line what happened
 * @param {string} [more] time, or what to do
 * @param {string} [open] address of a page that shows it
 */
export function toast(line, more = "", open = "") {
  const place = document.getElementById("toasts");
  if (!place) return;
  const copy = fragment("t-toast").firstElementChild;
  if (!(copy instanceof HTMLElement)) return;
  const [first, second] = [copy.querySelector("[data-line]"), copy.querySelector("[data-more]")];
  if (first) first.textContent = line;
  if (second) second.textContent = more;
  const go = copy.querySelector("a");
  if (go && open) go.href = open;
  else go?.remove();
  place.replaceChildren(copy); // one at a time: the newest
  setTimeout(() => copy.remove(), STAYS);
}
