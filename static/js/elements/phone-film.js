// <phone-film>: plays a piece that the caller's phone recorded in the exhibit's player, under its own label; never as if it were
// the recording itself.

class PhoneFilm extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => {
      const button = /** @type {Element} */ (event.target).closest("[data-film]");
      if (button instanceof HTMLElement) this.#play(button);
    });
  }

  /** @param {HTMLElement} button */
  #play(button) {
    const stage = document.querySelector(".exhibit-stage");
    if (!stage) return;
    const own = stage.querySelector("video[data-phone]");
    const video = own instanceof HTMLVideoElement ? own : this.#open(stage);
    video.src = button.dataset.film ?? "";
    video.setAttribute("aria-label", button.dataset.label ?? "");
    const words = stage.querySelector("[data-phone-label] .tag");
    if (words) words.textContent = button.dataset.label ?? "";
    for (const one of this.querySelectorAll("[data-film]")) one.setAttribute("aria-pressed", String(one === button));
    void video.play().catch(() => undefined); // the browser may want a second tap
    stage.scrollIntoView({ block: "nearest" });
  }

  /** Lay a second player over the stage, and a way back. @param {Element} stage @returns {HTMLVideoElement} */
  #open(stage) {
    const video = Object.assign(document.createElement("video"), { controls: true, playsInline: true });
    video.dataset.phone = "";
    video.className = "phone-video";
    const label = document.createElement("div");
    label.className = "overlay overlay-top-left";
    label.dataset.phoneLabel = "";
    const tag = Object.assign(document.createElement("span"), { className: "tag" });
    const back = Object.assign(document.createElement("button"), { className: "btn", type: "button", textContent: "Back to the recording" });
    back.addEventListener("click", () => {
      for (const one of [video, label]) one.remove();
      for (const one of this.querySelectorAll("[aria-pressed]")) one.setAttribute("aria-pressed", "false");
      const player = stage.querySelector("video[data-player]");
      if (player) player.toggleAttribute("hidden", false);
    });
    label.append(tag, back);
    const player = stage.querySelector("video[data-player]");
    if (player instanceof HTMLVideoElement) { player.pause(); player.toggleAttribute("hidden", true); }
    stage.append(video, label);
    return video;
  }
}

customElements.define("phone-film", PhoneFilm);
