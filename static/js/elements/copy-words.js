// <copy-words data-words="…">: its button copies the words, and says that it did.

class CopyWords extends HTMLElement {
  connectedCallback() {
    this.querySelector("button")?.addEventListener("click", () => void this.#copy());
  }

  async #copy() {
    const button = this.querySelector("button");
    if (!button) return;
    try {
      await navigator.clipboard.writeText(String(this.dataset.words));
      button.lastChild?.replaceWith("Copied");
    } catch {
      button.lastChild?.replaceWith(String(this.dataset.words));
    }
  }
}

customElements.define("copy-words", CopyWords);
