// <door-place data-form data-lat data-lon data-metres>: how far this phone is from the door. The position goes into the
// form's hidden fields and leaves the phone only with the outcome, in a request's body.

import { distanceWords, fixNow } from "../lib/fix.js";
import { metresBetween } from "../lib/place.js";

class DoorPlace extends HTMLElement {
  connectedCallback() {
    void this.#find();
  }

  async #find() {
    const form = document.getElementById(String(this.dataset.form));
    if (!(form instanceof HTMLFormElement)) return;
    const fix = await fixNow({ ask: true });
    const words = this.querySelector("[data-place]");
    if (!fix) {
      if (words) words.textContent = "This phone gives no position.";
      return;
    }
    for (const [name, value] of [["lat", fix.lat.toFixed(6)], ["lon", fix.lon.toFixed(6)], ["accuracy_m", fix.accuracy.toFixed(0)]]) {
      const field = form.elements.namedItem(name);
      if (field instanceof HTMLInputElement) field.value = value;
    }
    const [lat, lon] = [Number.parseFloat(this.dataset.lat ?? ""), Number.parseFloat(this.dataset.lon ?? "")];
    if (!words || !Number.isFinite(lat) || !Number.isFinite(lon)) return;
    const metres = metresBetween([fix.lon, fix.lat], [lon, lat]);
    const near = metres <= Number(this.dataset.metres);
    words.textContent = near ? `You are within ${distanceWords(Math.max(metres, fix.accuracy))}.` : `You are ${distanceWords(metres)} away.`;
    words.classList.toggle("warn", !near);
  }
}

customElements.define("door-place", DoorPlace);
