// <partner-offers data-topic data-url>: whom of the partners to telephone and what they offer, at the foot of the queue.
// Asked for once, and again at each event of either; nothing moves in the rows above it. What is new rings once.

import { alarmSound } from "../lib/alarm-sound.js";
import { answerOf, live, untilAnswered } from "../page.js";

class PartnerOffers extends HTMLElement {
  /** @type {(() => void)|undefined} */
  #leave;
  #until = untilAnswered(() => this.#refresh(), { always: true });
  /** @type {Set<string>|null} what it has rung for; what was there before the page is no news */
  #rung = null;

  connectedCallback() {
    const left = live.subscribe(String(this.dataset.topic), {
      reload: () => this.#until.ask(),
      event: (event) => {
        if (event.kind === "transfer.offered" || event.kind === "transfer.changed") this.#until.ask();
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
    if (!response.ok || response.redirected) return;
    this.innerHTML = (await response.text()).trim(); // the server's own page, escaped there
    const shown = [...this.querySelectorAll("[data-rings]")].map((line) => String(/** @type {HTMLElement} */ (line).dataset.rings));
    if (this.#rung && shown.some((id) => !this.#rung?.has(id))) alarmSound.once("partners");
    this.#rung = new Set([...(this.#rung ?? []), ...shown]);
  }
}
customElements.define("partner-offers", PartnerOffers);
