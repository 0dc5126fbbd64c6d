// <check-place form="id">: puts the phone's position into the form's lat and lon when the person has already allowed it.
// It never asks: a check must not wait for a question. Without a position the reason is still good for its minutes.

class CheckPlace extends HTMLElement {
  connectedCallback() {
    void this.#fill();
  }

  async #fill() {
    const form = document.getElementById(String(this.getAttribute("form")));
    if (!(form instanceof HTMLFormElement) || !navigator.geolocation || !navigator.permissions) return;
    const allowed = await navigator.permissions.query({ name: "geolocation" });
    if (allowed.state !== "granted") return;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        for (const [name, value] of [["lat", coords.latitude], ["lon", coords.longitude]]) {
          const field = form.elements.namedItem(String(name));
          if (field instanceof HTMLInputElement) field.value = Number(value).toFixed(5);
        }
        const words = this.querySelector("[data-place]");
        if (words) words.textContent = `Your place is known within ${Math.round(coords.accuracy)} m. ${words.textContent}`;
      },
      () => {},
      { maximumAge: 60_000, timeout: 8000 },
    );
  }
}

customElements.define("check-place", CheckPlace);
