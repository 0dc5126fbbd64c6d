// Units as marks on a map: the State's number in a square, the call sign beside it, the age once it is not fresh.

import { maplibreNow } from "./map.js";
import { isOld, shortAge } from "./units.js";

/** @typedef {import("./units.js").Units} Units */
/** @typedef {import("./units.js").Unit} Unit */
/** @typedef {{marker: import("maplibre-gl").Marker, at: number, parts: {mark: HTMLElement, state: HTMLElement, sign: HTMLElement, age: HTMLElement}}} Mark */

const GLIDE_UNDER = 10_000; // ms: an older position jumps, it was not there in between

export class UnitMarks {
  /** @param {import("maplibre-gl").Map} map */
  constructor(map) {
    this.map = map;
    /** @type {Map<string, Mark>} */
    this.marks = new Map();
  }

  /**
   * @param {Units} units
   * @param {number} now ms
   */
  show(units, now) {
    for (const [id, mark] of this.marks) {
      if (units.byId.has(id)) continue;
      mark.marker.remove();
      this.marks.delete(id);
    }
    for (const unit of units.all) {
      const mark = this.marks.get(unit.id) ?? this.#add(unit);
      if (mark.at !== unit.at) {
        mark.parts.mark.toggleAttribute("data-glide", now - unit.at < GLIDE_UNDER);
        setTimeout(() => mark.parts.mark.removeAttribute("data-glide"), 260);
        mark.marker.setLngLat([unit.lon, unit.lat]);
        mark.at = unit.at;
      }
      say(mark.parts, unit, units, now);
    }
  }

  /** @param {Unit} unit */
  #add(unit) {
    const part = (/** @type {string} */ tag, /** @type {string} */ css) => Object.assign(document.createElement(tag), { className: css });
    const parts = { mark: part("div", "unit-mark"), state: part("span", "unit-state"), sign: part("b", ""), age: part("small", "") };
    const label = part("span", "unit-label");
    label.append(parts.sign, parts.age);
    parts.mark.append(parts.state, label);
    parts.mark.setAttribute("role", "img");
    parts.mark.setAttribute("aria-label", unit.callSign);
    const Marker = maplibreNow().Marker;
    const marker = new Marker({ element: parts.mark, anchor: "left", offset: [-9, 0] }).setLngLat([unit.lon, unit.lat]).addTo(this.map);
    const mark = { marker, at: unit.at, parts };
    this.marks.set(unit.id, mark);
    return mark;
  }
}

/**
 * @param {Mark["parts"]} parts
 * @param {Unit} unit
 * @param {Units} units
 * @param {number} now
 */
function say(parts, unit, units, now) {
  const name = units.name(unit, now);
  if (parts.mark.title !== name) {
    parts.mark.title = name;
    parts.mark.setAttribute("aria-label", name);
  }
  parts.mark.toggleAttribute("data-old", isOld(now - unit.at));
  parts.state.dataset.state = unit.state;
  for (const [place, text] of /** @type {const} */ ([[parts.state, unit.state], [parts.sign, unit.callSign], [parts.age, shortAge(now - unit.at)]])) {
    if (place.textContent !== text) place.textContent = text;
  }
}
