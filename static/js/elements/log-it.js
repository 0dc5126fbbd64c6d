// <log-it data-form data-seconds>: ten seconds of Undo before a check is a record. Leaving the page, or locking the
// phone, sends it at once; the form's own key makes sure that it is one check however often it arrives.

class LogIt extends HTMLElement {
  /** @type {ReturnType<typeof setInterval>|undefined} */
  #ticking = undefined;
  #left = 0;

  connectedCallback() {
    this.#form?.addEventListener("submit", this.#hold);
    this.querySelector("[data-undo]")?.addEventListener("click", () => this.#undo());
    window.addEventListener("pagehide", this.#leave);
    document.addEventListener("visibilitychange", this.#hide);
    window.addEventListener("online", this.#online);
  }

  disconnectedCallback() {
    clearInterval(this.#ticking);
    this.#form?.removeEventListener("submit", this.#hold);
    window.removeEventListener("pagehide", this.#leave);
    document.removeEventListener("visibilitychange", this.#hide);
    window.removeEventListener("online", this.#online);
  }

  get #form() {
    const form = document.getElementById(String(this.dataset.form));
    return form instanceof HTMLFormElement ? form : null;
  }

  get #undoButton() {
    return /** @type {HTMLElement|null} */ (this.querySelector("[data-undo]"));
  }

  /** @param {string} words */
  #say(words) {
    const place = this.querySelector("[data-said]");
    if (place) place.textContent = words;
  }

  /** @param {Event} event */
  #hold = (event) => {
    event.preventDefault();
    if (this.#ticking !== undefined) return;
    this.#left = Number(this.dataset.seconds) || 10;
    this.dataset.waiting = "";
    this.#say(`Logged in ${this.#left} seconds. Undo to change it.`);
    const undo = this.#undoButton;
    if (undo) {
      undo.hidden = false;
      undo.focus();
    }
    this.#show();
    this.#ticking = setInterval(() => {
      this.#left -= 1;
      this.#show();
      if (this.#left <= 0) this.#send();
    }, 1000);
  };

  #show() {
    const place = this.querySelector("[data-left]");
    if (place) place.textContent = `(${Math.max(0, this.#left)})`;
  }

  #stop() {
    clearInterval(this.#ticking);
    this.#ticking = undefined;
  }

  #undo() {
    this.#stop();
    delete this.dataset.waiting;
    if (this.#undoButton) this.#undoButton.hidden = true;
    this.#say("Nothing was logged.");
    const again = this.querySelector('[type="submit"]');
    if (again instanceof HTMLElement) again.focus();
  }

  #send() {
    if (!navigator.onLine) {
      this.#left = 0;
      this.#say("No signal. Kept on this screen: it is logged when there is signal, with its own time.");
      return;
    }
    this.#stop();
    if (this.#undoButton) this.#undoButton.hidden = true;
    this.#say("Logging");
    this.#form?.submit(); // past the submit event: an ordinary page load, with its own words when it is refused
  }

  #online = () => {
    if (this.#ticking !== undefined && this.#left <= 0) this.#send();
  };

  #hide = () => {
    if (document.visibilityState === "hidden") this.#leave();
  };

  /** The page goes while the ten seconds run: what was tapped is sent without it. */
  #leave = () => {
    const form = this.#form;
    if (this.#ticking === undefined || !form) return;
    const body = new FormData(form);
    body.delete("photo"); // a picture is too large to be sent by a page that is gone
    if (!navigator.sendBeacon(form.action, body)) return;
    this.#left = Math.min(this.#left, 1); // back again: the same key, so the same check
  };
}

customElements.define("log-it", LogIt);
