// Share among the video's tools opens the incident's Share tab, as the key H does.

document.addEventListener("click", (event) => {
  const tool = event.target instanceof Element ? event.target.closest('[data-tool="share"]') : null;
  const tab = tool && document.getElementById("tab-share");
  if (!tab) return;
  tab.click();
  tab.focus();
});
