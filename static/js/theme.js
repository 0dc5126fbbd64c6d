// Runs before the first paint: the person's choice of look, else the system's. Dark when neither says anything.
(() => {
  const light = matchMedia("(prefers-color-scheme: light)");
  const apply = () => {
    let chosen = "system";
    try { chosen = localStorage.getItem("sightline.theme") ?? "system"; } catch { /* storage is closed: follow the system */ }
    document.documentElement.dataset.theme = chosen === "system" ? (light.matches ? "light" : "dark") : chosen;
  };
  apply();
  light.addEventListener("change", apply);
  addEventListener("storage", apply);
  addEventListener("sightline:theme", apply);
})();
