// <link-status>: queued → sent → delivered → opened → camera on → live, moved by events without asking the server. Only
// a beginning or an end of a session, or a failure (its reason is words), fetches the panel again.

import { STEPS, stepMarks } from "../lib/picture.js";
import { live } from "../page.js";

/** @typedef {import("../webrtc/protocol.js").SessionState} SessionState */

/** @type {Record<string, string>} */
const WORDS = {
  queued: "The text is being sent", sent: "Sent, not yet confirmed by the network", delivered: "On the caller's phone, not opened",
  opened: "Opened by the caller", camera_on: "Camera on, first picture awaited", live: "Live", failed: "Not delivered",
};

class LinkStatus extends HTMLElement {
  #leave = () => {};

  connectedCallback() {
    this.#draw(/** @type {SessionState} */ (this.dataset.state), false);
    if (this.dataset.state === "ended" && !this.dataset.topic) return;
    this.#leave = live.subscribe(String(this.dataset.topic), {
      event: (event) => this.#take(event.kind, event.data),
      reload: () => this.#reload(),
    });
  }

  disconnectedCallback() {
    this.#leave();
  }

  /**
   * @param {string} kind
   * @param {Record<string, any>} data
   */
  #take(kind, data) {
    if (kind !== "video.session_changed") return;
    if (data.session !== this.dataset.session) return; // the page asks for a session it does not show
    if (Number(data.version) <= Number(this.dataset.version)) return;
    this.dataset.version = String(data.version);
    const before = this.dataset.state;
    if (data.state === before) return;
    if (data.state === "failed" || data.state === "ended" || before === "failed" || before === "ended") this.#reload();
    else if (STEPS.indexOf(data.state) < STEPS.indexOf(String(before))) this.#reload();
    else {
      this.#draw(data.state, true);
      if (data.state === "camera_on") this.#withoutResend();
    }
  }

  /**
   * @param {SessionState} state
   * @param {boolean} words
   */
  #draw(state, words) {
    const reached = STEPS.includes(state) ? state : /** @type {SessionState} */ (this.dataset.reached ?? "queued");
    this.dataset.state = state;
    this.dataset.reached = reached;
    const marks = stepMarks(state, reached);
    this.querySelectorAll("ol > li").forEach((item, index) => {
      /** @type {HTMLElement} */ (item).dataset.step = marks[index];
      if (marks[index] === "now") item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
    });
    const place = this.querySelector("[data-words]");
    if (place && words && WORDS[state]) place.textContent = WORDS[state];
  }

  /** A link may be sent again only until the camera is on; its place stays empty. */
  #withoutResend() {
    const form = /** @type {HTMLElement|null} */ (this.querySelector('form[action*="/resend/"]'));
    if (form) form.style.visibility = "hidden";
  }

  #reload() {
    document.body.dispatchEvent(new CustomEvent("video-changed"));
  }
}

customElements.define("link-status", LinkStatus);
