// <read-aloud data-words>: the warnings, heard with both hands busy. It stops at once when the screen is tapped.

class ReadAloud extends HTMLElement {
  connectedCallback() {
    if (!("speechSynthesis" in window)) return;
    this.hidden = false;
    this.addEventListener("click", (event) => {
      event.stopPropagation();
      const speaking = speechSynthesis.speaking;
      speechSynthesis.cancel();
      if (speaking) return;
      const words = new SpeechSynthesisUtterance(this.dataset.words ?? "");
      words.lang = "en-GB";
      speechSynthesis.speak(words);
    });
    document.addEventListener("pointerdown", this.#hush);
  }

  disconnectedCallback() {
    document.removeEventListener("pointerdown", this.#hush);
  }

  /** @param {Event} event */
  #hush = (event) => {
    if (event.target instanceof Node && this.contains(event.target)) return;
    speechSynthesis.cancel();
  };
}

customElements.define("read-aloud", ReadAloud);
export { ReadAloud };
