// Before the code: ask for one, type it. Nothing of the incident is on this page.

import { NO_NETWORK, send, state, wordsOf } from "./site.js";

const door = /** @type {HTMLElement} */ (document.getElementById("door"));
const ask = /** @type {HTMLButtonElement} */ (door.querySelector("[data-ask]"));
const form = /** @type {HTMLFormElement} */ (door.querySelector("[data-code]"));
const input = /** @type {HTMLInputElement} */ (form.querySelector("input"));
const field = /** @type {HTMLElement} */ (form.querySelector("[data-field]"));
const said = /** @type {HTMLElement} */ (door.querySelector("[data-said]"));

/** @param {string} words @param {boolean} [wrong] */
function say(words, wrong = false) {
  said.textContent = words;
  said.toggleAttribute("data-wrong", wrong);
  field.toggleAttribute("data-invalid", wrong);
  input.setAttribute("aria-invalid", String(wrong));
}

/** @param {HTMLButtonElement} button @param {() => Promise<Response>} request */
async function once(button, request) {
  if (button.disabled) return null;
  button.disabled = true;
  try {
    return await request();
  } catch {
    say(NO_NETWORK, true);
    return null;
  } finally {
    button.disabled = false;
  }
}

ask.addEventListener("click", async () => {
  const answer = await once(ask, () => send("ask"));
  if (!answer) return;
  if (!answer.ok) return say(await wordsOf(answer), true);
  const { minutes } = await answer.json();
  door.dataset.step = "code";
  form.hidden = false;
  ask.classList.remove("primary");
  const label = ask.querySelector("span");
  if (label) label.textContent = "Send another code";
  say(`The code is on its way. It works for ${minutes} minutes, in this browser.`);
  input.value = "";
  input.focus();
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const digits = input.value.replace(/\D/g, "");
  if (digits.length !== 8) return say("The code has 8 digits.", true);
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("button"));
  const answer = await once(button, () => send("code", { code: digits }));
  if (!answer) return;
  if (answer.ok) return location.reload();
  say(await wordsOf(answer), true);
  input.select();
});

// A link tapped in another site's page brings no cookie along: this browser may have been let in already.
void state().then((answer) => answer.ok && location.reload()).catch(() => {});
