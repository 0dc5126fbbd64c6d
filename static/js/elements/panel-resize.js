// <panel-resize data-for="--queue-w" data-min data-max data-reset data-side>: the line between panels is the handle.
// Arrow keys move it 16 px, Home resets. The width is kept on this terminal, in rem.

class PanelResize extends HTMLElement {
  connectedCallback() {
    this.setAttribute("role", "separator");
    this.setAttribute("aria-orientation", "vertical");
    this.tabIndex = 0;
    this.setAttribute("aria-valuemin", this.dataset.min ?? "0");
    this.setAttribute("aria-valuemax", this.dataset.max ?? "0");
    const kept = Number.parseFloat(this.#kept());
    this.#set(Number.isFinite(kept) ? kept * this.#rem() : this.#reset(), false);
    this.addEventListener("keydown", (event) => this.#key(event));
    this.addEventListener("pointerdown", (event) => this.#drag(event));
    this.addEventListener("dblclick", () => this.#set(this.#reset(), true));
  }

  #rem() {
    return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
  }

  #reset() {
    return Number(this.dataset.reset);
  }

  #name() {
    return `sightline.width${this.dataset.for}`;
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
    const workspace = /** @type {HTMLElement|null} */ (this.closest(".workspace"));
    workspace?.style.setProperty(String(this.dataset.for), `${width}px`);
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
    else if (event.key === "Home") this.#set(this.#reset(), true);
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
