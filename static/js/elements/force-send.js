// Whom to send, seen on the force's map: who is picked and who is looked at in the list, with a line to the place.

import { inSight } from "../lib/send-lines.js";

/** @typedef {import("./force-map.js").ForceMap} ForceMap */

const map = /** @type {ForceMap|null} */ (document.querySelector("force-map"));
const list = /** @type {import("./send-list.js").SendList|null} */ (document.querySelector("send-list[data-on-map]"));

map?.addEventListener("force-units", () => {
  if (map.units) list?.hear?.(map.units.byId); // its list is asked for anew when one of them changed its State
});
list?.addEventListener("send-meant", (event) => {
  if (!map) return;
  map.scene.sending = /** @type {CustomEvent} */ (event).detail;
  map.draw();
});

// The way here from an incident's page has nothing to do on this one: it puts the place and all on offer in sight.
list?.addEventListener("click", (event) => {
  if (!map?.units || !(event.target instanceof Element) || !event.target.closest(".send-on-map")) return;
  event.preventDefault();
  map.lookAt(inSight(map.scene.sending, map.units.byId));
});
