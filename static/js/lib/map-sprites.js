// Marks of a map as small pictures, drawn once a look: a frame then only copies them. Words are laid out here, never in a
// frame. Colours come from the page's tokens.

/** @typedef {{picture: ImageBitmap, width: number, height: number}} Sprite */

const SIDE = 18;
/** @type {Record<string, {fill?: string, line: string, text: string}>} */
const STATES = {
  0: { fill: "--live-fill", line: "--live-fill", text: "--live-on" },
  2: { line: "--good", text: "--good" },
  5: { fill: "--warn-fill", line: "--warn-fill", text: "--warn-on" },
  6: { fill: "--good-fill", line: "--good-fill", text: "--good-on" },
  7: { line: "--warn", text: "--warn" },
};
const OTHER = { line: "--line-strong", text: "--muted" };
/** @type {Record<string, {fill?: string, line: string, text: string}>} */
const GRADES = {
  red: { fill: "--live-fill", line: "--live-fill", text: "--live-on" },
  amber: { fill: "--warn-fill", line: "--warn-fill", text: "--warn-on" },
  accent: { line: "--accent", text: "--accent" },
};

export class Sprites {
  /** @param {Element} element whose colours count @param {number} ratio device pixels a pixel */
  constructor(element, ratio) {
    const style = getComputedStyle(element);
    this.colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
    this.font = style.fontFamily;
    this.ratio = ratio;
    /** @type {Map<string, Sprite>} */
    this.kept = new Map();
    /** @type {[Map<string, Sprite>, Map<string, Sprite>]} by State; fresh ones, old ones */
    this.units = [new Map(), new Map()];
  }

  /** A unit: its State's number in a square, dashed once its position is old. @param {string} state @param {boolean} old */
  unit(state, old) {
    const known = this.units[old ? 1 : 0].get(state);
    if (known) return known;
    const sprite = this.#once(`u${state}${old ? "~" : ""}`, SIDE + 4, SIDE + 4, (pen) => this.#square(pen, 2, 2, SIDE, STATES[state] ?? OTHER, state, { dashed: old, faded: old }));
    this.units[old ? 1 : 0].set(state, sprite);
    return sprite;
  }

  /** Where a unit is going: a small arrow round its square. @param {number} course 0..15 */
  course(course) {
    return this.#once(`c${course}`, 40, 40, (pen) => {
      pen.translate(20, 20);
      pen.rotate((course / 16) * 2 * Math.PI);
      pen.beginPath();
      pen.moveTo(0, -19);
      pen.lineTo(4.5, -12);
      pen.lineTo(-4.5, -12);
      pen.closePath();
      pen.fillStyle = this.colour("--text");
      pen.fill();
    });
  }

  /** @param {string} letter @param {string} colour of the force's table */
  incident(letter, colour) {
    return this.#once(`i${letter}${colour}`, 28, 28, (pen) => this.#square(pen, 2, 2, 24, GRADES[colour] ?? OTHER, letter, { big: true }));
  }

  /** @param {string} words @param {boolean} [dashed] */
  label(words, dashed = false) {
    const known = this.kept.get(`l${words}${dashed ? "~" : ""}`);
    if (known) return known;
    const measure = this.#pen(1, 1).pen;
    measure.font = `600 11px ${this.font}`;
    const width = Math.ceil(measure.measureText(words).width) + 12;
    return this.#once(`l${words}${dashed ? "~" : ""}`, width, 18, (pen) => {
      pen.fillStyle = this.colour("--surface");
      pen.strokeStyle = this.colour("--line-strong");
      if (dashed) pen.setLineDash([3, 2]);
      pen.beginPath();
      pen.roundRect(0.5, 0.5, width - 1, 17, 3);
      pen.fill();
      pen.stroke();
      pen.font = `600 11px ${this.font}`;
      pen.textBaseline = "middle";
      pen.fillStyle = this.colour(dashed ? "--muted" : "--text");
      pen.fillText(words, 6, 9.5);
    });
  }

  /** Plain words without a box, for the grid's edge. @param {string} words */
  note(words) {
    return this.#once(`n${words}`, 90, 14, (pen) => {
      pen.font = `500 11px ${this.font}`;
      pen.textBaseline = "middle";
      pen.lineWidth = 3;
      pen.strokeStyle = this.colour("--map-halo");
      pen.strokeText(words, 2, 7.5);
      pen.fillStyle = this.colour("--map-label");
      pen.fillText(words, 2, 7.5);
    });
  }

  /**
   * @param {string} key @param {number} width @param {number} height
   * @param {(pen: OffscreenCanvasRenderingContext2D) => void} draw
   * @returns {Sprite}
   */
  #once(key, width, height, draw) {
    const known = this.kept.get(key);
    if (known) return known;
    if (this.kept.size > 6000) this.kept.clear(); // labels of a long shift
    const { canvas, pen } = this.#pen(width, height);
    draw(pen);
    const sprite = { picture: canvas.transferToImageBitmap(), width, height };
    this.kept.set(key, sprite);
    return sprite;
  }

  /** @param {number} width @param {number} height */
  #pen(width, height) {
    const canvas = new OffscreenCanvas(Math.ceil(width * this.ratio), Math.ceil(height * this.ratio));
    const pen = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
    pen.scale(this.ratio, this.ratio);
    return { canvas, pen };
  }

  /**
   * @param {OffscreenCanvasRenderingContext2D} pen @param {number} x @param {number} y @param {number} side
   * @param {{fill?: string, line: string, text: string}} look @param {string} word
   * @param {{dashed?: boolean, faded?: boolean, big?: boolean}} how
   */
  #square(pen, x, y, side, look, word, { dashed = false, faded = false, big = false }) {
    pen.beginPath();
    pen.roundRect(x, y, side, side, 4);
    pen.fillStyle = this.colour(look.fill && !faded ? look.fill : "--surface");
    pen.fill();
    pen.strokeStyle = this.colour(faded ? "--line-strong" : look.line);
    pen.lineWidth = 1.6;
    if (dashed) pen.setLineDash([3, 2]);
    pen.stroke();
    pen.font = `700 ${big ? 14 : 11}px ${this.font}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillStyle = this.colour(faded ? "--muted" : look.text);
    pen.fillText(word || "–", x + side / 2, y + side / 2 + 0.5);
  }
}
