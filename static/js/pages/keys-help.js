// The list of keys, where they are changed: press a key of the console, then its new one. What happens is said in the
// foot of the list, which keeps its size; the list itself does not move.

import { DELIVERED } from "../lib/keys.js";
import { askedBy, choose, isDelivered } from "../lib/own-keys.js";
import { keepKeys, keepSingles, keyOf, ownKeys, singles } from "./own-keys.js";

const help = /** @type {HTMLDialogElement|null} */ (document.getElementById("keys-help"));
const START = "Press a key of the console to change it.";
const WINDOW_ONLY = " Only in this window: the browser keeps nothing here.";

// A field takes the key, so that screen readers hand it on and a keyboard on the screen can write it.
const field = /** @type {HTMLInputElement} */ (help?.querySelector("[data-keys-new] input"));
/** The act whose new key is awaited. */
let act = "";
/** @type {import("../lib/keys.js").Keys|null} */
let swapped = null;
/** @type {import("../lib/keys.js").Keys|null} */
let before = null;

/** @param {string} selector */
const part = (selector) => /** @type {HTMLElement} */ (help?.querySelector(selector));
/** @param {string} name */
const does = (name) => document.getElementById(`does-${name}`)?.textContent ?? name;
/** @param {string} name */
const cap = (name) => /** @type {HTMLElement} */ (help?.querySelector(`[data-change-key="${name}"]`));

/** @param {string} words */
function say(words) {
  part("[data-keys-words]").textContent = words;
}

/** What of the foot can be pressed now, and which keys are not as delivered. */
function draw() {
  const keys = ownKeys();
  const shown = {
    "[data-keys-new]": act !== "",
    "[data-keys-swap]": swapped !== null,
    "[data-keys-delivered]": act !== "" && keys.get(act) !== DELIVERED.get(act),
    "[data-keys-leave]": act !== "",
    "[data-keys-undo]": act === "" && before !== null,
    "[data-keys-all]": act === "" && !isDelivered(keys),
  };
  for (const [selector, here] of Object.entries(shown)) part(selector).hidden = !here;
  part("[data-keys-delivered] kbd").textContent = (DELIVERED.get(act) ?? "").toUpperCase();
  for (const row of /** @type {NodeListOf<HTMLElement>} */ (help?.querySelectorAll("[data-key-row]") ?? [])) {
    const name = String(row.dataset.keyRow);
    /** @type {HTMLElement} */ (row.querySelector("[data-delivered]")).hidden = keys.get(name) === DELIVERED.get(name);
    cap(name).setAttribute("aria-pressed", String(name === act));
  }
}

/** @param {string} name */
function begin(name) {
  act = name;
  swapped = before = null;
  say(`Press the new key for “${does(act)}”. Now it is ${keyOf(act)}.`);
  draw();
  field.focus();
}

/** @param {string} words */
function end(words) {
  const was = act;
  act = "";
  swapped = null;
  if (was && help?.contains(document.activeElement) && document.activeElement?.closest(".keys-bench")) cap(was).focus();
  say(words);
  draw();
}

/** @param {import("../lib/keys.js").Keys} keys @param {string} words */
function keep(keys, words) {
  end(words + (keepKeys(keys) ? "" : WINDOW_ONLY));
}

/** @param {string} key */
function ask(key) {
  const choice = choose(ownKeys(), act, key);
  const name = key.toUpperCase();
  swapped = null;
  if (choice.kind === "same") return end(`“${does(act)}” stays ${name}.`);
  if (choice.kind === "set") return keep(choice.keys, `“${does(act)}” is ${name} now.`);
  if (choice.kind === "unfit") say(`${name} has no second meaning with Shift, which “${does(act)}” needs. Press a letter.`);
  else if (choice.swapped) say(`${name} is taken by “${does(choice.by)}”. Enter swaps them, so that it gets ${keyOf(act)}; or press another key.`);
  else say(`${name} is taken by “${does(choice.by)}”, which needs a letter. Press another key.`);
  if (choice.kind === "taken") swapped = choice.swapped;
  draw();
}

function swap() {
  if (!swapped) return;
  const keys = swapped;
  const other = [...keys].find(([name, key]) => name !== act && key !== ownKeys().get(name))?.[0] ?? "";
  const mine = act;
  keep(keys, `“${does(mine)}” is ${(keys.get(mine) ?? "").toUpperCase()}, “${does(other)}” is ${(keys.get(other) ?? "").toUpperCase()} now.`);
}

/** @param {KeyboardEvent} event */
function pressed(event) {
  if (!act || event.key === "Tab") return; // Tab goes on; beyond the foot the key is left as it was
  const inField = event.target === field;
  if (!inField && (event.key === "Enter" || event.key === " ")) return;
  if (event.key === "Unidentified" || event.key === "Process") return; // a keyboard on the screen: the field hears what it wrote
  event.stopPropagation();
  if (!event.ctrlKey && !event.metaKey && !/^F\d/.test(event.key)) event.preventDefault(); // the browser keeps its own
  if (event.repeat) return;
  if (event.key === "Escape") end(stays());
  else if (event.key === "Enter" && swapped) swap();
  else heard(askedBy(event));
}

/** @param {import("../lib/own-keys.js").Asked} asked */
function heard(asked) {
  if (asked && "key" in asked) ask(asked.key);
  else if (asked) say(asked.why);
}

function written() {
  const key = field.value;
  field.value = "";
  if (act && key) heard(askedBy({ key, altKey: false, ctrlKey: false, metaKey: false, shiftKey: false }));
}

const stays = () => `“${does(act)}” stays ${keyOf(act)}.`;

/** @param {MouseEvent} event */
function clicked(event) {
  const button = event.target instanceof Element ? /** @type {HTMLElement|null} */ (event.target.closest("button")) : null;
  const name = button?.dataset.changeKey;
  if (name && name === act) end(stays());
  else if (name) begin(name);
  else if (button?.matches("[data-keys-swap]")) swap();
  else if (button?.matches("[data-keys-delivered]")) ask(String(DELIVERED.get(act)));
  else if (button?.matches("[data-keys-leave]")) end(stays());
  else if (button?.matches("[data-keys-all]")) all(ownKeys(), DELIVERED, "All keys are as delivered.");
  else if (button?.matches("[data-keys-undo]") && before) all(null, before, "Your keys are back.");
}

/** @param {import("../lib/keys.js").Keys|null} was @param {import("../lib/keys.js").Keys} keys @param {string} words */
function all(was, keys, words) {
  before = was;
  keep(keys, words);
  part(was ? "[data-keys-undo]" : "[data-keys-all]").focus(); // the button that was pressed is gone
}

if (help) {
  const box = /** @type {HTMLInputElement} */ (help.querySelector("#single-keys"));
  const tick = () => (box.checked = singles());
  tick();
  box.addEventListener("change", () => keepSingles(box.checked));
  help.addEventListener("keydown", pressed, true);
  help.addEventListener("click", clicked);
  help.addEventListener("cancel", (event) => act && event.preventDefault());
  help.addEventListener("close", () => {
    before = null;
    end(START);
  });
  help.addEventListener("focusout", (event) => {
    const to = event.relatedTarget;
    if (act && to instanceof Element && !to.closest(".keys-bench")) end(stays());
  });
  field.addEventListener("input", written);
  addEventListener("sightline:keys", () => {
    swapped = null; // another window may have changed what is swapped
    draw();
  });
  addEventListener("storage", tick);
  end(START);
}
