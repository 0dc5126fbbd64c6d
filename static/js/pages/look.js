// The choice of look: dark, light, or what the system says; and whether this terminal is worked by touch.
// static/js/theme.js applies both before the first paint.

const look = document.getElementById("theme");
const chosen = () => {
  try {
    return localStorage.getItem("sightline.theme") ?? "system";
  } catch {
    return "system";
  }
};
for (const radio of /** @type {NodeListOf<HTMLInputElement>} */ (look?.querySelectorAll("input") ?? [])) {
  radio.checked = radio.value === chosen();
  radio.addEventListener("change", () => {
    try {
      localStorage.setItem("sightline.theme", radio.value);
    } catch {
      document.documentElement.dataset.theme = radio.value;
    }
    dispatchEvent(new Event("sightline:theme"));
  });
}

const boxes = /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("input[data-touch]"));
const touched = () => document.documentElement.dataset.density === "touch";
for (const box of boxes) {
  box.checked = touched();
  box.addEventListener("change", () => {
    try {
      localStorage.setItem("sightline.density", box.checked ? "touch" : "");
    } catch {
      // storage is closed: nothing is kept, and the box says so
    }
    dispatchEvent(new Event("sightline:theme"));
    for (const one of boxes) one.checked = touched();
  });
}
addEventListener("storage", () => { for (const one of boxes) one.checked = touched(); });

export {};
