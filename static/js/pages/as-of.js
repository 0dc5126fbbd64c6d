// "as of" at the head of lists: until when what they show is true, while live updates are away.

import { wallTime } from "../lib/clock.js";
import { system } from "./system.js";

/** Also in a part that comes new onto the page: it says so from its first moment. @param {ParentNode} [within] */
export function sayAsOf(within = document) {
  const asOf = system.fault.asOf;
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (within.querySelectorAll("[data-as-of]"))) {
    // A list that a hand holds still is older than what the page has fetched since.
    const at = asOf === null ? null : Math.min(asOf, Number(place.dataset.asOf || asOf));
    const words = at === null ? "" : `as of ${wallTime(at).time}`;
    if (place.textContent !== words) place.textContent = words;
    if (place.hidden !== (at === null)) place.hidden = at === null;
  }
}

system.watch(() => sayAsOf());
