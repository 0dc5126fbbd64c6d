// <own-unit>: the State of the officer's unit by one tap. Works without signal: the tap is kept with its time, shown as
// waiting, and sent once. What the dispatcher changes appears by itself.

import { ask, elementsOf, live } from "../page.js";
import { listeners, press, presses } from "../pages/pressed.js";

/** @typedef {import("../lib/pressed.js").Press} Press */

class OwnUnit extends HTMLElement {
  #leave = () => {};
  #topic = "";
  /** @param {Press} one @param {import("../lib/pressed.js").Answer|null} answer */
  #hear = (one, answer) => this.#show(one, answer);

  connectedCallback() {
    listeners.add(this.#hear);
    this.addEventListener("click", (event) => this.#tap(event));
    document.addEventListener("sightline:missed", this.#missed);
    if (this.#unit) this.#took(performance.now());
    else void this.#fetch();
  }

  disconnectedCallback() {
    listeners.delete(this.#hear);
    document.removeEventListener("sightline:missed", this.#missed);
    this.#leave();
  }

  /** Without a unit there is no topic that tells of it. */
  #missed = () => {
    if (!this.#unit) void this.#fetch();
  };

  get #unit() {
    return /** @type {HTMLElement|null} */ (this.querySelector(".own-unit"));
  }

  /** @param {Event} event */
  #tap(event) {
    const button = event.target instanceof Element ? /** @type {HTMLElement|null} */ (event.target.closest(".own-state")) : null;
    const unit = this.#unit;
    if (!button || !unit || button.hasAttribute("data-waiting")) return;
    if (button.getAttribute("aria-disabled") === "true") {
      this.#say("The unit's job does not allow this State now.");
      return;
    }
    press({ code: String(button.dataset.code), sign: String(unit.dataset.unit) });
  }

  /** @param {Press} one @param {import("../lib/pressed.js").Answer|null} answer */
  #show(one, answer) {
    if (one.emergency) return;
    const button = /** @type {HTMLElement|null} */ (this.querySelector(`.own-state[data-code="${CSS.escape(one.code)}"]`));
    const place = button?.querySelector("[data-said]");
    if (!button || !place) return;
    button.toggleAttribute("data-waiting", answer === null);
    const at = new Date(one.at).toTimeString().slice(0, 5);
    if (answer === null) place.textContent = navigator.onLine && live.state === "up" ? "Sending" : `Waits for signal, ${at}`;
    else place.textContent = answer.ok ? `Sent ${at}` : "Not taken";
    this.#say(answer && !answer.ok ? answer.why : "");
    if (answer) void this.#fetch(place.textContent, one.code);
  }

  /** @param {string} words */
  #say(words) {
    const place = this.querySelector("[data-says]");
    if (place) place.textContent = words;
  }

  /**
   * The States as the server has them; what was just said of one stays beside it.
   * @param {string} [said] @param {string} [code]
   */
  async #fetch(said = "", code = "") {
    const asked = performance.now();
    try {
      const response = await ask(String(this.dataset.url), { headers: { "HX-Request": "true" } });
      if (!response.ok || response.redirected) return;
      const words = this.querySelector("[data-says]")?.textContent ?? "";
      const open = this.querySelector(".own-messages")?.hasAttribute("open") ?? false;
      const focused = document.activeElement instanceof HTMLElement && this.contains(document.activeElement) ? document.activeElement.dataset.code : undefined;
      this.replaceChildren(...elementsOf(await response.text()));
      this.#say(words);
      this.querySelector(".own-messages")?.toggleAttribute("open", open);
      const place = code && this.querySelector(`.own-state[data-code="${CSS.escape(code)}"] [data-said]`);
      if (place) place.textContent = said;
      if (focused) /** @type {HTMLElement|null} */ (this.querySelector(`.own-state[data-code="${CSS.escape(focused)}"]`))?.focus();
      this.#took(asked);
    } catch {
      // no signal: what is shown stays, and the bar says how old it is
    }
  }

  /** @param {number} asked when, by the page's clock: what was pressed since is not in it */
  #took(asked) {
    const unit = this.#unit;
    if (!unit) {
      const none = /** @type {HTMLElement|null} */ (this.querySelector("[data-no-unit]"));
      if (none) document.dispatchEvent(new CustomEvent("sightline:own-unit", { detail: { ...none.dataset, asked } }));
      return;
    }
    for (const one of presses.waiting) this.#show(one, null);
    const word = document.querySelector(".duty-open > span > b");
    const detail = document.querySelector(".duty-open > span");
    if (word && detail) {
      word.textContent = `State ${unit.dataset.state}`;
      const label = document.createElement("span");
      label.className = "cut";
      label.textContent = String(unit.dataset.label);
      detail.replaceChildren(word, label);
    }
    document.dispatchEvent(new CustomEvent("sightline:own-unit", { detail: { ...unit.dataset, asked } }));
    this.#follow(String(unit.dataset.topic));
  }

  /** @param {string} topic */
  #follow(topic) {
    if (topic === this.#topic) return;
    this.#leave();
    this.#topic = topic;
    this.#leave = live.subscribe(topic, {
      event: (event) => {
        if (event.kind === "unit.changed") this.#changed(event.data.incident ?? "");
      },
      reload: () => this.#changed(null),
    });
  }

  /** @param {string|null} incident it is on now, "" for none */
  #changed(incident) {
    const other = incident !== (this.#unit?.dataset.incident ?? "");
    if (other && this.hasAttribute("data-page")) location.reload(); // the page tells another story now
    else void this.#fetch();
  }
}

customElements.define("own-unit", OwnUnit);
