// <partner-offers data-topic data-url>: what partners offer, at the foot of the queue. Asked for once, and again at each
// event of an offer; nothing moves in the rows above it.

import { answerOf, live, untilAnswered } from "../page.js";

class PartnerOffers extends HTMLElement {
  /** @type {(() => void)|undefined} */
  #leave;
  #until = untilAnswered(() => this.#refresh(), { always: true });

  connectedCallback() {
    const left = live.subscribe(String(this.dataset.topic), {
      reload: () => this.#until.ask(),
      event: (event) => {
        if (event.kind === "transfer.offered") this.#until.ask();
      },
    });
    this.#leave = typeof left === "function" ? left : undefined;
    this.#until.ask();
  }

  disconnectedCallback() {
    this.#leave?.();
    this.#until.stop();
  }

  async #refresh() {
    const response = await answerOf(String(this.dataset.url), { headers: { "HX-Request": "true" } });
    if (response.ok && !response.redirected) this.innerHTML = await response.text(); // the server's own page, escaped there
  }
}
customElements.define("partner-offers", PartnerOffers);
