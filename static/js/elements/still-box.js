// The picture of a moment that stands still while somebody is described, and the box drawn round them.

import { boxOf } from "../lib/point.js";

const WIDTH = 480;

/** @typedef {{x: number, y: number, width: number, height: number}} Box shares of the frame */

export class StillBox {
  /** @type {Box|null} */
  box = null;
  /** @type {ImageBitmap|null} */
  #bitmap = null;

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    /** @type {{x: number, y: number}|null} */
    let from = null;
    const at = (/** @type {PointerEvent} */ event) => {
      const area = canvas.getBoundingClientRect();
      return { x: Math.min(1, Math.max(0, (event.clientX - area.left) / area.width)), y: Math.min(1, Math.max(0, (event.clientY - area.top) / area.height)) };
    };
    canvas.addEventListener("pointerdown", (event) => {
      from = at(event);
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => from && this.#paint(boxOf(from, at(event))));
    canvas.addEventListener("pointerup", (event) => {
      if (from) this.box = boxOf(from, at(event));
      from = null;
      this.#paint();
    });
  }

  /** @param {Blob|null} still */
  async show(still) {
    this.box = null;
    this.#bitmap = still ? await createImageBitmap(still) : null;
    this.#paint();
  }

  /** @param {Box|null} [box] */
  #paint(box = this.box) {
    const { canvas } = this;
    const pen = canvas.getContext("2d");
    if (!pen || !this.#bitmap) return;
    canvas.width = WIDTH;
    canvas.height = Math.round((WIDTH * this.#bitmap.height) / this.#bitmap.width);
    pen.drawImage(this.#bitmap, 0, 0, canvas.width, canvas.height);
    if (!box) return;
    pen.lineWidth = 3;
    pen.setLineDash([8, 6]);
    pen.strokeStyle = "white";
    pen.strokeRect(box.x * canvas.width, box.y * canvas.height, box.width * canvas.width, box.height * canvas.height);
  }
}
