// Where the words of a watermark stand at a moment: repeated over the whole picture, and elsewhere every few seconds, so
// that no crop of the picture and no still of it is without a name. No DOM: tested with node.

export const MOVES_EVERY = 4000; // ms

/**
 * @param {string} name
 * @param {number} at ms since the epoch, by the server's clock
 */
export function words(name, at) {
  const time = new Date(at);
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const day = `${two(time.getDate())}/${two(time.getMonth() + 1)}/${time.getFullYear()}`;
  return `${name} · ${day} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

/**
 * The left ends of the repeated lines: rows half a step apart, moved by where we are in the cycle.
 * @param {number} width
 * @param {number} height
 * @param {number} line width of one line of words
 * @param {number} at ms
 * @returns {{x: number, y: number}[]}
 */
export function places(width, height, line, at) {
  const stepX = Math.max(line * 1.25, 120);
  const stepY = Math.min(90, Math.max(44, height / 5));
  const turn = Math.floor(at / MOVES_EVERY);
  const moveX = ((turn * 0.381966) % 1) * stepX;
  const moveY = ((turn * 0.618034) % 1) * stepY;
  const found = [];
  const reach = Math.hypot(width, height) / 2 + stepX;
  for (let row = 0, y = -reach; y < reach; row += 1, y += stepY)
    for (let x = -reach + (row % 2) * (stepX / 2); x < reach; x += stepX) found.push({ x: x + moveX, y: y + moveY });
  return found;
}

/**
 * Whether what should lie over the picture still does.
 * @param {{connected: boolean, display: string, visibility: string, opacity: string, width: number, height: number, stageWidth: number, stageHeight: number}} seen
 */
export function covers(seen) {
  if (!seen.connected || seen.display === "none" || seen.visibility !== "visible" || Number(seen.opacity) < 0.9) return false;
  return seen.width >= seen.stageWidth - 2 && seen.height >= seen.stageHeight - 2;
}
