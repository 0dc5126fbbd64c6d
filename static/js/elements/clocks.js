// <live-clock since="…"> counts up, <live-clock until="…" from="…" suffix=" left"> counts down, by the server's time.

import { reading } from "../lib/clock.js";
import { clock, eachTick } from "../page.js";

class LiveClock extends HTMLElement {
  /** @type {(() => void)|null} */
  #stop = null;

  connectedCallback() {
    const time = (/** @type {string} */ name) => {
      const value = this.getAttribute(name);
      if (!value) return undefined;
      return /^\d+$/.test(value) ? Number(value) : Date.parse(value);
    };
    const facts = { since: time("since"), until: time("until"), from: time("from"), suffix: this.getAttribute("suffix") ?? "" };
    this.#stop = eachTick(() => {
      const { text, state } = reading(facts, clock.now());
      if (this.textContent !== text) this.textContent = text;
      if (this.dataset.state !== state) {
        this.dataset.state = state;
        const row = this.closest("[data-incident].queue-row");
        if (row && facts.until !== undefined) row.toggleAttribute("data-over", state === "over");
      }
    });
  }

  disconnectedCallback() {
    this.#stop?.();
  }
}

customElements.define("live-clock", LiveClock);
