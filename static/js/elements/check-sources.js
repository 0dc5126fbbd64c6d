// <check-sources>: "Where we looked". Each register's answer is told live; the list is fetched then. The address of the
// result replaces the form's, so that a reload looks again and does not search again.

import { ask, elementsOf, live } from "../page.js";

const SLOW_AFTER = 12_000;

class CheckSources extends HTMLElement {
  #leave = () => {};
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #slow;
  #asking = false;
  #again = false;

  connectedCallback() {
    const page = String(this.dataset.page);
    if (location.pathname !== page) history.replaceState(null, "", page);
    if (!this.#waiting) return;
    this.#leave = live.subscribe(
      String(this.dataset.topic),
      { event: () => this.#fetch(), reload: () => this.#fetch() },
      Number(this.dataset.seq),
    );
    this.#slow = setTimeout(() => this.#tellSlow(), SLOW_AFTER);
  }

  disconnectedCallback() {
    this.#leave();
    clearTimeout(this.#slow);
  }

  get #waiting() {
    return this.querySelector('[data-state="waiting"]') !== null;
  }

  #tellSlow() {
    const words = this.querySelector("[data-slow]");
    if (words instanceof HTMLElement) words.hidden = !this.#waiting;
  }

  /** Answers that come together are fetched together: each fetch is logged as a look. */
  async #fetch() {
    if (this.#asking) {
      this.#again = true;
      return;
    }
    this.#asking = true;
    try {
      const response = await ask(String(this.dataset.url));
      if (response.ok) this.#show(await response.text());
    } catch {
      this.#tellSlow();
    } finally {
      this.#asking = false;
    }
    if (this.#again) {
      this.#again = false;
      void this.#fetch();
    }
  }

  /** @param {string} html */
  #show(html) {
    this.querySelector("[data-list]")?.replaceChildren(...elementsOf(html));
    const waiting = this.querySelectorAll('[data-state="waiting"]').length;
    const said = this.querySelector("[data-said]");
    if (said) said.textContent = waiting ? `${waiting} still asking` : "Everything has answered";
    if (!waiting) {
      clearTimeout(this.#slow);
      this.#tellSlow();
      this.#leave();
    }
  }
}

customElements.define("check-sources", CheckSources);
