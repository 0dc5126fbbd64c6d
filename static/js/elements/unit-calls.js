// <unit-calls data-topic data-url>: units whose State asks a dispatcher to call, quietly in the system line of every window
// of theirs until somebody has dealt with it. It never changes under a hand, and is said once on a terminal.

import { newsOf } from "../lib/unit-calls.js";
import { ask, elementsOf, kept, live, wordsOf } from "../page.js";

const AGAIN = 5000; // ms: asked again when the list could not be fetched
const HELD = 1000; // ms: looked again whether the hand has gone
const OTHERS_FIRST = 400; // ms: the window with the focus says it

class UnitCalls extends HTMLElement {
  #leave = () => {};
  #unwatch = () => {};
  #asked = 0;
  /** @type {any} */
  #again = null;
  /** @type {any} */
  #saying = null;

  connectedCallback() {
    this.#leave = live.subscribe(String(this.dataset.topic), {
      event: (event) => { if (event.kind === "unit.message") void this.#fetch(); },
      reload: () => void this.#fetch(),
    });
    let missed = false;
    this.#unwatch = live.watch((state) => {
      if (state === "up" && missed) void this.#fetch();
      missed = state !== "up";
    });
    this.addEventListener("submit", (event) => void this.#dealt(event));
    void this.#fetch();
  }

  disconnectedCallback() {
    this.#leave();
    this.#unwatch();
    clearTimeout(this.#again);
    clearTimeout(this.#saying);
  }

  async #fetch() {
    const number = ++this.#asked;
    clearTimeout(this.#again);
    try {
      const answer = await ask(String(this.dataset.url), { headers: { "HX-Request": "true" } });
      if (number !== this.#asked || answer.redirected || answer.status === 403) return;
      if (!answer.ok) throw new Error(String(answer.status));
      this.#show(elementsOf(await answer.text()));
    } catch {
      this.#again = setTimeout(() => void this.#fetch(), AGAIN);
    }
  }

  /** @param {Element[]} parts @param {boolean} [own] after the person's own press */
  #show(parts, own = false) {
    const rows = /** @type {HTMLElement[]} */ (parts.filter((part) => part.matches(".unit-call")));
    this.#say(rows);
    if (!own && !this.hidden && (this.matches(":hover") || this.contains(document.activeElement))) {
      clearTimeout(this.#again);
      this.#again = setTimeout(() => this.#show(parts), HELD);
      return;
    }
    this.replaceChildren(...rows);
    this.hidden = rows.length === 0;
  }

  /** @param {HTMLElement[]} rows */
  #say(rows) {
    const calls = rows.map((row) => ({ id: String(row.dataset.call), words: String(row.dataset.words) }));
    clearTimeout(this.#saying);
    this.#saying = setTimeout(() => {
      const words = newsOf(calls, kept());
      const place = document.querySelector("[data-unit-calls-words]");
      if (place && words) place.textContent = words;
      this.setAttribute("data-told", ""); // by this window or by another
    }, document.hasFocus() ? 0 : OTHERS_FIRST);
  }

  /** @param {SubmitEvent} event */
  async #dealt(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const button = form.querySelector("button");
    if (button?.classList.contains("pending")) return;
    button?.classList.add("pending");
    try {
      const answer = await ask(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(await wordsOf(answer));
      const rest = [...this.children].filter((row) => row !== form.closest(".unit-call"));
      this.#show(rest, true);
      void this.#fetch();
    } catch (error) {
      button?.classList.remove("pending");
      const words = error instanceof TypeError ? "Not sent: no connection. Press it again." : String(/** @type {Error} */ (error).message);
      dispatchEvent(new CustomEvent("sightline:refused", { detail: { words } }));
    }
  }
}

customElements.define("unit-calls", UnitCalls);
