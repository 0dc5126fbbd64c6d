// <panel-resize data-for="--queue-w" data-min data-max data-side>: the line between panels is the handle. Arrow keys move
// it 16 px, Home goes back to the width of the style sheet. A chosen width is kept on this terminal for the person at this
// position, in rem; a screen of 2200 px and more keeps its own.

import { nameOf } from "../lib/layout.js";

const LARGE = matchMedia("(min-width: 2200px)");

class PanelResize extends HTMLElement {
  connectedCallback() {
    this.setAttribute("role", "separator");
    this.setAttribute("aria-orientation", "vertical");
    this.tabIndex = 0;
    this.setAttribute("aria-valuemin", this.dataset.min ?? "0");
    this.setAttribute("aria-valuemax", this.dataset.max ?? "0");
    this.#begin();
    this.addEventListener("keydown", (event) => this.#key(event));
    this.addEventListener("pointerdown", (event) => this.#drag(event));
    this.addEventListener("dblclick", () => this.#reset());
    addEventListener("resize", this.#begin);
  }

  disconnectedCallback() {
    removeEventListener("resize", this.#begin);
  }

  /** The width this screen has: the kept one, else the style sheet's. */
  #begin = () => {
    const kept = Number.parseFloat(this.#kept());
    if (Number.isFinite(kept)) this.#set(kept * this.#rem(), false);
    else this.#standard();
  };

  #workspace() {
    return /** @type {HTMLElement|null} */ (this.closest(".workspace"));
  }

  #standard() {
    const workspace = this.#workspace();
    if (!workspace) return;
    workspace.style.removeProperty(String(this.dataset.for));
    this.setAttribute("aria-valuenow", String(Number.parseFloat(getComputedStyle(workspace).getPropertyValue(String(this.dataset.for)))));
  }

  #rem() {
    return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
  }

  #reset() {
    try {
      localStorage.removeItem(this.#name());
    } catch {
      // storage is closed: nothing was kept
    }
    this.#standard();
  }

  #name() {
    return nameOf(String(document.body.dataset.user), document.body.dataset.position ?? "", `${this.dataset.for}${LARGE.matches ? ".large" : ""}`);
  }

  #kept() {
    try {
      return localStorage.getItem(this.#name()) ?? "";
    } catch {
      return "";
    }
  }

  /**
   * @param {number} pixels
   * @param {boolean} keep
   */
  #set(pixels, keep) {
    const width = Math.round(Math.min(Number(this.dataset.max), Math.max(Number(this.dataset.min), pixels)));
    this.#workspace()?.style.setProperty(String(this.dataset.for), `${width}px`);
    this.setAttribute("aria-valuenow", String(width));
    if (!keep) return;
    try {
      localStorage.setItem(this.#name(), String(width / this.#rem()));
    } catch {
      // storage is closed: the width holds until the page is left
    }
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const towards = this.dataset.side === "left" ? -1 : 1;
    const now = Number(this.getAttribute("aria-valuenow"));
    if (event.key === "ArrowRight") this.#set(now + 16 * towards, true);
    else if (event.key === "ArrowLeft") this.#set(now - 16 * towards, true);
    else if (event.key === "Home") this.#reset();
    else return;
    event.preventDefault();
  }

  /** @param {PointerEvent} event */
  #drag(event) {
    event.preventDefault();
    this.setPointerCapture(event.pointerId);
    this.setAttribute("dragging", "");
    const towards = this.dataset.side === "left" ? -1 : 1;
    const from = event.clientX;
    const width = Number(this.getAttribute("aria-valuenow"));
    const move = (/** @type {PointerEvent} */ next) => this.#set(width + (next.clientX - from) * towards, false);
    const up = (/** @type {PointerEvent} */ next) => {
      this.removeEventListener("pointermove", move);
      this.removeAttribute("dragging");
      this.#set(width + (next.clientX - from) * towards, true);
    };
    this.addEventListener("pointermove", move);
    this.addEventListener("pointerup", up, { once: true });
  }
}

customElements.define("panel-resize", PanelResize);
