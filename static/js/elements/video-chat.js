// <video-chat data-url>: messages to and from the caller. Ours are on the screen at once and sent with their own key
// until the server has them; the caller's come when the watch socket names them. Presets keep their places.

import { fits } from "../lib/too-long.js";
import { ask, elementsOf, newKey, wordsOf } from "../page.js";

class VideoChat extends HTMLElement {
  #fetching = false;
  #again = false;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #typingTimer;
  #wroteAt = -Infinity;

  connectedCallback() {
    document.addEventListener("sightline:chat", this.#named);
    document.addEventListener("visibilitychange", this.#named);
    const form = /** @type {HTMLFormElement|null} */ (this.querySelector("[data-chat-form]"));
    form?.addEventListener("submit", (event) => {
      event.preventDefault();
      const field = /** @type {HTMLInputElement} */ (form.elements.namedItem("text"));
      const text = field.value.trim();
      if (!text || !fits(field)) return;
      field.value = "";
      this.#say(text);
    });
    document.addEventListener("sightline:typing", this.#typing);
    form?.addEventListener("input", () => this.#writes());
    for (const button of this.querySelectorAll("[data-preset]")) button.addEventListener("click", () => this.preset(button));
    this.addEventListener("keydown", (event) => this.#key(event));
    this.#toFoot();
    this.#seen();
  }

  disconnectedCallback() {
    document.removeEventListener("sightline:chat", this.#named);
    document.removeEventListener("visibilitychange", this.#named);
    document.removeEventListener("sightline:typing", this.#typing);
  }

  /** The caller is writing: said for a few seconds, kept nowhere. */
  #typing = (/** @type {Event} */ event) => {
    if (/** @type {CustomEvent} */ (event).detail.session !== this.dataset.session) return;
    const line = this.querySelector("[data-typing]");
    if (!line) return;
    line.textContent = "The caller is writing";
    clearTimeout(this.#typingTimer);
    this.#typingTimer = setTimeout(() => (line.textContent = ""), 5000);
  };

  #writes() {
    const now = performance.now();
    if (now - this.#wroteAt < 3000) return;
    this.#wroteAt = now;
    const video = /** @type {import("./live-video.js").LiveVideo|null} */ (document.querySelector(`live-video[data-session="${CSS.escape(String(this.dataset.session))}"]`));
    video?.say({ t: "typing" });
  }

  enter() {
    /** @type {HTMLElement|null} */ (this.querySelector("#chat-text"))?.focus();
  }

  /** @param {Element|null|undefined} button */
  preset(button) {
    const text = /** @type {HTMLElement|null|undefined} */ (button)?.dataset.preset;
    if (text) this.#say(text, /** @type {HTMLElement} */ (button).dataset.phrase);
  }

  /** Digits choose a ready question while the list or a question has focus, not while a message is typed. @param {KeyboardEvent} event */
  #key(event) {
    const typing = event.target instanceof HTMLInputElement && event.target.value !== "";
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !/^[1-9]$/.test(event.key)) return;
    const button = this.querySelectorAll("[data-preset]")[Number(event.key) - 1];
    if (!button) return;
    event.preventDefault();
    this.preset(button);
  }

  #list() {
    return /** @type {HTMLElement} */ (this.querySelector("[data-messages]"));
  }

  /** @param {string} text @param {string} [phrase] code of the bank: the caller reads it in their language */
  #say(text, phrase = "") {
    const template = /** @type {HTMLTemplateElement} */ (this.querySelector("template[data-bubble]"));
    const bubble = /** @type {HTMLElement} */ (/** @type {DocumentFragment} */ (template.content.cloneNode(true)).querySelector(".bubble"));
    bubble.dataset.key = newKey();
    /** @type {HTMLElement} */ (bubble.querySelector("[data-text]")).textContent = text;
    this.#list().append(bubble);
    this.#toFoot();
    if (phrase) bubble.dataset.phrase = phrase;
    void this.#send(bubble, text, 1);
  }

  /**
   * @param {HTMLElement} bubble
   * @param {string} text
   * @param {number} tries
   */
  async #send(bubble, text, tries) {
    const body = new URLSearchParams({ key: String(bubble.dataset.key), text, phrase: bubble.dataset.phrase ?? "" });
    let why = "not sent, say it on the call";
    let retry = true;
    try {
      const response = await ask(String(this.dataset.url), { method: "POST", body, headers: { Accept: "application/json, text/html" } });
      if (response.ok && !response.redirected) {
        this.#take(await response.text());
        return;
      }
      retry = response.status >= 500;
      if (!retry) why = `not sent: ${await wordsOf(response)} Say it on the call.`;
    } catch {
      // no connection
    }
    if (retry && tries < 4 && this.isConnected) {
      setTimeout(() => void this.#send(bubble, text, tries + 1), 1000 * tries);
      return;
    }
    bubble.dataset.state = "failed";
    const words = bubble.querySelector("[data-words]");
    if (words) words.textContent = why;
  }

  #named = () => {
    if (!document.hidden) void this.#fetch();
  };

  async #fetch() {
    if (this.#fetching) {
      this.#again = true;
      return;
    }
    this.#fetching = true;
    try {
      const response = await ask(String(this.dataset.url), { headers: { "HX-Request": "true" } });
      if (response.ok && !response.redirected) this.#take(await response.text());
    } catch {
      // the next event or the next look at the page asks again
    } finally {
      this.#fetching = false;
      if (this.#again) {
        this.#again = false;
        void this.#fetch();
      }
    }
  }

  /** @param {string} html messages, oldest first; known ones are replaced where they are */
  #take(html) {
    const list = this.#list();
    const atFoot = list.scrollHeight - list.scrollTop - list.clientHeight < 24;
    for (const bubble of elementsOf(html)) {
      if (!bubble.matches(".bubble")) continue;
      const known = list.querySelector(`[data-message="${CSS.escape(String(bubble.dataset.message))}"], [data-key="${CSS.escape(String(bubble.dataset.key))}"]`);
      if (known) known.replaceWith(bubble);
      else list.append(bubble);
    }
    if (atFoot) this.#toFoot();
    this.#seen();
  }

  /** Tell the caller's page which of its messages are on this screen. */
  #seen() {
    if (document.hidden) return;
    const fresh = /** @type {HTMLElement[]} */ ([...this.querySelectorAll("[data-unseen]")]);
    if (!fresh.length) return;
    const body = new URLSearchParams(fresh.map((bubble) => ["seen", String(bubble.dataset.message)]));
    for (const bubble of fresh) bubble.removeAttribute("data-unseen");
    void ask(String(this.dataset.url), { method: "POST", body }).catch(() => {}); // the next look says it again
  }

  #toFoot() {
    const list = this.#list();
    list.scrollTop = list.scrollHeight;
  }
}

customElements.define("video-chat", VideoChat);
export { VideoChat };
