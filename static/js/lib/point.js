// @ts-check
/**
 * A point of the scene on two screens: shares of the frame (0 to 1) on one side, pixels of a picture that is fitted,
 * cropped or mirrored on the other. No DOM: tested with `node --test tests/js/`.
 *
 * @typedef {{width: number, height: number}} Size
 * @typedef {"contain"|"cover"} Fit as CSS object-fit
 */

/**
 * Where the whole frame lies in its element; with "cover" parts of it are outside.
 * @param {Size} box @param {Size} frame @param {Fit} fit
 */
export function laid(box, frame, fit) {
  const across = box.width / frame.width;
  const down = box.height / frame.height;
  const scale = fit === "contain" ? Math.min(across, down) : Math.max(across, down);
  const width = frame.width * scale;
  const height = frame.height * scale;
  return { left: (box.width - width) / 2, top: (box.height - height) / 2, width, height };
}

/**
 * Pixels of the element as shares of the frame; null beside the frame.
 * @param {{x: number, y: number}} at @param {Size} box @param {Size} frame @param {Fit} fit
 * @param {boolean} [mirrored]
 */
export function toFrame(at, box, frame, fit, mirrored = false) {
  if (!(frame.width > 0 && frame.height > 0 && box.width > 0 && box.height > 0)) return null;
  const place = laid(box, frame, fit);
  const x = (at.x - place.left) / place.width;
  const y = (at.y - place.top) / place.height;
  if (x < 0 || x > 1 || y < 0 || y > 1) return null;
  return { x: mirrored ? 1 - x : x, y };
}

/**
 * Shares of the frame as pixels of the element. `inside` is false where that part of the frame is cropped away; the
 * pixels are then the nearest that can be seen, `margin` from the edge.
 * @param {{x: number, y: number}} at @param {Size} box @param {Size} frame @param {Fit} fit
 * @param {boolean} [mirrored] @param {number} [margin]
 */
export function toElement(at, box, frame, fit, mirrored = false, margin = 0) {
  const place = laid(box, frame, fit);
  const x = place.left + (mirrored ? 1 - at.x : at.x) * place.width;
  const y = place.top + at.y * place.height;
  const seen = { x: Math.min(Math.max(x, margin), box.width - margin), y: Math.min(Math.max(y, margin), box.height - margin) };
  return { ...seen, inside: x >= 0 && x <= box.width && y >= 0 && y <= box.height };
}

/**
 * Whether two frames have the same shape. A phone that was turned since has another: a point of the old frame says
 * nothing about the new one.
 * @param {number} one width / height @param {number} other
 */
export function sameShape(one, other) {
  if (!(one > 0 && other > 0)) return false;
  return Math.abs(Math.log(one / other)) < 0.2;
}

/** A cross-hair's next place; stays in the frame. @param {{x: number, y: number}} at @param {string} key @param {boolean} [far] */
export function stepped(at, key, far = false) {
  const step = far ? 0.1 : 0.02;
  /** @type {Record<string, [number, number]>} */
  const ways = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
  const way = ways[key];
  if (!way) return null;
  return { x: Math.min(1, Math.max(0, at.x + way[0])), y: Math.min(1, Math.max(0, at.y + way[1])) };
}

/** Two corners as a box of shares; null when it is too small to be meant. @param {{x: number, y: number}} one @param {{x: number, y: number}} other */
export function boxOf(one, other) {
  const box = { x: Math.min(one.x, other.x), y: Math.min(one.y, other.y), width: Math.abs(one.x - other.x), height: Math.abs(one.y - other.y) };
  return box.width < 0.02 || box.height < 0.02 ? null : box;
}
