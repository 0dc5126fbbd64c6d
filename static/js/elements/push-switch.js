// <push-switch>: messages to this phone while no page is open. The browser asks only after a tap; what it granted is told
// to the server again with each page, because a browser changes its address by itself.

import { wayTo } from "../lib/home-screen.js";
import { ask, wordsOf } from "../page.js";

class PushSwitch extends HTMLElement {
  connectedCallback() {
    const able = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
    const way = wayTo(able, /** @type {any} */ (navigator).standalone);
    this.hidden = !way;
    this.querySelectorAll("[data-way]").forEach((part) => { /** @type {HTMLElement} */ (part).hidden = /** @type {HTMLElement} */ (part).dataset.way !== way; });
    if (!able) return;
    this.querySelector("button")?.addEventListener("click", () => void this.#toggle());
    void this.#known();
  }

  /** @param {boolean} on @param {string} [words] */
  #say(on, words = "") {
    const button = this.querySelector("button");
    button?.setAttribute("aria-pressed", String(on));
    const label = button?.querySelector("[data-label]");
    if (label) label.textContent = on ? "Messages to this phone: on" : "Messages to this phone: off";
    const place = this.querySelector("[role=status]");
    if (place) place.textContent = words;
  }

  async #registration() {
    return navigator.serviceWorker.register(String(this.dataset.worker));
  }

  async #known() {
    const registration = await navigator.serviceWorker.getRegistration(String(this.dataset.worker));
    const subscription = await registration?.pushManager.getSubscription();
    this.#say(Boolean(subscription));
    if (subscription) await this.#tell(subscription);
  }

  async #toggle() {
    try {
      const registration = await this.#registration();
      const before = await registration.pushManager.getSubscription();
      if (before) {
        await this.#send(String(this.dataset.off), { endpoint: before.endpoint });
        await before.unsubscribe();
        this.#say(false);
        return;
      }
      if ((await Notification.requestPermission()) !== "granted") {
        this.#say(false, "This phone does not allow notifications for this site. Allow them in its settings.");
        return;
      }
      const made = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: String(this.dataset.key) });
      this.#say(true);
      await this.#tell(made);
    } catch {
      this.#say(false, "It did not work: no signal, or the browser's push service is away. Try again.");
    }
  }

  /** @param {PushSubscription} subscription */
  async #tell(subscription) {
    const { endpoint, keys } = subscription.toJSON();
    const why = await this.#send(String(this.dataset.on), { endpoint: endpoint ?? "", p256dh: keys?.p256dh ?? "", auth: keys?.auth ?? "" });
    if (why) this.#say(false, why);
  }

  /** @param {string} url @param {Record<string, string>} said @returns {Promise<string>} "" or why not */
  async #send(url, said) {
    const response = await ask(url, { method: "POST", body: new URLSearchParams(said), headers: { Accept: "application/json" } });
    return response.ok && !response.redirected ? "" : wordsOf(response);
  }
}

customElements.define("push-switch", PushSwitch);
