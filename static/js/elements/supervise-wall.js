// <supervise-wall data-topic data-clocks data-video data-feeds>: the supervisor's wall keeps itself true. Clocks are
// fetched when the board changes, at most once a second; people, pictures and figures every few seconds.

import { ask, clock, elementsOf, live } from "../page.js";
import { sayAsOf } from "../pages/as-of.js";
import "./wall-feed.js";

const CLOCKS_PAUSE = 1000; // ms from a change to the fetch: a burst of changes asks once
const CLOCKS_ANYWAY = 30_000; // ms: a target comes near without an event
const VIDEO_EVERY = 5000; // ms

class SuperviseWall extends HTMLElement {
  /** @type {(() => void)[]} */
  #leave = [];
  /** @type {any[]} */
  #timers = [];
  /** @type {any} */
  #soon = null;
  #waiting = false;

  connectedCallback() {
    this.#leave = [
      live.subscribe(String(this.dataset.topic), { event: () => this.#clocksSoon(), reload: () => this.#clocksSoon() }, Number(this.dataset.seq)),
      live.subscribe(String(this.dataset.videos).replace("wall.", "care."), { event: () => void document.body.dispatchEvent(new CustomEvent("care-changed")), reload: () => {} }),
      live.subscribe(String(this.dataset.videos), { event: () => void this.#feeds(), reload: () => void this.#feeds() }),
    ];
    this.#timers = [setInterval(() => this.#clocksSoon(), CLOCKS_ANYWAY), setInterval(() => void this.#video(), VIDEO_EVERY)];
    this.addEventListener("pointerleave", () => this.#settle());
    this.addEventListener("focusout", () => setTimeout(() => this.#settle()));
    void this.#video();
    void this.#feeds();
  }

  disconnectedCallback() {
    for (const leave of this.#leave) leave();
    for (const timer of this.#timers) clearInterval(timer);
    clearTimeout(this.#soon);
  }

  #clocksSoon() {
    this.#soon ??= setTimeout(() => {
      this.#soon = null;
      void this.#clocks();
    }, CLOCKS_PAUSE);
  }

  /** Nothing changes its place under a hand; what waits is shown when the hand has gone. */
  #settle() {
    if (this.#waiting && !this.#held()) void this.#clocks();
  }

  #held() {
    const list = this.querySelector("#supervise-clocks");
    return list !== null && (list.matches(":hover") || list.contains(document.activeElement));
  }

  async #clocks() {
    this.#waiting = this.#held();
    const asked = clock.now();
    for (const part of await this.#fetch(String(this.dataset.clocks))) {
      if (part.id === "supervise-clocks" && this.#waiting) continue;
      const old = part.id ? this.querySelector(`#${part.id}`) : null;
      const scrolled = old?.querySelector(".scroll")?.scrollTop ?? 0;
      const place = /** @type {HTMLElement|null} */ (part.querySelector("[data-as-of]"));
      if (place) place.dataset.asOf = String(asked);
      sayAsOf(part);
      old?.replaceWith(part);
      const scroll = part.querySelector(".scroll");
      if (scroll) scroll.scrollTop = scrolled;
    }
  }

  async #video() {
    for (const part of await this.#fetch(String(this.dataset.video))) {
      const old = part.id ? this.querySelector(`#${part.id}`) : null;
      if (old && !old.contains(document.activeElement)) old.replaceWith(part);
    }
  }

  /** The oldest pictures that are open, each in its place until it ends. */
  async #feeds() {
    const open = (await this.#fetch(String(this.dataset.feeds))).filter((part) => part.matches("wall-feed"));
    const names = new Set(open.map((feed) => feed.dataset.session));
    for (const feed of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("wall-feed"))) if (!names.has(feed.dataset.session)) feed.remove();
    const here = new Set([.../** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("wall-feed"))].map((feed) => feed.dataset.session));
    for (const feed of open) {
      if (here.has(feed.dataset.session)) continue;
      const place = [...this.querySelectorAll("[data-place]")].find((one) => !one.querySelector("wall-feed"));
      if (!place) return;
      feed.querySelector("button")?.addEventListener("click", () => location.assign(String(feed.dataset.url)));
      place.append(feed);
    }
  }

  /** @param {string} url @returns {Promise<HTMLElement[]>} */
  async #fetch(url) {
    try {
      const answer = await ask(url, { headers: { "HX-Request": "true" } });
      return answer.ok && !answer.redirected ? elementsOf(await answer.text()) : [];
    } catch {
      return []; // without a connection the clocks go on, and the system line says since when nothing is new
    }
  }
}

customElements.define("supervise-wall", SuperviseWall);
