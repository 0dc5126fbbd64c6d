// On every page of an officer on duty: who has just reserved whom, as a toast, and a buzz when it is near. The name is
// taken from the card on this screen; events carry none. The phone's position is compared here and told to nobody.

import { isNear, takenBy, toastWords } from "../lib/board.js";
import { wallTime } from "../lib/clock.js";
import { here } from "../lib/here.js";
import { toast } from "../lib/toast.js";
import { clock, live } from "../page.js";

/** @typedef {import("../lib/board.js").ReservationData} ReservationData */

const page = /** @type {HTMLElement|null} */ (document.querySelector(".officer[data-wanted-topic]"));
const NO_ID = "00000000-0000-0000-0000-000000000000";
const BUZZ = [120, 80, 120];

/** @param {import("../lib/live.js").LiveEvent} event */
async function hear(event) {
  if (event.kind !== "wanted.reservation" || !page) return;
  const data = /** @type {ReservationData} */ (event.data);
  const card = /** @type {HTMLElement|null} */ (document.querySelector(`[data-wanted="${CSS.escape(data.wanted)}"]`));
  const collar = page.dataset.collar ?? "";
  const words = toastWords(data, {
    collar,
    name: card?.dataset.name ?? "",
    before: /** @type {"mine"|"other"|""} */ (card?.dataset.taken ?? ""),
    at: Date.parse(event.at),
    now: clock.now(),
  });
  if (!words) return;
  const until = takenBy(data, collar) ? ` Until ${wallTime(Date.parse(data.until)).time.slice(0, 5)}.` : "";
  const own = takenBy(data, collar) === "mine" ? String(page.dataset.reservationUrl).replace(NO_ID, data.reservation) : "";
  toast(words, `${wallTime(Date.parse(event.at)).time.slice(0, 5)}.${until}`, own);
  if (isNear(data, await here({ ask: false }), Number(page.dataset.nearbyKm) || 3)) navigator.vibrate?.(BUZZ);
}

if (page) live.subscribe(String(page.dataset.wantedTopic), { event: (event) => void hear(event) });
