// <exhibit-notes>: what was marked and described while the film was live. A line jumps the player to its moment, M goes
// to the next one and Shift M back; the same moments are ticks on the gap ledger.

import { singles } from "../pages/own-keys.js";

class ExhibitNotes extends HTMLElement {
  /** @type {number|null} the moment of the line chosen last */
  #at = null;

  connectedCallback() {
    this.addEventListener("click", (event) => {
      const line = event.target instanceof Element ? /** @type {HTMLElement|null} */ (event.target.closest("[data-moment]")) : null;
      if (line) this.#go(line);
    });
    document.addEventListener("keydown", this.#key);
    document.body.addEventListener("htmx:load", this.#tick); // the ledger may come after the notes
    this.#tick();
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#key);
    document.body.removeEventListener("htmx:load", this.#tick);
  }

  get #lines() {
    return /** @type {HTMLElement[]} */ ([...this.querySelectorAll("[data-moment]")]);
  }

  #tick = () => {
    const ledger = /** @type {import("./gap-ledger.js").GapLedger|null} */ (document.querySelector("gap-ledger"));
    if (!ledger || !customElements.get("gap-ledger")) return;
    ledger.marks = this.#lines.map((line) => ({ kind: /** @type {const} */ ("mark"), at: Number(line.dataset.moment) }));
  };

  #key = (/** @type {KeyboardEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.key.toLowerCase() !== "m" || !singles()) return;
    if (event.target instanceof HTMLElement && event.target.closest("input, textarea, select, dialog")) return;
    const from = this.#at ?? -Infinity;
    const next = event.shiftKey
      ? this.#lines.filter((line) => Number(line.dataset.moment) < from).at(-1)
      : this.#lines.find((line) => Number(line.dataset.moment) > from);
    if (!next) return;
    event.preventDefault();
    this.#go(next);
    next.scrollIntoView({ block: "nearest" });
  };

  /** @param {HTMLElement} line */
  #go(line) {
    this.#at = Number(line.dataset.moment);
    for (const one of this.#lines) one.toggleAttribute("data-now", one === line);
    this.dispatchEvent(new CustomEvent("ledger-seek", { bubbles: true, detail: { moment: this.#at, live: false } }));
  }
}

customElements.define("exhibit-notes", ExhibitNotes);
