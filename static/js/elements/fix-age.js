// <fix-age at>: how old a report of a place is, counted on by itself. What ages always shows its age.

import { ageWords } from "../lib/place.js";
import { clock, eachTick } from "../page.js";

class FixAge extends HTMLElement {
  #stop = () => {};

  connectedCallback() {
    const at = Date.parse(this.getAttribute("at") ?? "");
    if (!Number.isFinite(at)) return;
    this.#stop = eachTick(() => {
      const words = ageWords(clock.now() - at);
      if (this.textContent !== words) this.textContent = words;
    });
  }

  disconnectedCallback() {
    this.#stop();
  }
}

customElements.define("fix-age", FixAge);
