// The watermark over the guest's picture: drawn every second, guarded. It lies in the stage, which goes on the full screen
// with it; a picture whose watermark is taken away is not shown.

import { covers, places, words } from "../lib/watermark.js";

export class Mark {
  /**
   * @param {HTMLElement} stage
   * @param {() => number} now the server's time, ms
   * @param {(whole: boolean) => void} told
   */
  constructor(stage, now, told) {
    this.stage = stage;
    this.canvas = /** @type {HTMLCanvasElement} */ (stage.querySelector("[data-mark]"));
    this.name = document.body.dataset.name ?? "";
    this.now = now;
    this.told = told;
    new ResizeObserver(() => this.draw()).observe(stage);
    new MutationObserver(() => this.check()).observe(stage, { childList: true, subtree: false, attributes: true, attributeFilter: ["style", "class", "hidden"] });
    new MutationObserver(() => this.check()).observe(this.canvas, { attributes: true, attributeFilter: ["style", "class", "hidden"] });
    setInterval(() => this.draw(), 1000);
    this.draw();
  }

  check() {
    const style = getComputedStyle(this.canvas);
    const box = this.canvas.getBoundingClientRect();
    const around = this.stage.getBoundingClientRect();
    const whole = covers({
      connected: this.canvas.isConnected && this.stage.contains(this.canvas), display: style.display, visibility: style.visibility, opacity: style.opacity,
      width: box.width, height: box.height, stageWidth: around.width, stageHeight: around.height,
    });
    this.told(whole);
    return whole;
  }

  draw() {
    if (!this.check()) return;
    const { clientWidth: width, clientHeight: height } = this.stage;
    const scale = Math.min(2, devicePixelRatio || 1);
    if (this.canvas.width !== Math.round(width * scale)) this.canvas.width = Math.round(width * scale);
    if (this.canvas.height !== Math.round(height * scale)) this.canvas.height = Math.round(height * scale);
    const pen = this.canvas.getContext("2d");
    if (!pen || !width) return;
    const at = this.now();
    const text = words(this.name, at);
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.font = `600 ${Math.max(12, Math.min(20, width / 44))}px system-ui, sans-serif`;
    pen.textBaseline = "middle";
    pen.translate(width / 2, height / 2);
    pen.rotate(-0.35);
    pen.lineWidth = 3;
    pen.strokeStyle = "rgb(0 0 0 / 35%)"; // dark under light: legible on snow and at night
    pen.fillStyle = "rgb(255 255 255 / 42%)";
    for (const { x, y } of places(width, height, pen.measureText(text).width, at)) {
      pen.strokeText(text, x, y);
      pen.fillText(text, x, y);
    }
    this.canvas.dataset.words = text;
  }
}
