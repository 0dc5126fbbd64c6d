// Runs before the first paint: the person's choice of look, else the system's. Dark when neither says anything. And
// whether this terminal is worked by touch.
(() => {
  const light = matchMedia("(prefers-color-scheme: light)");
  const apply = () => {
    let chosen = "system";
    try { chosen = localStorage.getItem("sightline.theme") ?? "system"; } catch { /* storage is closed: follow the system */ }
    document.documentElement.dataset.theme = chosen === "system" ? (light.matches ? "light" : "dark") : chosen;
    let density = "";
    try { density = localStorage.getItem("sightline.density") ?? ""; } catch { /* storage is closed: as the style sheet says */ }
    if (density === "touch") document.documentElement.dataset.density = density;
    else delete document.documentElement.dataset.density;
  };
  apply();
  // Somebody at this terminal chose keys of their own: key caps wait, with their room kept, until pages/own-keys.js knows whose they are.
  try { if (Object.keys(localStorage).some((name) => name.startsWith("sightline.keys."))) document.documentElement.dataset.keysComing = ""; } catch { /* storage is closed: as delivered */ }
  light.addEventListener("change", apply);
  addEventListener("storage", apply);
  addEventListener("sightline:theme", apply);
})();
