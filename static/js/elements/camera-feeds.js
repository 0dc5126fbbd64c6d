// <camera-feeds data-url data-topic>: the incident's cameras; fetched again when one of them comes, goes or gives trouble.

import { ask, live } from "../page.js";

class CameraFeeds extends HTMLElement {
  #leave = () => {};
  #wanted = 0;

  connectedCallback() {
    this.#leave = live.subscribe(String(this.dataset.topic), {
      event: (event) => {
        if (event.kind === "video.feed_changed") this.#take(event.data);
      },
      reload: () => this.#fetch(),
    });
  }

  disconnectedCallback() {
    this.#leave();
  }

  /**
   * A camera that came or went changes the panel, unless the panel shows somebody else's picture.
   * @param {Record<string, any>} data
   */
  #take(data) {
    const picture = /** @type {HTMLElement|null} */ (document.querySelector("#video-panel live-video"));
    const mine = !picture || picture.dataset.state === "ended" || picture.dataset.session === data.session;
    if (mine && (data.state === "idle" || data.state === "waiting")) {
      document.body.dispatchEvent(new CustomEvent("video-changed"));
    } else this.#fetch();
  }

  /** The newest answer counts: two events in a row may be answered out of order. */
  async #fetch() {
    const turn = ++this.#wanted;
    const answer = await ask(String(this.dataset.url)).catch(() => null);
    if (!answer?.ok || turn !== this.#wanted || this.contains(document.activeElement)) return;
    this.innerHTML = await answer.text();
    const htmx = /** @type {{htmx?: {process: (element: Element) => void}}} */ (/** @type {unknown} */ (window)).htmx;
    htmx?.process(this);
  }
}

customElements.define("camera-feeds", CameraFeeds);
