// Sending the call form without leaving the page: kept and tried again while the server is away, what is wrong is marked
// where it stands, and only an open incident is gone to.

import { NO_CONNECTION, nextOf } from "../lib/call-answer.js";
import { valuesOf } from "../lib/drafts.js";
import { ask, drafts, icon, untilAnswered } from "../page.js";

/**
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement|null} button
 * @param {() => void} keep the draft, under the form's key of now
 */
export function send(form, button, keep) {
  if (form.dataset.sent !== undefined) return;
  form.dataset.sent = "";
  button?.classList.add("pending");
  keep();
  let falls = 0;
  const until = untilAnswered(async () => {
    const body = contents(form, button);
    const sent = same(body);
    const answer = await post(button?.getAttribute("formaction") ?? form.action, body);
    falls = answer?.status === 500 ? falls + 1 : 0;
    const next = answer ? nextOf(answer, falls) : /** @type {const} */ ({ kind: "again", words: NO_CONNECTION });
    say(form, next.kind === "go" ? "" : next.words, next.kind === "again" ? "Not sent yet." : "Not opened yet.");
    if (next.kind === "again") throw new Error("no answer");
    if (next.kind === "go" && same(contents(form, button)) !== sent) {
      until.ask(); // typed on meanwhile: the server says that the form went with other words, and nothing is lost
      return;
    }
    until.stop();
    if (next.kind === "go") {
      drafts.forget(keyOf(form).value);
      location.assign(next.to);
      return;
    }
    delete form.dataset.sent;
    button?.classList.remove("pending");
    if (next.kind === "other") {
      drafts.forget(keyOf(form).value);
      keyOf(form).value = next.key;
      keep();
    }
    mark(form, next.kind === "mend" ? next.fields : {});
    form.dispatchEvent(new Event("call-facts")); // what is offered beside may be what the refusal names
  });
  mark(form, {});
  until.ask();
}

/** @param {HTMLFormElement} form */
function keyOf(form) {
  return /** @type {HTMLInputElement} */ (form.elements.namedItem("client_key"));
}

/** @param {HTMLFormElement} form @param {HTMLButtonElement|null} button */
function contents(form, button) {
  const body = new FormData(form);
  if (button?.name) body.set(button.name, button.value);
  return body;
}

/** @param {FormData} body */
const same = (body) => JSON.stringify(valuesOf(body));

/** @param {string} url @param {FormData} body */
async function post(url, body) {
  try {
    const response = await ask(url, { method: "POST", body, headers: { Accept: "application/json" }, signal: AbortSignal.timeout(15_000) });
    return { status: response.status, redirected: response.redirected, data: await response.json().catch(() => null) };
  } catch {
    return null;
  }
}

/** @param {HTMLFormElement} form @param {string} words @param {string} how */
function say(form, words, how) {
  const place = /** @type {HTMLElement} */ (form.querySelector("#intake-errors"));
  place.hidden = !words;
  const kept = /** @type {HTMLElement|null} */ (form.querySelector("[data-kept]")?.parentElement);
  if (kept) kept.hidden = !!words;
  const title = place.querySelector("b");
  const text = place.querySelector("[data-words]");
  if (title) title.textContent = how;
  if (text && text.textContent !== words) text.textContent = words;
}

/**
 * Words beside their fields, and the focus on the first of them.
 * @param {HTMLFormElement} form
 * @param {Record<string, string>} fields
 */
function mark(form, fields) {
  for (const old of form.querySelectorAll(".error, [data-refused]")) old.remove();
  for (const place of form.querySelectorAll("[data-invalid]")) place.removeAttribute("data-invalid");
  for (const control of form.querySelectorAll("[aria-invalid]")) control.removeAttribute("aria-invalid");
  /** @type {HTMLElement[]} */
  const wrong = [];
  for (const [name, words] of Object.entries(fields)) {
    const control = /** @type {HTMLElement|null} */ (form.querySelector(`[name="${CSS.escape(name)}"]:not([type=hidden])`));
    const place = control?.closest(".thrive-line") ?? control?.closest(".field") ?? control?.closest("label")?.parentElement;
    if (!control || !place) continue;
    const line = document.createElement("p");
    const text = document.createElement("span");
    text.textContent = words;
    line.append(icon("alert"), text);
    line.className = "error-line";
    line.dataset.refused = "";
    place.setAttribute("data-invalid", "");
    const beside = control.closest("label.check, .segmented");
    if (beside) beside.after(line);
    else place.append(line);
    control.setAttribute("aria-invalid", "true");
    const more = /** @type {HTMLDetailsElement|null} */ (control.closest("details"));
    if (more) more.open = true;
    wrong.push(control);
  }
  wrong.sort((a, b) => (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
  wrong[0]?.focus();
}
