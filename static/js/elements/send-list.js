// <send-list data-url>: whom to send. The list is fetched when the tab opens, so that what is kept as seen was seen. 1 to 9
// pick, 0 goes to the call sign of any other unit, Enter assigns. While somebody is in the list it does not change under their hand: it says that it is older.

import { ask, elementsOf } from "../page.js";

class SendList extends HTMLElement {
  #open = false;
  #busy = false;

  connectedCallback() {
    this.addEventListener("tab-shown", () => void this.#load());
    this.addEventListener("submit", (event) => void this.#send(event));
    this.addEventListener("change", () => this.#words());
    this.addEventListener("input", () => this.#words());
    this.addEventListener("keydown", (event) => this.#key(event));
    document.body.addEventListener("live-incident-changed", this.#heard);
  }

  disconnectedCallback() {
    document.body.removeEventListener("live-incident-changed", this.#heard);
  }

  #heard = () => {
    if (!this.#open || this.#busy) return;
    if (this.hidden) {
      this.#open = false; // fetched anew when it is looked at again
      return;
    }
    if (this.matches(":hover") || this.contains(document.activeElement)) {
      this.#say("The incident changed. Press A for a fresh list.");
    } else void this.#load(false);
  };

  /** @param {boolean} [enter] put the focus on the first unit */
  async #load(enter = true) {
    this.#busy = true;
    try {
      const answer = await ask(String(this.dataset.url), { headers: { "HX-Request": "true" } });
      if (answer.ok && !answer.redirected) this.#show(await answer.text(), enter);
      else this.#say("The list could not be fetched. Press A to try again.");
    } catch {
      this.#say("No connection: units are not listed. Press A to try again.");
    } finally {
      this.#busy = false;
    }
  }

  /** @param {string} html @param {boolean} enter */
  #show(html, enter) {
    this.replaceChildren(...elementsOf(html));
    this.#open = true;
    const picked = this.#radios().find((one) => one.checked) ?? this.#radios()[0];
    if (picked) picked.checked = true;
    this.#words();
    if (enter) (picked ?? this).focus();
  }

  /** @returns {HTMLInputElement[]} */
  #radios() {
    return /** @type {HTMLInputElement[]} */ ([...this.querySelectorAll("input[type=radio]")]);
  }

  /** The button names what it will do; its place and width do not change. */
  #words() {
    const picked = this.#radios().find((one) => one.checked);
    const place = this.querySelector("[data-assign-words]");
    const typed = this.#typed();
    if (place && typed) place.textContent = `Assign ${typed}`;
    else if (place) place.textContent = picked ? `${picked.hasAttribute("data-divert") ? "Divert" : "Assign"} ${picked.dataset.sign}` : "Assign";
  }

  /** The call sign that was typed: it counts before the list. */
  #typed() {
    return /** @type {HTMLInputElement|null} */ (this.querySelector("#send-sign"))?.value.trim().toUpperCase() ?? "";
  }

  /** @param {string} words */
  #say(words) {
    const place = this.querySelector("[data-words]");
    if (place) place.textContent = words;
    else this.replaceChildren(Object.assign(document.createElement("p"), { className: "empty", textContent: words }));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.altKey || event.ctrlKey || event.metaKey || target.matches("input[type=text]")) return;
    const sign = /** @type {HTMLInputElement|null} */ (this.querySelector("#send-sign"));
    if (event.key === "0" && sign) {
      sign.focus();
      event.preventDefault();
      return;
    }
    const found = /^[1-9]$/.test(event.key) ? this.#radios().find((one) => one.dataset.rank === event.key) : undefined;
    if (found) {
      if (sign) sign.value = "";
      found.checked = true;
      found.focus();
      this.#words();
      event.preventDefault();
    }
  }

  /** @param {SubmitEvent} event */
  async #send(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (this.#busy) return;
    const body = new FormData(form);
    const pressed = /** @type {HTMLButtonElement|null} */ (event.submitter);
    if (pressed?.name) body.set(pressed.name, pressed.value);
    const picked = this.#radios().find((one) => one.checked);
    const reason = /** @type {HTMLInputElement|null} */ (this.querySelector("#send-reason"));
    if (body.get("act") === "assign" && !this.#typed() && picked?.hasAttribute("data-divert") && !reason?.value.trim()) {
      this.#say(`${picked.dataset.sign} is on another incident. Say why it is diverted, then press Enter.`);
      reason?.focus();
      return;
    }
    this.#busy = true;
    pressed?.classList.add("pending");
    try {
      const answer = await ask(form.getAttribute("action") ?? "", { method: "POST", body, headers: { "HX-Request": "true" } });
      if ([200, 409, 422].includes(answer.status) && !answer.redirected) this.#show(await answer.text(), true);
      else this.#say(`Not sent (${answer.status}). Nothing was changed. Press A, then choose again.`);
    } catch {
      this.#say("No connection: nothing was sent. Use the radio, or press Enter again.");
    } finally {
      pressed?.classList.remove("pending");
      this.#busy = false;
    }
  }
}

customElements.define("send-list", SendList);

// "+ Assign" in the head opens the tab; the head is replaced when the incident changes, so one listener hears them all.
document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? /** @type {HTMLElement|null} */ (event.target.closest("[data-opens-tab]")) : null;
  if (button) document.getElementById(String(button.dataset.opensTab))?.click();
});
