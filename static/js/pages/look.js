// The choice of look: dark, light, or what the system says. static/js/theme.js applies it before the first paint.

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

export {};
