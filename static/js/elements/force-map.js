// <force-map>: every unit and open incident of the force, live. The lists beside it say the same in words, lead into the
// map by keyboard, and stay where this screen cannot draw.

import "./force-lists.js";
import "./force-choose.js";
import "./force-send.js";
import { Ground, readBase } from "../lib/basemap.js";
import { ForcePaint, lengthOf, scaleOf } from "../lib/force-paint.js";
import { mapColours, openMap } from "../lib/map.js";
import { reference } from "../lib/osgb.js";
import { NOBODY } from "../lib/send-lines.js";
import { followUnits } from "../lib/unit-feed.js";
import { UnitPlot, onScreen, worldX, worldY } from "../lib/unit-plot.js";
import { ask, clock, eachTick, live } from "../page.js";

/** @typedef {import("../lib/units.js").Units} Units */
/** @typedef {import("../lib/force-paint.js").Placed} Placed */
/** @typedef {import("../lib/force-paint.js").Scene} Scene */
/** @typedef {import("maplibre-gl").Map} MapLibre */
/** @typedef {{take: (lat: number, lon: number) => void, end: () => void}} Aim */

const JUST_MOVED = 20; // ms: a map on the move paints by itself, once a frame
const CLOSEST = 16; // by itself: the streets around a place, not its doorstep
const EDGE = 24; // pixels: nearer to the edge is not in sight
const TRAIL_PAUSE = 2000; // ms: a phone says where it is every second

export class ForceMap extends HTMLElement {
  /** @type {Units|null} */
  units = null;
  /** @type {MapLibre|null} */
  map = null;
  /** @type {ForcePaint|null} */
  paint = null;
  /** @type {Scene} */
  scene = { plot: new UnitPlot({ still: matchMedia("(prefers-reduced-motion: reduce)").matches }), incidents: [], chosen: "", trail: [], line: [], found: null, sending: NOBODY, shows: new Set(["units", "incidents", "trail", "grid"]) };
  #asked = 0;
  #opening = false;
  /** @type {Aim|null} whom points on the map are for */
  #aim = null;
  #fitted = false;
  /** @type {Ground|null} */
  #ground = null;
  /** @type {any} */
  #trailSoon = null;
  #trailUrl = "";
  #second = 0;
  #movedAt = -JUST_MOVED;
  /** @type {(() => void)[]} */
  #leave = [];
  #look = new MutationObserver(() => this.#themed());
  #size = new ResizeObserver(() => this.#resized());

  connectedCallback() {
    const list = /** @type {HTMLElement|null} */ (document.querySelector("[data-units]"));
    this.#leave = [
      followUnits({ url: String(this.dataset.url), list, changed: (units) => this.#heard(units) }),
      eachTick(() => this.#tick()),
    ];
    this.#look.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    this.#size.observe(this);
    this.addEventListener("click", (event) => this.#pressed(event));
    this.addEventListener("pointermove", (event) => this.#over(event));
    this.addEventListener("keydown", (event) => this.#key(event));
    void this.#open();
  }

  disconnectedCallback() {
    for (const leave of this.#leave) leave();
    this.#look.disconnect();
    this.#size.disconnect();
    this.map?.remove();
    this.map = null;
  }

  /** What the lists know of incidents. @param {Placed[]} incidents */
  place(incidents) {
    this.scene.incidents = incidents;
    this.#fit();
    this.draw();
  }

  /** Look at a place, as near as its radius asks. @param {number} lat @param {number} lon @param {number} radius @param {boolean} [mark] */
  goTo(lat, lon, radius, mark = false) {
    this.scene.found = mark ? { lat, lon, radius } : null;
    this.#fitted = true;
    const zoom = Math.max(9, Math.min(CLOSEST, Math.log2((40_075_017 * Math.cos((lat * Math.PI) / 180) * 0.25 * this.clientHeight) / (512 * Math.max(20, radius)))));
    this.map?.jumpTo({ center: [lon, lat], zoom: mark || radius ? zoom : Math.max(15, this.map.getZoom()) });
    this.draw();
  }

  /** Mark an incident and show its caller's trail. @param {string} id @param {string} trailUrl */
  choose(id, trailUrl) {
    this.scene.chosen = id;
    this.scene.trail = [];
    this.#trailUrl = trailUrl;
    this.renewTrail();
    this.draw();
  }

  /** Ask for the trail again, soon: many fixes ask once. */
  renewTrail() {
    this.#trailSoon ??= setTimeout(() => {
      this.#trailSoon = null;
      void this.#trail();
    }, this.scene.trail.length ? TRAIL_PAUSE : 0);
  }

  /** Draw with the next frame. */
  draw() {
    if (this.#asked || !this.paint) return;
    this.#asked = requestAnimationFrame((frame) => {
      this.#asked = 0;
      if (frame - this.#movedAt < JUST_MOVED) this.draw();
      else this.#frame(frame);
    });
  }

  /** A press on the map, or Enter for its middle, is a point for this one until Escape or the next. @param {Aim|null} aim */
  aim(aim) {
    const before = this.#aim;
    this.#aim = aim;
    this.toggleAttribute("data-aiming", aim !== null);
    before?.end();
    if (aim) queueMicrotask(() => this.map?.getCanvas().focus()); // after the button that was pressed has it
  }

  /** Where a unit stands on the screen now, for tests and the benchmark. @param {string} id */
  screenOf(id) {
    const plot = this.scene.plot.plots.get(id);
    return plot && this.paint ? onScreen(plot, this.paint.view()) : null;
  }

  async #trail() {
    if (!this.#trailUrl) return;
    const url = this.#trailUrl;
    try {
      const response = await ask(url);
      if (!response.ok || response.redirected || url !== this.#trailUrl) return;
      this.scene.trail = (await response.json()).fixes;
      this.draw();
    } catch {
      // no connection: the next fix or the next choice asks again
    }
  }

  /** @param {Units} units */
  #heard(units) {
    const first = this.units === null;
    this.units = units;
    this.dispatchEvent(new CustomEvent("force-units"));
    if (first) this.#fit();
    this.draw();
  }

  #frame(/** @type {number} */ frame) {
    const { paint, units, scene } = this;
    if (!paint) return;
    const now = clock.now();
    if (units) {
      if (units.byId.size < scene.plot.plots.size) scene.plot.replace(units.byId.values(), now, frame);
      for (const id of units.touched) {
        const unit = units.byId.get(id);
        if (unit) scene.plot.put(unit, now, frame);
      }
      units.touched.clear();
    }
    paint.drawThings(scene, now, frame);
    if (scene.plot.moving(frame)) this.draw();
  }

  /** Once a second: what has become old since. */
  #tick() {
    const second = Math.floor(clock.now() / 1000);
    if (second === this.#second) return;
    this.#second = second;
    this.draw();
  }

  async #open() {
    if (this.#opening) return;
    this.#opening = true;
    const nothing = /** @type {HTMLElement} */ (this.querySelector("[data-nothing]"));
    try {
      const map = await openMap(this, { label: "Units and incidents of the force", centre: [-2, 54] });
      if (!this.isConnected) return map.remove();
      this.map = map;
      map.removeLayer("grid");
      this.paint = new ForcePaint(this, map);
      map.on("move", () => this.#moved());
      this.dataset.drawn = "yes";
      this.dispatchEvent(new CustomEvent("force-drawn"));
      nothing.hidden = true;
      this.#fit();
      this.#moved();
      this.#base(map);
    } catch {
      this.dataset.drawn = "no";
      nothing.textContent = "This screen cannot draw a map. Units and incidents are in the lists beside it; a browser with WebGL draws it.";
    }
  }

  /** The force's own ground under it, when it has one. The plain grid is there first and stays when that fails. @param {MapLibre} map */
  #base(map) {
    const base = readBase(this.dataset.base);
    const credit = /** @type {HTMLElement} */ (this.querySelector("[data-credit]"));
    if (base.kind === "none") return;
    this.#ground = new Ground(map, base, (name) => mapColours(this).of(name), (words) => {
      if (credit.textContent !== words) credit.textContent = words;
      credit.hidden = !words;
    });
    void this.#ground.lay();
  }

  #moved() {
    const { paint, map } = this;
    if (!paint || !map) return;
    this.#movedAt = performance.now();
    paint.drawGround(this.scene.shows.has("grid"));
    if (this.#aim && map.getCanvas().matches(":focus-visible")) this.#under(placeWords(map.getCenter().lat, map.getCenter().lng));
    this.#frame(performance.now());
    const { metres, pixels } = scaleOf(paint.metresPerPixel(), 120);
    const words = this.querySelector("[data-scale-words]"), bar = /** @type {HTMLElement|null} */ (this.querySelector("[data-scale-bar]"));
    if (words) words.textContent = metres >= 1000 ? `${metres / 1000} km` : `${metres} m`;
    if (bar) bar.style.width = `${Math.round(pixels)}px`;
  }

  #resized() {
    this.map?.resize();
    this.paint?.resize();
    this.#moved();
  }

  #themed() {
    this.paint?.theme();
    if (this.#ground) void this.#ground.lay();
    else if (this.map?.getLayer("land")) this.map.setPaintProperty("land", "background-color", mapColours(this).land);
    this.#moved();
  }

  /** Everything in sight, until a hand has moved the map. @param {boolean} [again] */
  #fit(again = false) {
    const { map } = this;
    if (!map || (this.#fitted && !again)) return;
    const points = [...(this.units?.byId.values() ?? []), ...this.scene.incidents];
    this.lookAt(points);
  }

  /** All of these in sight. @param {{lat: number, lon: number}[]} points */
  lookAt(points) {
    const { map } = this;
    if (!map || !points.length) return;
    this.#fitted = true;
    const lons = points.map((point) => point.lon), lats = points.map((point) => point.lat);
    map.fitBounds([[Math.min(...lons), Math.min(...lats)], [Math.max(...lons), Math.max(...lats)]], { duration: 0, maxZoom: 15, padding: this.#edges() });
  }

  /** How much of each side lies under what stands on the map, with room for a label: on a narrow screen the drawer too. */
  #edges() {
    const box = this.getBoundingClientRect(), narrow = box.width < 500;
    const bar = this.querySelector(".map-bar")?.getBoundingClientRect(), side = document.getElementById("map-side")?.getBoundingClientRect();
    const top = narrow && bar ? bar.bottom - box.top + 26 : 70;
    const under = side && side.top > box.top && side.left < box.right && side.right > box.left ? Math.max(0, box.bottom - side.top) : 0;
    const bottom = under ? under + 30 : 90;
    return top + bottom < box.height - 40 ? { top, right: narrow ? 56 : 90, bottom, left: narrow ? 40 : 60 } : { top: 20, right: 20, bottom: 20, left: 20 };
  }

  /** Whether all of these are in sight. @param {{lat: number, lon: number}[]} points */
  holds(points) {
    const { map, clientWidth: width, clientHeight: height } = this;
    const { top, bottom } = this.#edges();
    return !map || points.every(({ lat, lon }) => {
      const { x, y } = map.project([lon, lat]);
      return x > EDGE && x < width - EDGE && y > top - EDGE && y < height - bottom + EDGE;
    });
  }

  /** @param {MouseEvent} event */
  #pressed(event) {
    const button = event.target instanceof Element ? /** @type {HTMLElement|null} */ (event.target.closest("button")) : null;
    if (button?.dataset.layer) {
      const shown = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(shown));
      if (shown) this.scene.shows.add(button.dataset.layer);
      else this.scene.shows.delete(button.dataset.layer);
      this.#moved();
    } else if (button?.matches("[data-measure]")) this.#measure(button);
    else if (button?.matches("[data-show-all]")) this.#fit(true);
    else if (!button && event.target instanceof HTMLCanvasElement) this.#picked(event);
  }

  /** @param {MouseEvent} event */
  #picked(event) {
    if (!this.map || !this.paint) return;
    const box = this.getBoundingClientRect();
    const [x, y] = [event.clientX - box.x, event.clientY - box.y];
    if (this.#aim) {
      const { lng, lat } = this.map.unproject([x, y]);
      return this.#aim.take(lat, lng);
    }
    const view = this.paint.view();
    const near = this.scene.incidents.find((one) => {
      const [px, py] = onScreen({ x: worldX(one.lon), y: worldY(one.lat) }, view);
      return Math.hypot(px - x, py - y) < 16;
    });
    const unit = this.scene.plot.at(x, y, view);
    if (near) this.dispatchEvent(new CustomEvent("force-chosen", { detail: { incident: near.id } }));
    else if (unit) this.dispatchEvent(new CustomEvent("force-chosen", { detail: { unit: unit.id } }));
  }

  /** @param {PointerEvent} event */
  #over(event) {
    if (!this.map || !this.paint || !(event.target instanceof HTMLCanvasElement)) return;
    const box = this.getBoundingClientRect();
    const [x, y] = [event.clientX - box.x, event.clientY - box.y];
    const unit = this.scene.plot.at(x, y, this.paint.view())?.unit;
    const { lng, lat } = this.map.unproject([x, y]);
    this.#under(unit && this.units ? this.units.name(unit, clock.now()) : placeWords(lat, lng));
    this.map.getCanvas().style.cursor = this.#aim ? "crosshair" : unit ? "pointer" : "";
  }

  /** @param {string} text */
  #under(text) {
    const under = /** @type {HTMLElement} */ (this.querySelector("[data-under]"));
    under.textContent = text;
    under.hidden = false;
  }

  /** @param {HTMLElement} button */
  #measure(button) {
    if (button.getAttribute("aria-pressed") === "true") return this.aim(null);
    const ended = () => {
      button.setAttribute("aria-pressed", "false");
      this.scene.line = [];
      this.#measured();
      this.draw();
    };
    this.aim({ take: (lat, lon) => { this.scene.line.push([lon, lat]); this.#measured(); this.draw(); }, end: ended });
    button.setAttribute("aria-pressed", "true");
    this.#measured();
  }

  #measured() {
    const place = /** @type {HTMLElement} */ (this.querySelector("[data-measured]"));
    place.hidden = this.querySelector("[data-measure]")?.getAttribute("aria-pressed") !== "true";
    const metres = lengthOf(this.scene.line);
    place.textContent = this.scene.line.length < 2 ? "Press on the map, or Enter for its middle; Esc ends" : metres >= 1000 ? `${(metres / 1000).toFixed(2)} km` : `${Math.round(metres)} m`;
  }

  /** By keyboard the map's middle is the point: arrows move it under. @param {KeyboardEvent} event */
  #key(event) {
    if (!this.#aim || !this.map || event.repeat) return;
    if (event.key === "Enter" && event.target instanceof HTMLCanvasElement) {
      event.preventDefault();
      const { lng, lat } = this.map.getCenter();
      this.#aim.take(lat, lng);
    } else if (event.key === "Escape") this.aim(null);
  }

  /** The board's topic: incidents come, change and go. @param {() => void} changed */
  follow(changed) {
    this.#leave.push(live.subscribe(String(this.dataset.topic), { event: changed, reload: changed }, Number(this.dataset.seq)));
  }
}

/** A place as it is read off the map. @param {number} lat @param {number} lon */
const placeWords = (lat, lon) => [reference(lat, lon, 4), `${lat.toFixed(5)}, ${lon.toFixed(5)}`].filter(Boolean).join(" · ");

customElements.define("force-map", ForceMap);
