// "as of" at the head of lists: until when what they show is true, while live updates are away.

import { wallTime } from "../lib/clock.js";
import { system } from "./system.js";

system.watch(() => {
  const at = system.fault.asOf;
  const words = at === null ? "" : `as of ${wallTime(at).time}`;
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-as-of]"))) {
    if (place.textContent !== words) place.textContent = words;
    if (place.hidden !== (at === null)) place.hidden = at === null;
  }
});
