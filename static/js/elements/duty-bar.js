// The duty bar: the sync mark, and the page saying plainly that it is old when nothing answers or nothing comes by itself.

import { wallTime } from "../lib/clock.js";
import { ago, syncMark } from "../lib/sync.js";
import { clock, eachTick, fragment, live } from "../page.js";
import { system } from "../pages/system.js";

const mark = document.getElementById("sync");
const page = /** @type {HTMLElement|null} */ (document.querySelector(".officer"));
/** @type {number|null} when the server last answered */
let heardAt = null;

live.timeListeners.add(() => {
  heardAt = clock.now();
});

/** @param {string} selector @param {string} words */
function say(selector, words) {
  for (const place of document.querySelectorAll(selector)) if (place.textContent !== words) place.textContent = words;
}

eachTick(() => {
  if (!mark || !page) return;
  const now = clock.now();
  const { link, word } = syncMark(live.state, heardAt, now, system.behind);
  if (mark.dataset.link !== link) {
    mark.dataset.link = link;
    page.dataset.link = link;
    mark.querySelector(".icon")?.replaceWith(fragment(`t-sync-${link}`));
    for (const button of document.querySelectorAll("[data-needs-signal]")) button.toggleAttribute("data-offline", link === "offline");
  }
  say("[data-sync-word]", word);
  say("[data-sync-time]", wallTime((link === "late" ? system.looked : null) ?? heardAt ?? now).time.slice(0, 5));
  if (link === "offline") say("[data-sync-age]", ago(now - (heardAt ?? now)));
});
