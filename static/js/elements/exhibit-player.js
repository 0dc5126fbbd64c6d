// <exhibit-player>: play, pause, step by frames and the exact time of the playback copy. Copies hashes to the clipboard.

import { singles } from "../pages/own-keys.js";

const FRAME = 1 / 30; // seconds; a step of the usual rate when the file does not say its own

class ExhibitPlayer extends HTMLElement {
  /** @type {HTMLVideoElement|null} */
  #video = null;

  connectedCallback() {
    this.#video = document.querySelector("video[data-player]");
    const video = this.#video;
    if (!video) return;
    this.querySelector("[data-play]")?.addEventListener("click", () => this.#toggle());
    for (const button of this.querySelectorAll("[data-frame]")) {
      button.addEventListener("click", () => this.#step(Number(/** @type {HTMLElement} */ (button).dataset.frame)));
    }
    document.addEventListener("keydown", this.#key);
    document.addEventListener("ledger-seek", this.#seek);
    for (const event of ["timeupdate", "seeked", "loadedmetadata"]) video.addEventListener(event, () => this.#say());
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#key);
    document.removeEventListener("ledger-seek", this.#seek);
  }

  /** When the copy begins, ms since the epoch; null where nobody knows. */
  get #from() {
    return this.dataset.from ? Number(this.dataset.from) : null;
  }

  #seek = (/** @type {Event} */ event) => {
    const { moment } = /** @type {CustomEvent} */ (event).detail;
    if (this.#video && this.#from !== null) this.#video.currentTime = Math.max(0, (moment - this.#from) / 1000);
  };

  get #ledger() {
    return /** @type {import("./gap-ledger.js").GapLedger|null} */ (document.querySelector("gap-ledger"));
  }

  #toggle() {
    if (this.#video?.paused) void this.#video.play();
    else this.#video?.pause();
  }

  /** @param {number} by frames */
  #step(by) {
    if (!this.#video) return;
    this.#video.pause();
    this.#video.currentTime = Math.max(0, this.#video.currentTime + by * FRAME);
  }

  #key = (/** @type {KeyboardEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target instanceof HTMLElement && event.target.closest("button, input, textarea, select, a, video, dialog")) return;
    if (event.key !== " " && !singles()) return;
    if (event.key === " ") this.#toggle();
    else if (event.key === ",") this.#step(-1);
    else if (event.key === ".") this.#step(1);
    else if ((event.key === "g" || event.key === "G") && this.#ledger) this.#ledger.gap(event.key === "G" ? -1 : 1);
    else return;
    event.preventDefault();
  };

  #say() {
    const seconds = this.#video?.currentTime ?? 0;
    const text = `${new Date(Math.floor(seconds) * 1000).toISOString().slice(11, 19)}.${String(Math.floor((seconds % 1) * 1000)).padStart(3, "0")}`;
    if (this.#ledger && this.#from !== null) this.#ledger.place = this.#from + seconds * 1000;
    const place = this.querySelector("[data-now]");
    if (place) place.textContent = text;
    const length = this.querySelector("[data-length]");
    const whole = this.#video?.duration ?? 0;
    if (length && Number.isFinite(whole) && whole > 0) length.textContent = new Date(Math.floor(whole) * 1000).toISOString().slice(11, 19);
  }
}

customElements.define("exhibit-player", ExhibitPlayer);

for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-copy]"))) {
  button.addEventListener("click", async () => {
    const words = button.querySelector("span");
    try {
      await navigator.clipboard.writeText(button.dataset.copy ?? "");
      if (words) words.textContent = "copied";
    } catch {
      if (words) words.textContent = "select it by hand";
    }
  });
}
