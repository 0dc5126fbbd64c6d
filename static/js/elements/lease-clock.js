// <lease-clock>: how long the person is still yours, and the page anew when somebody else ended or lengthened it.

import { timeLeft } from "../lib/lease.js";
import { clock, eachTick, live } from "../page.js";

class LeaseClock extends HTMLElement {
  #stop = () => {};
  #leave = () => {};

  connectedCallback() {
    const until = Number(this.dataset.until) * 1000;
    const [words, bar] = [this.querySelector("[data-left]"), this.querySelector("progress")];
    this.#stop = eachTick(() => {
      const left = timeLeft(until, clock.now());
      this.dataset.left = left.level;
      if (words && words.textContent !== left.words) words.textContent = left.words;
      if (bar && bar.value !== left.minutes) bar.value = left.minutes;
    });
    if (!this.dataset.topic) return;
    this.#leave = live.subscribe(this.dataset.topic, {
      event: (event) => {
        if (event.data.reservation !== this.dataset.reservation) return;
        if (Number(event.data.version) > Number(this.dataset.version) && !document.querySelector("dialog[open]")) location.reload();
      },
    });
  }

  disconnectedCallback() {
    this.#stop();
    this.#leave();
  }
}

customElements.define("lease-clock", LeaseClock);
export { LeaseClock };
