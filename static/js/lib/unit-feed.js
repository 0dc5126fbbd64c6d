// The units of the own force, as a list of the page says them and as the board's topic goes on.

import { ask, elementsOf, live } from "../page.js";
import { Units } from "./units.js";

/**
 * Units out of a rendered list, with the force's words for its States.
 * @param {HTMLElement} list
 * @param {Units} units
 */
function read(list, units) {
  units.words = JSON.parse(list.dataset.states || "{}");
  units.replace([...list.children].map((item) => {
    const { unit = "", sign = "", state = "", lat, lon, at = "" } = /** @type {HTMLElement} */ (item).dataset;
    return { id: unit, callSign: sign, state, lat: Number(lat), lon: Number(lon), at: Date.parse(at) };
  }));
}

/**
 * Follow the units until the returned function is called. What was missed without a connection is asked for again.
 * @param {{url: string, list?: HTMLElement|null, changed: (units: Units) => void}} options `list` when the page has one already
 * @returns {() => void}
 */
export function followUnits({ url, list = null, changed }) {
  const units = new Units();
  let leave = () => {};
  let topic = "";
  let stopped = false;
  const begin = (/** @type {HTMLElement} */ from) => {
    read(from, units);
    if (topic !== from.dataset.topic) {
      leave();
      topic = String(from.dataset.topic);
      leave = live.subscribe(topic, { ephemeral: (message) => { if (units.hear(message.kind, message.data)) changed(units); } });
    }
    changed(units);
  };
  const renew = async () => {
    try {
      const response = await ask(url, { headers: { "HX-Request": "true" } });
      if (!response.ok || response.redirected || stopped) return;
      const fresh = elementsOf(await response.text()).find((element) => element.matches("[data-units]"));
      if (fresh && !stopped) begin(fresh);
    } catch {
      // no connection: asked again when it is back; the ages say how old it is
    }
  };
  if (list) begin(list);
  else if (live.state !== "up") void renew();
  let missed = true; // whatever was said before the connection, first or again
  const unwatch = live.watch((state) => {
    if (state !== "up") missed = true;
    else if (missed) {
      missed = false;
      void renew();
    }
  });
  return () => {
    stopped = true;
    leave();
    unwatch();
  };
}
