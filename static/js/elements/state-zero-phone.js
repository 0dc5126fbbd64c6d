// State 0 on an officer's phone: said from the event alone. Thousands of phones hear it in the same second, so none of
// them asks the server for anything.

import { toast } from "../lib/toast.js";
import { wallTime } from "../lib/clock.js";
import { live } from "../page.js";

const BUZZ = [400, 150, 400, 150, 400];
const topic = /** @type {HTMLElement|null} */ (document.querySelector("[data-emergency-topic]"))?.dataset.emergencyTopic;

if (topic) {
  live.subscribe(topic, {
    event: (event) => {
      if (event.kind !== "emergency.changed") return;
      const { call_sign: sign, status, serial } = event.data;
      const at = wallTime(Date.parse(event.data.at)).time.slice(0, 5);
      if (status === "RAISED") {
        toast(`State 0: ${sign} calls for emergency assistance.`, `${at}, incident ${serial}. Listen to the radio.`);
        navigator.vibrate?.(BUZZ);
      } else if (status === "OVER") toast(`State 0 of ${sign} is over.`, at);
    },
  });
}
