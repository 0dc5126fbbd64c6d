// <partner-offers data-topic data-url>: what partners offer, at the foot of the queue. Asked for once, and again at each
// event of an offer; nothing moves in the rows above it.

import { ask, live } from "../page.js";

class PartnerOffers extends HTMLElement {
  /** @type {(() => void)|undefined} */
  #leave;
  #asked = 0;

  connectedCallback() {
    const left = live.subscribe(String(this.dataset.topic), {
      reload: () => void this.#refresh(),
      event: (event) => {
        if (event.kind === "transfer.offered") void this.#refresh();
      },
    });
    this.#leave = typeof left === "function" ? left : undefined;
    void this.#refresh();
  }

  disconnectedCallback() {
    this.#leave?.();
  }

  async #refresh() {
    const turn = ++this.#asked;
    try {
      const response = await ask(String(this.dataset.url), { headers: { "HX-Request": "true" } });
      // The server's own page, escaped there; an answer that a later one has overtaken is dropped.
      if (response.ok && !response.redirected && turn === this.#asked) {
        const html = await response.text();
        if (turn === this.#asked) this.innerHTML = html;
      }
    } catch {
      // no connection: what is shown stays, and the next reload asks again
    }
  }
}
customElements.define("partner-offers", PartnerOffers);
