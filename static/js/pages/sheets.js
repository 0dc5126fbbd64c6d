// Sheets open by data-opens="id" and close by data-closes, a press beside them, or Escape. Buttons marked data-once
// take one tap: a second within 700 ms is not heard, and the button keeps its size and place.

const ONCE_FOR = 700;

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  const opener = /** @type {HTMLElement|null} */ (target?.closest("[data-opens]") ?? null);
  if (opener) {
    const sheet = document.getElementById(String(opener.dataset.opens));
    if (sheet instanceof HTMLDialogElement && !sheet.open) sheet.showModal();
    return;
  }
  const sheet = target?.closest("dialog.sheet");
  if (!(sheet instanceof HTMLDialogElement)) return;
  if (target === sheet || target?.closest("[data-closes]")) sheet.close();
});

/** @type {WeakMap<Element, number>} */
const pressed = new WeakMap();
document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("[data-offline]")) {
    event.preventDefault(); // needs signal: the page says so above, and names the radio
    event.stopImmediatePropagation();
    return;
  }
  const button = event.target instanceof Element ? event.target.closest("[data-once]") : null;
  if (!button) return;
  const last = pressed.get(button) ?? -Infinity;
  if (event.timeStamp - last < ONCE_FOR || button.getAttribute("aria-disabled") === "true") {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  pressed.set(button, event.timeStamp);
}, true);

// A sheet whose form was refused opens again with what was wrong.
for (const sheet of document.querySelectorAll("dialog[data-open-now]")) if (sheet instanceof HTMLDialogElement) sheet.showModal();
