// Thousands of units as numbers: where they are on a flat world, how far a glide has come, who is under the pointer.
// No DOM and no drawing: a canvas asks it once a frame.

/** @typedef {import("./units.js").Unit} Unit */
/** @typedef {{id: string, unit: Unit, x: number, y: number, fromX: number, fromY: number, began: number, course: number}} Plot `course` 0..15 clockwise from north, -1 unknown */
/** @typedef {{centreX: number, centreY: number, scale: number, width: number, height: number}} View `scale`: pixels across the whole world */

export const GLIDE = 240; // ms
export const GLIDE_UNDER = 10_000; // ms: an older fix jumps, it was not there in between
const COURSE_FROM = 5; // metres between two fixes that say where a unit is going
const MARGIN = 24; // px beyond the edge in which a mark still shows a part of itself
const WORLD_METRES = 40_075_017;

/** A longitude on a world that is 1 wide. @param {number} lon */
export const worldX = (lon) => lon / 360 + 0.5;
/** A latitude on it, 0 at the top. @param {number} lat */
export const worldY = (lat) => {
  const sin = Math.sin((Math.max(-85.05, Math.min(85.05, lat)) * Math.PI) / 180);
  return 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI);
};

export class UnitPlot {
  /** @param {{still?: boolean}} [options] `still`: nothing glides */
  constructor({ still = false } = {}) {
    this.still = still;
    /** @type {Map<string, Plot>} */
    this.plots = new Map();
    this.glidingUntil = 0;
  }

  /**
   * Take every unit as it is now.
   * @param {Iterable<Unit>} units
   * @param {number} now server's ms
   * @param {number} frame ms of the page's own clock
   */
  replace(units, now, frame) {
    const seen = new Set();
    for (const unit of units) {
      seen.add(unit.id);
      this.put(unit, now, frame);
    }
    for (const id of this.plots.keys()) if (!seen.has(id)) this.plots.delete(id);
  }

  /**
   * @param {Unit} unit
   * @param {number} now server's ms
   * @param {number} frame ms of the page's own clock
   */
  put(unit, now, frame) {
    const plot = this.plots.get(unit.id);
    if (plot?.unit === unit) return;
    const x = worldX(unit.lon), y = worldY(unit.lat);
    if (!plot) {
      this.plots.set(unit.id, { id: unit.id, unit, x, y, fromX: x, fromY: y, began: -GLIDE, course: -1 });
      return;
    }
    if (x !== plot.x || y !== plot.y) {
      const glides = !this.still && now - unit.at < GLIDE_UNDER;
      const done = glides ? part(frame - plot.began) : 1;
      plot.fromX = glides ? plot.fromX + (plot.x - plot.fromX) * done : x;
      plot.fromY = glides ? plot.fromY + (plot.y - plot.fromY) * done : y;
      const course = courseOf(x - plot.x, y - plot.y, unit.lat);
      if (course >= 0) plot.course = course;
      plot.x = x;
      plot.y = y;
      plot.began = glides ? frame : -GLIDE;
      if (glides) this.glidingUntil = Math.max(this.glidingUntil, frame + GLIDE);
    }
    plot.unit = unit;
  }

  /** Whether anything still moves by itself. @param {number} frame */
  moving(frame) {
    return frame < this.glidingUntil;
  }

  /**
   * Every unit in sight, with its place on the screen. Runs each frame: it makes nothing that must be thrown away.
   * @param {View} view
   * @param {number} frame
   * @param {(plot: Plot, x: number, y: number) => void} each
   * @returns {number} how many
   */
  frame(view, frame, each) {
    const { centreX, centreY, scale, width, height } = view;
    let count = 0;
    for (const plot of this.plots.values()) {
      const done = frame - plot.began >= GLIDE ? 1 : part(frame - plot.began);
      const x = (plot.fromX + (plot.x - plot.fromX) * done - centreX) * scale + width / 2;
      const y = (plot.fromY + (plot.y - plot.fromY) * done - centreY) * scale + height / 2;
      if (x < -MARGIN || y < -MARGIN || x > width + MARGIN || y > height + MARGIN) continue;
      count += 1;
      each(plot, x, y);
    }
    return count;
  }

  /**
   * The unit nearest to a point of the screen, null when none is under it. A few thousand distances cost less at a
   * pointer's move than an index would at every frame.
   * @param {number} x @param {number} y
   * @param {View} view
   */
  at(x, y, view) {
    const worldAtX = (x - view.width / 2) / view.scale + view.centreX, worldAtY = (y - view.height / 2) / view.scale + view.centreY;
    /** @type {Plot|null} */
    let best = null;
    let least = (14 / view.scale) ** 2;
    for (const plot of this.plots.values()) {
      const far = (plot.x - worldAtX) ** 2 + (plot.y - worldAtY) ** 2;
      if (far < least) {
        least = far;
        best = plot;
      }
    }
    return best;
  }
}

/** Where a unit ends up on the screen. @param {{x: number, y: number}} plot @param {View} view @returns {[number, number]} */
export const onScreen = (plot, view) => [(plot.x - view.centreX) * view.scale + view.width / 2, (plot.y - view.centreY) * view.scale + view.height / 2];

/** How much of a glide is done, slower at the end. @param {number} ms */
function part(ms) {
  const share = Math.max(0, Math.min(1, ms / GLIDE));
  return 1 - (1 - share) ** 3;
}

/** @param {number} dx @param {number} dy of the flat world @param {number} lat */
function courseOf(dx, dy, lat) {
  const metres = Math.hypot(dx, dy) * WORLD_METRES * Math.cos((lat * Math.PI) / 180);
  if (metres < COURSE_FROM) return -1;
  return Math.round(((Math.atan2(dx, -dy) / (2 * Math.PI)) * 16 + 16) % 16) % 16;
}
