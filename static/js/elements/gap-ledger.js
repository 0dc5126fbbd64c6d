// <gap-ledger>: a session's line, second by second, as a strip that can be read with eyes, keys and ears. `line`, `marks`
// and `place` are set by who has them; a choice is told as "ledger-seek". With `data-seek` every step of a key is a choice;
// without it a key only reads, and Enter chooses. Time runs from left to right in every language, as on any player.

import { wallTime } from "../lib/clock.js";
import { boxes, isLine, lastGap, nextGap, runAt, secondOf, summary, totals, words, STATE_WORDS } from "../lib/ledger.js";
import { keyTarget, markWords } from "../lib/rewind.js";

/** @typedef {import("../lib/ledger.js").Line} Line */
/** @typedef {import("../lib/rewind.js").Mark} Mark */

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 18; // px, as in ledger.css
/** @type {Record<string, [y: number, height: number, kind: string][]>} what a state looks like: height first, colour second */
const SHAPES = {
  recorded: [[0, HEIGHT, "ok"]],
  loss: [[0, HEIGHT, "lane"], [HEIGHT / 2, HEIGHT / 2, "part"]],
  phone: [[0, HEIGHT, "lane"], [0, 2, "part"], [6, 6, "backfill"], [HEIGHT - 2, 2, "part"]],
  lost: [[0, HEIGHT, "lane"], [0, 2, "lost"], [HEIGHT - 2, 2, "lost"]],
};

class GapLedger extends HTMLElement {
  /** @type {Line|null} */
  #line = null;
  /** @type {Mark[]} */
  #marks = [];
  /** @type {number|null} ms: what the player shows */
  #place = null;
  /** @type {number|null} ms: what is being read */
  #read = null;
  #resize = new ResizeObserver(() => this.#draw());

  connectedCallback() {
    if (!this.querySelector("[data-lane]")) this.#build();
    this.#resize.observe(this.#lane);
    if (!this.#line && this.dataset.line) this.line = JSON.parse(this.dataset.line);
  }

  disconnectedCallback() {
    this.#resize.disconnect();
  }

  /** @param {any} line */
  set line(line) {
    if (!isLine(line)) return;
    this.#line = line;
    this.#draw();
  }

  get line() {
    return this.#line;
  }

  /** @param {Mark[]} marks */
  set marks(marks) {
    this.#marks = marks;
    this.#draw();
  }

  /** @param {number|null} moment ms */
  set place(moment) {
    this.#place = moment;
    this.#cursor();
  }

  /** Go to the next stretch that is not recorded; false when there is none. @param {1|-1} [step] */
  gap(step = 1) {
    const from = this.#place ?? this.#read ?? 0;
    const target = this.#line ? nextGap(this.#line, from, step) : null;
    if (target === null) return false;
    this.#seek(target);
    return true;
  }

  get #lane() {
    return /** @type {HTMLElement} */ (this.querySelector("[data-lane]"));
  }

  #build() {
    this.innerHTML =
      '<p class="ledger-words"><b>Gap ledger</b> <span data-summary>–</span></p>' +
      '<div class="ledger-lane" data-lane dir="ltr" role="slider" tabindex="0" aria-label="Gap ledger" aria-valuemin="0" aria-valuemax="0" aria-valuenow="0">' +
      '<svg aria-hidden="true" focusable="false"></svg><i class="ledger-cursor" data-cursor hidden></i><i class="ledger-place" data-place hidden></i></div>' +
      '<p class="ledger-read num" data-read></p>' +
      '<ul class="ledger-legend" aria-label="Seconds in each state"></ul>';
    const lane = this.#lane;
    lane.addEventListener("pointermove", (event) => this.#reading(this.#momentAt(event.clientX)));
    lane.addEventListener("pointerleave", () => this.#reading(null));
    lane.addEventListener("click", (event) => this.#seek(this.#momentAt(event.clientX)));
    lane.addEventListener("keydown", (event) => this.#key(event));
    lane.addEventListener("blur", () => this.#reading(null));
  }

  /** @param {number} x of the page @returns {number} ms */
  #momentAt(x) {
    const box = this.#lane.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (x - box.left) / Math.max(1, box.width)));
    return this.#first + share * (this.#line?.seconds ?? 0) * 1000;
  }

  get #first() {
    return (this.#line?.start ?? 0) * 1000;
  }

  get #last() {
    return this.#first + (this.#line?.seconds ?? 0) * 1000;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!this.#line || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = this.#read ?? this.#place ?? this.#last - 1000;
    if (event.key === "Enter" || event.key === " ") this.#seek(at);
    else if (event.key === "g" || event.key === "G") {
      const target = nextGap(this.#line, at, event.shiftKey ? -1 : 1);
      if (target !== null) this.#step(target);
    } else {
      const target = keyTarget(event.key, at, this.#first);
      if (target === null) return;
      this.#step(Math.min(target, this.#last - 1));
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {number} moment */
  #step(moment) {
    if (this.hasAttribute("data-seek")) this.#seek(moment);
    this.#reading(moment);
  }

  /** @param {number} moment */
  #seek(moment) {
    if (!this.#line?.seconds) return;
    this.dispatchEvent(new CustomEvent("ledger-seek", { bubbles: true, detail: { moment, live: moment >= this.#last - 500 } }));
  }

  /** @param {number|null} moment */
  #reading(moment) {
    this.#read = moment;
    this.#cursor();
  }

  #draw() {
    const line = this.#line;
    const svg = this.querySelector("svg");
    if (!line || !svg || !this.isConnected) return;
    const width = this.#lane.clientWidth;
    svg.setAttribute("viewBox", `0 0 ${Math.max(1, width)} ${HEIGHT}`);
    const drawn = boxes(line, width).flatMap((box) => SHAPES[box.state].map(([y, height, kind]) => rect(box.x, y, box.width, height, box.kept && kind === "lane" ? "kept" : kind)));
    svg.replaceChildren(...drawn, ...this.#ticks(line, width));
    this.#say("[data-summary]", this.#sentence(line));
    this.#legend(line);
    this.#lane.setAttribute("aria-valuemax", String(Math.max(0, line.seconds - 1)));
    this.#cursor();
  }

  /** @param {Line} line @param {number} width */
  #ticks(line, width) {
    return this.#marks
      .filter((mark) => mark.kind !== "gap" && mark.at >= this.#first && mark.at <= this.#last)
      .map((mark) => {
        const x = ((mark.at - this.#first) / 1000 / Math.max(1, line.seconds)) * width;
        const tick = rect(Math.min(Math.max(0, x - 1), width - 2), 0, 2, HEIGHT, `mark-${mark.kind}`);
        const title = document.createElementNS(SVG, "title");
        title.textContent = `${markWords(mark)}, ${wallTime(mark.at).time}`;
        tick.append(title);
        return tick;
      });
  }

  /** @param {Line} line */
  #sentence(line) {
    const gap = lastGap(line);
    return gap ? `${summary(line)}. Last: ${wallTime((line.start + gap.at) * 1000).time}, ${words(gap)}` : summary(line);
  }

  /** @param {Line} line */
  #legend(line) {
    const list = this.querySelector(".ledger-legend");
    if (!list || !this.hasAttribute("data-seek")) return;
    const sums = totals(line);
    list.replaceChildren(
      .../** @type {(keyof typeof STATE_WORDS)[]} */ (Object.keys(STATE_WORDS)).map((state) => {
        const item = document.createElement("li");
        const swatch = document.createElement("i");
        swatch.dataset.state = state;
        item.append(swatch, `${STATE_WORDS[state]} ${sums[state]} s`);
        return item;
      }),
    );
  }

  #cursor() {
    const line = this.#line;
    if (!line || !this.isConnected) return;
    this.#put("[data-place]", this.#place);
    this.#put("[data-cursor]", this.#read);
    const moment = this.#read ?? this.#place;
    const second = moment === null ? line.seconds - 1 : secondOf(line, moment);
    const run = runAt(line, second);
    const text = run ? `${wallTime((line.start + second) * 1000).time} ${words(run)}` : "";
    this.#say("[data-read]", moment === null ? "" : text);
    this.#lane.setAttribute("aria-valuenow", String(Math.max(0, second)));
    this.#lane.setAttribute("aria-valuetext", text || "Nothing recorded yet");
  }

  /** @param {string} where @param {number|null} moment */
  #put(where, moment) {
    const place = /** @type {HTMLElement|null} */ (this.querySelector(where));
    if (!place || !this.#line) return;
    place.hidden = moment === null || !this.#line.seconds;
    if (moment === null || !this.#line.seconds) return;
    const share = (moment - this.#first) / 1000 / this.#line.seconds;
    place.style.setProperty("--at", `${Math.min(100, Math.max(0, share * 100)).toFixed(2)}%`);
  }

  /** @param {string} where @param {string} text */
  #say(where, text) {
    const place = this.querySelector(where);
    if (place && place.textContent !== text) place.textContent = text;
  }
}

/** @param {number} x @param {number} y @param {number} width @param {number} height @param {string} kind */
function rect(x, y, width, height, kind) {
  const one = document.createElementNS(SVG, "rect");
  for (const [name, value] of Object.entries({ x, y, width, height })) one.setAttribute(name, String(value));
  one.setAttribute("class", kind);
  return one;
}

customElements.define("gap-ledger", GapLedger);
export { GapLedger };
