// Draws what an event changed into a row of the queue that is on the screen already. Only what differs is touched.

import { wallTime } from "../lib/clock.js";
import { icon } from "../page.js";

/**
 * @param {HTMLElement} row
 * @param {import("../lib/queue-row.js").Fresh} fresh
 */
export function draw(row, fresh) {
  row.dataset.version = String(fresh.version);
  row.dataset.section = fresh.section;
  row.dataset.sort = fresh.sort;
  row.toggleAttribute("data-immediate", fresh.section === "unassigned_immediate");
  if (row.dataset.grade !== fresh.code) drawGrade(row, fresh);
  drawTarget(row, fresh);
  drawUnits(row, fresh);
}

/** @param {HTMLElement} row @param {import("../lib/queue-row.js").Fresh} fresh */
function drawGrade(row, fresh) {
  row.dataset.grade = fresh.code;
  const place = /** @type {HTMLElement|null} */ (row.querySelector(".grade"));
  if (!place) return;
  place.dataset.colour = fresh.grade.colour;
  place.title = fresh.grade.label;
  const [letter, words] = place.children;
  letter.textContent = fresh.code;
  words.textContent = fresh.grade.label;
}

/** @param {HTMLElement} row @param {import("../lib/queue-row.js").Fresh} fresh */
function drawTarget(row, fresh) {
  const old = row.querySelector(".left");
  if (!old) return;
  if (!fresh.attendedAt && fresh.attendBy) {
    if (old.getAttribute("until") && Date.parse(String(old.getAttribute("until"))) === Date.parse(fresh.attendBy)) return;
    const clock = document.createElement("live-clock");
    clock.className = "left";
    clock.setAttribute("until", fresh.attendBy);
    clock.setAttribute("from", row.querySelector(".since")?.getAttribute("since") ?? "");
    clock.setAttribute("suffix", " left");
    old.replaceWith(clock);
    return;
  }
  const words = fresh.attendedAt ? `attended ${wallTime(Date.parse(fresh.attendedAt)).time.slice(0, 5)}` : "no target";
  row.removeAttribute("data-over");
  if (old.localName === "span") {
    if (old.textContent !== words) old.textContent = words;
    return;
  }
  const place = document.createElement("span");
  place.className = "left";
  place.textContent = words;
  old.replaceWith(place);
}

/** @param {HTMLElement} row @param {import("../lib/queue-row.js").Fresh} fresh */
function drawUnits(row, fresh) {
  const place = row.querySelector("[data-units]");
  if (!place) return;
  const missing = fresh.section === "unassigned_immediate";
  if (place.textContent === fresh.units && place.classList.contains("no-unit") === missing) return;
  place.classList.toggle("no-unit", missing);
  place.replaceChildren(icon(missing ? "x" : "unit"), fresh.units);
}
