// <ack-form>: the reserve button says how many warnings are still to be ticked and stays off until none is. Each tick
// carries its moment. Without scripts the server says the same.

class AckForm extends HTMLElement {
  connectedCallback() {
    const form = this.querySelector("form");
    const button = document.querySelector(`[form="${form?.id}"]`);
    if (!form || !(button instanceof HTMLElement)) return;
    form.addEventListener("input", (event) => {
      const box = event.target;
      if (box instanceof HTMLInputElement && box.name === "tick" && box.checked) {
        box.value = `${box.value.split(" ")[0]} ${new Date().toISOString()}`;
      }
      this.#say(form, button);
    });
    form.addEventListener("submit", (event) => {
      if (button.getAttribute("aria-disabled") === "true") event.preventDefault();
      else button.textContent = button.dataset.busy ?? "";
    });
    this.#say(form, button);
  }

  /** @param {HTMLFormElement} form @param {HTMLElement} button */
  #say(form, button) {
    const missing = form.querySelectorAll('input[name="tick"]:not(:checked)').length;
    const field = [...form.querySelectorAll("[data-required]")].find((one) => one instanceof HTMLInputElement && !one.value.trim());
    let words = button.dataset.ready ?? "";
    if (missing) words = String(button.dataset.missing).replace("%d", String(missing));
    else if (field instanceof HTMLElement) words = field.dataset.required ?? words;
    button.textContent = words;
    button.setAttribute("aria-disabled", String(missing > 0 || field !== undefined));
  }
}

customElements.define("ack-form", AckForm);
export { AckForm };
