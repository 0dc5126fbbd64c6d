// <profile-tabs>: four parts of one page that was read once. Without scripts the parts stand below each other. Nothing
// but the name stands above the warnings; away from "Now" the worst of them stay beside the name.

class ProfileTabs extends HTMLElement {
  connectedCallback() {
    const list = this.querySelector('[role="tablist"]');
    if (!(list instanceof HTMLElement)) return;
    list.hidden = false;
    this.dataset.open = "";
    for (const part of this.#parts()) {
      part.setAttribute("role", "tabpanel");
      part.setAttribute("aria-labelledby", `tab-${part.id}`);
      part.removeAttribute("aria-label");
    }
    list.addEventListener("click", (event) => {
      const tab = event.target instanceof Element ? event.target.closest('[role="tab"]') : null;
      if (!tab) return;
      event.preventDefault();
      this.#open(String(tab.getAttribute("aria-controls")));
    });
    list.addEventListener("keydown", (event) => this.#keys(event));
    this.#open("now");
  }

  /** @param {string} id */
  #open(id) {
    for (const part of this.#parts()) part.hidden = part.id !== id;
    const urgent = /** @type {HTMLElement|null} */ (this.querySelector("[data-urgent]"));
    if (urgent) urgent.hidden = id !== "now";
    for (const tab of this.#tabs()) {
      const chosen = tab.getAttribute("aria-controls") === id;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
    }
    const warnings = /** @type {HTMLElement|null} */ (document.querySelector(".head-warnings"));
    if (warnings) warnings.hidden = id === "now";
  }

  /** @param {KeyboardEvent} event */
  #keys(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const tabs = this.#tabs();
    const next = tabs[(tabs.findIndex((tab) => tab === document.activeElement) + step + tabs.length) % tabs.length];
    this.#open(String(next.getAttribute("aria-controls")));
    next.focus();
  }

  /** @returns {HTMLElement[]} */
  #parts() {
    return [...this.querySelectorAll("section.profile-part")].filter((part) => part instanceof HTMLElement);
  }

  /** @returns {HTMLElement[]} */
  #tabs() {
    return [...this.querySelectorAll('[role="tab"]')].filter((tab) => tab instanceof HTMLElement);
  }
}

customElements.define("profile-tabs", ProfileTabs);
export { ProfileTabs };
