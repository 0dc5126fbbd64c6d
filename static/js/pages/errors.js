// What happens when a request by htmx is refused: its plain words go where the form keeps its errors, and stay there.

document.body.addEventListener("htmx:beforeSwap", (event) => {
  const detail = /** @type {CustomEvent} */ (event).detail;
  const status = detail.xhr.status;
  if (status < 400) {
    if (detail.xhr.responseURL?.includes("/sign-in/")) {
      detail.shouldSwap = false;
      location.assign(detail.xhr.responseURL);
    }
    return;
  }
  const element = /** @type {Element} */ (detail.requestConfig?.elt ?? detail.elt);
  const whole = detail.xhr.getResponseHeader("X-Fragment") === "whole"; // the form itself, with its errors marked
  const place = element.querySelector?.("[data-errors]") ?? element.closest(".panel")?.querySelector("[data-errors]");
  if (whole) {
    detail.shouldSwap = true;
    detail.isError = false;
  } else if (place) {
    detail.shouldSwap = true;
    detail.isError = false;
    detail.target = place;
    detail.swapOverride = "innerHTML";
  } else {
    dispatchEvent(new CustomEvent("sightline:refused", { detail: { words: wordsOf(detail.xhr.responseText) } }));
  }
});

document.body.addEventListener("htmx:sendError", () => {
  dispatchEvent(new CustomEvent("sightline:refused", { detail: { words: "No connection: nothing was sent. Try it again." } }));
});

/** The words of an error fragment, without its markup. @param {string} html */
function wordsOf(html) {
  const text = new DOMParser().parseFromString(html, "text/html").querySelector(".error-line, .refused-words")?.textContent?.trim();
  return text || "The server refused it. Nothing was changed.";
}
