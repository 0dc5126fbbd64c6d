// @ts-check
/**
 * An honest little drawing of a position: no streets we do not have, only the circle, the way walked, and a scale.
 *
 * @typedef {import("./state.js").Fix} Fix
 */

const WIDTH = 320;
const HEIGHT = 180;
const METRES_PER_DEGREE = 111_320;

/** Metres of a scale bar that is about a quarter of the drawing: 1, 2 or 5 times a power of ten. @param {number} metres a quarter of the width, m */
export function round(metres) {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, metres)));
  return ([5, 2].find((step) => step * power <= metres) ?? 1) * power;
}

/**
 * The drawing in its own units (320 x 180, the fix in the middle).
 * @param {Fix} fix
 * @param {Fix[]} trail oldest first
 * @returns {{radius: number, trail: [number, number][], bar: number, metres: number}} `bar` is the length of `metres`
 */
export function plan(fix, trail) {
  const radius = Math.max(2, fix.accuracy);
  const scale = Math.min(60 / radius, 6); // units per metre; a good fix is not blown up to fill the box
  const east = METRES_PER_DEGREE * Math.cos((fix.lat * Math.PI) / 180);
  const points = trail
    .filter((one) => one.accuracy <= Math.max(100, radius * 2))
    .map((one) => /** @type {[number, number]} */ ([WIDTH / 2 + (one.lon - fix.lon) * east * scale, HEIGHT / 2 - (one.lat - fix.lat) * METRES_PER_DEGREE * scale]))
    .filter(([x, y]) => x > -WIDTH && x < 2 * WIDTH && y > -HEIGHT && y < 2 * HEIGHT);
  const metres = round(80 / scale);
  return { radius: radius * scale, trail: points, bar: metres * scale, metres };
}

/** @param {SVGElement} svg @param {Fix} fix @param {Fix[]} trail */
export function draw(svg, fix, trail) {
  const { radius, trail: points, bar, metres } = plan(fix, trail);
  const [x, y] = [WIDTH / 2, HEIGHT / 2];
  const lines = [];
  for (let at = bar / 2; at < WIDTH / 2; at += bar / 2) lines.push(`M${x - at} 0V${HEIGHT}M${x + at} 0V${HEIGHT}`);
  for (let at = bar / 2; at < HEIGHT / 2; at += bar / 2) lines.push(`M0 ${y - at}H${WIDTH}M0 ${y + at}H${WIDTH}`);
  svg.replaceChildren(
    shape("path", { class: "grid", d: lines.join("") }),
    shape("circle", { class: "around", cx: x, cy: y, r: radius }),
    shape("polyline", { class: "trail", points: points.map((point) => point.map((one) => one.toFixed(1)).join(",")).join(" ") }),
    shape("circle", { class: "here", cx: x, cy: y, r: 7 }),
    shape("path", { class: "bar", d: `M14 ${HEIGHT - 20}v6h${bar}v-6` }),
    words(14, HEIGHT - 26, metres >= 1000 ? `${metres / 1000} km` : `${metres} m`),
    words(WIDTH - 22, 24, "N"),
    shape("path", { class: "bar", d: `M${WIDTH - 17} 46V30m-5 5 5-5 5 5` }),
  );
}

/** @param {string} name @param {Record<string, string|number>} values */
function shape(name, values) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(values)) element.setAttribute(key, String(value));
  return element;
}

/** @param {number} x @param {number} y @param {string} text */
function words(x, y, text) {
  const element = shape("text", { x, y });
  element.textContent = text;
  return element;
}
