// The palette: `/` opens it, typing filters the commands at once and asks for incidents after a pause, arrows choose,
// Enter goes. It is a dialog with one combo box: focus stays in the field, the chosen line is named to a screen reader.

import { fits, stepped, worthAsking } from "../lib/palette.js";
import { ask, elementsOf, wordsOf } from "../page.js";

const PAUSE = 300; // ms without a key before the server is asked: each question is an entry in the audit trail

const palette = /** @type {HTMLDialogElement|null} */ (document.getElementById("palette"));
const input = /** @type {HTMLInputElement|null} */ (document.getElementById("palette-input"));
const form = /** @type {HTMLFormElement|null} */ (document.getElementById("palette-form"));

/** @type {(act: string) => void} */
let perform = () => {};
/** @type {HTMLElement|null} */
let chosen = null;
/** @type {any} */
let timer = null;
let asked = 0;

/** @param {(act: string) => void} run does a named act of the keyboard */
export function startPalette(run) {
  perform = run;
}

export function openPalette() {
  if (!palette || !input || palette.open) return;
  input.value = "";
  found([], "");
  filter();
  palette.showModal();
}

for (const button of document.querySelectorAll("[data-palette]")) button.addEventListener("click", openPalette);

if (palette && input && form) {
  input.addEventListener("input", () => {
    filter();
    clearTimeout(timer);
    asked += 1; // what is on its way answers another line
    if (worthAsking(input.value)) timer = setTimeout(() => void search(), PAUSE);
    else found([], "");
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step) choose(lines()[stepped(lines().indexOf(/** @type {HTMLElement} */ (chosen)), step, lines().length)] ?? null);
    else if (event.key === "Enter") take(chosen);
    else return;
    event.preventDefault();
  });
  palette.addEventListener("click", (event) => {
    if (event.target === palette) palette.close(); // the backdrop
    const line = event.target instanceof Element ? /** @type {HTMLElement|null} */ (event.target.closest('[role="option"]')) : null;
    if (line && !(line instanceof HTMLAnchorElement)) take(line);
  });
  palette.addEventListener("close", () => clearTimeout(timer));
}

/** Lines that can be chosen now, in order. */
function lines() {
  const all = /** @type {HTMLElement[]} */ ([...(palette?.querySelectorAll('[role="option"]') ?? [])]);
  return all.filter((line) => !line.hidden && !line.closest("[hidden]"));
}

/** Commands that fit what is typed, and are possible on this page. */
function filter() {
  const typed = input?.value ?? "";
  for (const line of /** @type {NodeListOf<HTMLElement>} */ (palette?.querySelectorAll("[data-commands] [role=option]") ?? [])) {
    const possible = !line.dataset.needs || document.querySelector(line.dataset.needs) !== null;
    line.hidden = !possible || !fits(line.querySelector("span")?.textContent ?? "", typed);
  }
  const more = /** @type {HTMLElement|null} */ (palette?.querySelector("[data-more]") ?? null);
  if (more) more.hidden = !worthAsking(typed);
  if (!chosen || !lines().includes(chosen)) choose(lines()[0] ?? null);
}

async function search() {
  const mine = (asked += 1);
  say("Searching");
  try {
    const response = await ask(String(form?.action), { method: "POST", body: new URLSearchParams({ search: String(input?.value) }) });
    if (mine !== asked || !palette?.open) return;
    if ((!response.ok && response.status !== 422) || response.redirected) return found([], await wordsOf(response));
    const parts = elementsOf(await response.text());
    const options = parts.find((part) => part.matches("[data-options]"));
    found(options ? [options] : [], parts.find((part) => part.matches("[data-words]"))?.textContent ?? "");
  } catch {
    if (mine === asked) found([], "No connection: incidents cannot be searched now. Commands work.");
  }
}

/**
 * @param {HTMLElement[]} options
 * @param {string} words
 */
function found(options, words) {
  palette?.querySelector("[data-found]")?.replaceChildren(...options);
  say(words.trim());
  const first = /** @type {HTMLElement|null} */ (options[0]?.querySelector('[role="option"]') ?? null);
  const commands = lines().some((line) => line.closest("[data-commands]"));
  if (first && (!commands || !chosen?.isConnected)) choose(first);
  else if (!chosen?.isConnected) choose(lines()[0] ?? null);
}

/** @param {string} words */
function say(words) {
  const place = palette?.querySelector("[data-palette-words]");
  if (place) place.textContent = words;
}

/** @param {HTMLElement|null} line */
function choose(line) {
  if (chosen) chosen.setAttribute("aria-selected", "false");
  chosen = line;
  line?.setAttribute("aria-selected", "true");
  if (line) input?.setAttribute("aria-activedescendant", line.id);
  else input?.removeAttribute("aria-activedescendant");
  line?.scrollIntoView({ block: "nearest" });
}

/** @param {HTMLElement|null} line */
function take(line) {
  if (!line || !palette) return;
  if (line instanceof HTMLAnchorElement) {
    palette.close();
    location.assign(line.href);
  } else if (line.dataset.act === "search-page") form?.submit();
  else {
    palette.close();
    perform(String(line.dataset.act));
  }
}
