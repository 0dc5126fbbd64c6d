// <state-zero data-topic data-url>: an officer's call for help, on every console of the force, in a place that is always
// there: nothing is pushed, nothing moves under a hand. It is said at once, and sounds until a person acknowledges it.

import { alarmSound } from "../lib/alarm-sound.js";
import { Emergencies } from "../lib/emergencies.js";
import { ask, live, wordsOf } from "../page.js";

const AGAIN = 5000; // ms: asked again when the list could not be fetched

class StateZero extends HTMLElement {
  #open = new Emergencies();
  #leave = () => {};
  #unwatch = () => {};
  #sounding = false;
  #asked = 0;
  /** @type {any} */
  #again = null;

  connectedCallback() {
    this.#leave = live.subscribe(String(this.dataset.topic), {
      event: (event) => {
        if (event.kind !== "emergency.changed") return;
        this.#say(this.#open.hear(event.data));
        void this.#fetch();
      },
      reload: () => void this.#fetch(),
    });
    let missed = false;
    this.#unwatch = live.watch((state) => {
      if (state === "up" && missed) void this.#fetch();
      missed = state !== "up";
    });
    this.addEventListener("submit", (event) => void this.#send(event));
    void this.#fetch();
  }

  disconnectedCallback() {
    this.#leave();
    this.#unwatch();
    clearTimeout(this.#again);
    this.#sound(false);
  }

  /** @param {string} words */
  #say(words) {
    const place = document.querySelector("[data-state-zero-words]");
    if (place && words) place.textContent = words;
    this.#sound(this.#open.sounds);
  }

  /** The recording's alarm has the same voice, and goes on when this one ends. @param {boolean} on */
  #sound(on) {
    if (on === this.#sounding) return;
    this.#sounding = on;
    if (on) alarmSound.start("state-zero");
    else alarmSound.stop("state-zero");
  }

  async #fetch() {
    const number = ++this.#asked;
    clearTimeout(this.#again);
    try {
      const answer = await ask(String(this.dataset.url), { headers: { "HX-Request": "true" } });
      if (number !== this.#asked || answer.redirected) return;
      if (answer.status === 403) return;
      if (!answer.ok) throw new Error(String(answer.status));
      this.#show(await answer.text());
    } catch {
      this.#again = setTimeout(() => void this.#fetch(), AGAIN);
    }
  }

  /** @param {string} html */
  #show(html) {
    const typed = /** @type {HTMLInputElement[]} */ ([...this.querySelectorAll("input[name=outcome]")]).filter((field) => field.value);
    const focus = this.querySelector("input[name=outcome]:focus")?.id;
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const rows = /** @type {HTMLElement[]} */ ([...holder.content.querySelectorAll(".emergency")]);
    for (const field of typed) {
      const again = /** @type {HTMLInputElement|null} */ (holder.content.getElementById(field.id));
      if (again) again.value = field.value;
    }
    this.replaceChildren(...rows);
    if (focus) document.getElementById(focus)?.focus();
    this.hidden = rows.length === 0;
    this.toggleAttribute("data-raised", rows.some((row) => row.dataset.status === "RAISED"));
    document.documentElement.toggleAttribute("data-state-zero", rows.length > 0);
    this.#say(this.#open.replace(rows.map((row) => ({ id: String(row.dataset.emergency), sign: String(row.dataset.sign), status: String(row.dataset.status) }))));
  }

  /** @param {SubmitEvent} event */
  async #send(event) {
    const form = /** @type {HTMLFormElement} */ (event.target);
    event.preventDefault();
    const button = form.querySelector("button");
    if (button?.classList.contains("pending")) return;
    button?.classList.add("pending");
    try {
      const answer = await ask(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
      if (!answer.ok) dispatchEvent(new CustomEvent("sightline:refused", { detail: { words: await wordsOf(answer) } }));
    } catch {
      dispatchEvent(new CustomEvent("sightline:refused", { detail: { words: "Not sent: no connection. Press it again." } }));
    } finally {
      button?.classList.remove("pending");
      void this.#fetch();
    }
  }
}

customElements.define("state-zero", StateZero);
