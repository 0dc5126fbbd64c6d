// What lies over the force's map: the grid's lines on one canvas, drawn when the map moves; units, incidents, the caller's
// trail and a measured line on another, drawn once a frame while something moves.

import { Sprites } from "./map-sprites.js";
import { gridLines } from "./os-lines.js";
import { metresBetween, ring } from "./place.js";
import { linesOf } from "./send-lines.js";
import { circlesOf, trailColour } from "./trail.js";
import { onScreen, worldX, worldY } from "./unit-plot.js";
import { isOld } from "./units.js";

/** @typedef {import("./unit-plot.js").UnitPlot} UnitPlot */
/** @typedef {import("./unit-plot.js").View} View */
/** @typedef {[number, number]} LonLat */
/** @typedef {{id: string, serial: string, grade: string, colour: string, label: string, lat: number, lon: number, radius: number}} Placed */
/** @typedef {import("./place.js").Fix} Fix */
/** @typedef {{plot: UnitPlot, incidents: Placed[], chosen: string, trail: Fix[], line: LonLat[], found: {lat: number, lon: number, radius: number}|null, sending: import("./send-lines.js").Sending, shows: Set<string>}} Scene */

const LABELS_UP_TO = 200; // call signs in sight at once; more would be a carpet of words
const LABELS_FROM_ZOOM = 15;

export class ForcePaint {
  /** @param {HTMLElement} host @param {import("maplibre-gl").Map} map */
  constructor(host, map) {
    this.host = host;
    this.map = map;
    this.ground = /** @type {HTMLCanvasElement} */ (host.querySelector("[data-ground]"));
    this.things = /** @type {HTMLCanvasElement} */ (host.querySelector("[data-things]"));
    // Drawn by the processor: without a graphics card that is several times quicker, with one it is quick enough.
    this.pens = [this.ground, this.things].map((canvas) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true })));
    this.shown = 0; // units drawn in the last frame
    this.frames = 0;
    this.theme();
    this.resize();
  }

  /** New colours: every mark is drawn afresh. */
  theme() {
    this.sprites = new Sprites(this.host, Math.min(2, devicePixelRatio || 1));
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.host;
    const ratio = Math.min(2, devicePixelRatio || 1);
    for (const pen of this.pens) {
      pen.canvas.width = Math.round(width * ratio);
      pen.canvas.height = Math.round(height * ratio);
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    }
    this.width = width;
    this.height = height;
  }

  /** @returns {View} */
  view() {
    const centre = this.map.getCenter();
    return { centreX: worldX(centre.lng), centreY: worldY(centre.lat), scale: 512 * 2 ** this.map.getZoom(), width: this.width ?? 0, height: this.height ?? 0 };
  }

  /** Metres a pixel in the middle of the map. */
  metresPerPixel() {
    return (40_075_017 * Math.cos((this.map.getCenter().lat * Math.PI) / 180)) / (512 * 2 ** this.map.getZoom());
  }

  /** @param {boolean} shown */
  drawGround(shown) {
    const pen = this.pens[0];
    const view = this.view();
    pen.clearRect(0, 0, view.width, view.height);
    if (!shown) return;
    const bounds = this.map.getBounds();
    const box = { west: bounds.getWest(), south: bounds.getSouth(), east: bounds.getEast(), north: bounds.getNorth() };
    const { up, across } = gridLines(box, this.metresPerPixel() * view.width, view.width);
    pen.strokeStyle = this.sprites?.colour("--map-road") ?? "";
    pen.lineWidth = 1;
    for (const [lines, isUp] of /** @type {const} */ ([[up, true], [across, false]])) {
      for (const line of lines) {
        const points = line.points.map((point) => place(point, view));
        path(pen, points);
        pen.stroke();
        const note = this.sprites?.note(line.words);
        const at = isUp ? crossing(points, 1, view.height - 64) : crossing(points, 0, 4);
        if (note && at !== null) this.#put(pen, note, isUp ? at + 3 : 4, isUp ? view.height - 70 : at - 15);
      }
    }
  }

  /**
   * Everything that may move.
   * @param {Scene} scene @param {number} now server's ms @param {number} frame page's ms
   */
  drawThings(scene, now, frame) {
    const pen = this.pens[1];
    const view = this.view();
    pen.clearRect(0, 0, view.width, view.height);
    if (scene.found) this.#found(pen, scene.found, view);
    if (scene.shows.has("trail")) this.#trail(pen, scene.trail, view, now);
    this.#ways(pen, scene, view);
    if (scene.shows.has("incidents")) this.#incidents(pen, scene, view);
    this.shown = scene.shows.has("units") ? this.#units(pen, scene.plot, view, now, frame) : 0;
    this.#meant(pen, scene, view, now);
    this.#line(pen, scene.line, view);
    this.frames += 1;
  }

  /** From the units that may be sent to the place: straight, for no roads are known here. @param {CanvasRenderingContext2D} pen @param {Scene} scene @param {View} view */
  #ways(pen, { sending, plot }, view) {
    pen.strokeStyle = this.sprites?.colour("--accent") ?? "";
    for (const { unit, picked } of linesOf(sending, plot.plots)) {
      const from = plot.plots.get(unit);
      if (!from || !sending.at) continue;
      pen.lineWidth = picked ? 3 : 2;
      pen.setLineDash(picked ? [] : [3, 5]);
      path(pen, [onScreen(from, view), place([sending.at.lon, sending.at.lat], view)]);
      pen.stroke();
    }
    pen.setLineDash([]);
  }

  /** Units on offer have a ring; the one that is picked and the one that is looked at a heavier one, and always their call sign. @param {CanvasRenderingContext2D} pen @param {Scene} scene @param {View} view @param {number} now */
  #meant(pen, { sending, plot }, view, now) {
    if (!sending.offered.length && !sending.picked && !sending.looked) return;
    pen.strokeStyle = this.sprites?.colour("--accent") ?? "";
    for (const unit of new Set([...sending.offered, sending.picked, sending.looked])) {
      const one = plot.plots.get(unit);
      if (!one) continue;
      const [x, y] = onScreen(one, view);
      const meant = unit === sending.picked || unit === sending.looked;
      pen.lineWidth = meant ? 3 : 1.5;
      pen.beginPath();
      pen.arc(Math.round(x), Math.round(y), meant ? 14 : 13, 0, 2 * Math.PI);
      pen.stroke();
      if (meant && this.sprites) this.#put(pen, this.sprites.label(one.unit.callSign, isOld(now - one.unit.at)), x + 13, y - 9);
    }
  }

  /** A place that was looked for or is being chosen: its point and how near it is known. @param {CanvasRenderingContext2D} pen @param {{lat: number, lon: number, radius: number}} at @param {View} view */
  #found(pen, at, view) {
    this.#circle(pen, at.lat, at.lon, at.radius, view, "--accent", true);
    const [x, y] = place([at.lon, at.lat], view);
    pen.beginPath();
    pen.arc(x, y, 4, 0, 2 * Math.PI);
    pen.fill();
  }

  /** @param {CanvasRenderingContext2D} pen @param {UnitPlot} plot @param {View} view @param {number} now @param {number} frame */
  #units(pen, plot, view, now, frame) {
    const sprites = /** @type {Sprites} */ (this.sprites);
    // Call signs and where units go: near enough, or few enough, to be read. Beyond that they are a carpet.
    const labelled = this.map.getZoom() >= LABELS_FROM_ZOOM || this.shown <= LABELS_UP_TO;
    return plot.frame(view, frame, (one, x, y) => {
      const old = isOld(now - one.unit.at);
      if (labelled && one.course >= 0 && !old) this.#put(pen, sprites.course(one.course), x - 20, y - 20);
      this.#put(pen, sprites.unit(one.unit.state, old), x - 11, y - 11);
      if (labelled) this.#put(pen, sprites.label(one.unit.callSign, old), x + 13, y - 9);
    });
  }

  /** @param {CanvasRenderingContext2D} pen @param {Scene} scene @param {View} view */
  #incidents(pen, scene, view) {
    const sprites = /** @type {Sprites} */ (this.sprites);
    for (const one of scene.incidents) {
      const [x, y] = place([one.lon, one.lat], view);
      const chosen = one.id === scene.chosen;
      if (chosen) this.#circle(pen, one.lat, one.lon, one.radius, view, "--accent", false);
      if (x < -40 || y < -40 || x > view.width + 40 || y > view.height + 40) continue;
      this.#put(pen, sprites.incident(one.grade, one.colour), x - 14, y - 14);
      if (chosen) {
        pen.strokeStyle = sprites.colour("--text");
        pen.lineWidth = 2;
        pen.strokeRect(x - 18, y - 18, 36, 36);
      }
      const label = sprites.label(one.serial);
      this.#put(pen, label, x - label.width / 2, y + (chosen ? 20 : 15)); // under it: a unit's call sign stands beside
    }
  }

  /** The fixes with their circles; the newest whole, the way to it dashed. @param {CanvasRenderingContext2D} pen @param {Fix[]} trail @param {View} view @param {number} now */
  #trail(pen, trail, view, now) {
    const last = trail.at(-1);
    if (!last) return;
    const colour = trailColour(now - last.at);
    for (const { fix, newest, fill, edge } of circlesOf(trail)) this.#circle(pen, fix.lat, fix.lon, fix.accuracy, view, colour, !newest, fill, edge);
    pen.strokeStyle = this.sprites?.colour(colour) ?? "";
    pen.lineWidth = 2;
    pen.setLineDash([4, 4]);
    path(pen, trail.map((fix) => place([fix.lon, fix.lat], view)));
    pen.stroke();
    pen.setLineDash([]);
    const [x, y] = place([last.lon, last.lat], view);
    pen.beginPath();
    pen.arc(x, y, 6, 0, 2 * Math.PI);
    pen.fillStyle = this.sprites?.colour(colour) ?? "";
    pen.strokeStyle = this.sprites?.colour("--surface") ?? "";
    pen.lineWidth = 3;
    pen.fill();
    pen.stroke();
  }

  /**
   * @param {CanvasRenderingContext2D} pen @param {number} lat @param {number} lon @param {number} metres
   * @param {View} view @param {string} colour @param {boolean} dashed @param {number} [fill] @param {number} [edge]
   */
  #circle(pen, lat, lon, metres, view, colour, dashed, fill = 0.12, edge = dashed ? 0.5 : 1) {
    path(pen, ring(lat, lon, Math.max(1, metres)).map((point) => place(point, view)));
    pen.strokeStyle = pen.fillStyle = this.sprites?.colour(colour) ?? "";
    pen.globalAlpha = fill;
    pen.fill();
    pen.globalAlpha = edge;
    pen.lineWidth = 1.5;
    if (dashed) pen.setLineDash([4, 3]);
    pen.stroke();
    pen.setLineDash([]);
    pen.globalAlpha = 1;
  }

  /** @param {CanvasRenderingContext2D} pen @param {LonLat[]} line @param {View} view */
  #line(pen, line, view) {
    if (!line.length) return;
    const points = line.map((point) => place(point, view));
    pen.strokeStyle = pen.fillStyle = this.sprites?.colour("--text") ?? "";
    pen.lineWidth = 2;
    path(pen, points);
    pen.stroke();
    for (const [x, y] of points) {
      pen.beginPath();
      pen.arc(x, y, 4, 0, 2 * Math.PI);
      pen.fill();
    }
  }

  /** @param {CanvasRenderingContext2D} pen @param {import("./map-sprites.js").Sprite} sprite @param {number} x @param {number} y */
  #put(pen, sprite, x, y) {
    pen.drawImage(sprite.picture, Math.round(x), Math.round(y), sprite.width, sprite.height);
  }
}

/** Metres of a line on the ground. @param {LonLat[]} line */
export const lengthOf = (line) => line.slice(1).reduce((sum, point, index) => sum + metresBetween(line[index], point), 0);

/** A round length for a scale of at most so many pixels. @param {number} metresPerPixel @param {number} most */
export function scaleOf(metresPerPixel, most) {
  const room = metresPerPixel * most;
  const power = 10 ** Math.floor(Math.log10(room));
  const metres = ([5, 2, 1].find((times) => times * power <= room) ?? 1) * power;
  return { metres, pixels: metres / metresPerPixel };
}

/** @param {LonLat} point @param {View} view */
const place = (point, view) => onScreen({ x: worldX(point[0]), y: worldY(point[1]) }, view);

/** @param {CanvasRenderingContext2D} pen @param {number[][]} points */
function path(pen, points) {
  pen.beginPath();
  points.forEach(([x, y], index) => (index ? pen.lineTo(x, y) : pen.moveTo(x, y)));
}

/**
 * Where a line crosses x (`axis` 0) or y (1) = `at`: the other coordinate, null when it does not.
 * @param {number[][]} points @param {0|1} axis @param {number} at
 */
function crossing(points, axis, at) {
  for (let index = 1; index < points.length; index += 1) {
    const [one, other] = [points[index - 1], points[index]];
    if ((one[axis] - at) * (other[axis] - at) > 0) continue;
    const share = other[axis] === one[axis] ? 0 : (at - one[axis]) / (other[axis] - one[axis]);
    return one[1 - axis] + (other[1 - axis] - one[1 - axis]) * share;
  }
  return null;
}
