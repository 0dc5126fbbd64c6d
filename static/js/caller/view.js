// @ts-check
/**
 * Draws the facts. Touches an element only when its words change, so that screen readers hear each change once.
 */
import { draw } from "./drawing.js";
import { age, clock, distance, fill, moment, place, strip } from "./state.js";

/** @param {string} id */
const get = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @type {Record<string, string>} */
const words = {};

/** A sentence in the caller's language. @param {string} key @param {Record<string, string>} [values] */
export function word(key, values = {}) {
  return fill(words[key] ?? "", values);
}

/** Read the sentences of the page once. */
export function learn() {
  const from = /** @type {HTMLTemplateElement} */ (get("words")).content;
  from.querySelectorAll("[data-w]").forEach((one) => { words[/** @type {HTMLElement} */ (one).dataset.w ?? ""] = one.textContent ?? ""; });
}

/** @param {string|HTMLElement} where @param {string} text */
export function say(where, text) {
  const element = typeof where === "string" ? get(where) : where;
  if (element.textContent !== text) element.textContent = text;
}

/** @param {string|HTMLElement} where @param {boolean} on */
function show(where, on) {
  const element = typeof where === "string" ? get(where) : where;
  if (element.hidden === on) element.hidden = !on;
}

/** @param {string} id @param {string} icon */
function icon(id, icon) {
  if (get(id).getAttribute("href") !== `#i-${icon}`) get(id).setAttribute("href", `#i-${icon}`);
}

/** @param {string} id @param {string} name @param {string|null} value */
function attribute(id, name, value) {
  if (get(id).getAttribute(name) === value) return;
  if (value === null) get(id).removeAttribute(name);
  else get(id).setAttribute(name, value);
}

/** 24-hour time of the phone, digits 0 to 9. @param {number} at ms @param {boolean} [seconds] */
export function time(at, seconds = false) {
  return new Date(at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", ...(seconds ? { second: "2-digit" } : {}) });
}

let shown = "";

/** One screen at a time; its heading takes the focus so that a screen reader starts there. @param {string} name */
export function screen(name) {
  if (shown === name) return;
  shown = name;
  document.querySelectorAll("[data-screen]").forEach((one) => show(/** @type {HTMLElement} */ (one), /** @type {HTMLElement} */ (one).dataset.screen === name));
  const section = /** @type {HTMLElement} */ (document.querySelector(`[data-screen="${name}"]`));
  const heading = name === "live" ? section : section.querySelector("h1[tabindex]");
  window.scrollTo(0, 0);
  /** @type {HTMLElement|null} */ (heading)?.focus({ preventScroll: true });
}

/**
 * @param {import("./session.js").Session} session
 * @param {number} now
 * @param {{sheet: string, canVideo: boolean}} page
 */
export function render(session, now, page) {
  const { facts, chat } = session;
  screen(facts.screen);
  if (facts.screen === "refused") refused(facts);
  if (facts.screen === "live") live(facts, now, page);
  if (facts.screen === "ended") ended(facts);
  message(facts, chat, page);
  talk(chat);
  if (page.sheet === "place") sheet(facts, now);
}

/** @param {import("./state.js").Facts} facts */
function refused(facts) {
  const why = facts.why === "refused" ? "refused" : "busy";
  document.querySelectorAll("[data-why]").forEach((one) => show(/** @type {HTMLElement} */ (one), /** @type {HTMLElement} */ (one).dataset.why === why));
  say("refused-note", word(facts.place === "on" ? "place_on" : "chat_on"));
}

/** @param {import("./state.js").Facts} facts @param {number} now @param {{canVideo: boolean}} page */
function live(facts, now, page) {
  const now_ = strip(facts, now);
  get("strip").classList.toggle("amber", now_.amber);
  get("strip").dataset.state = now_.state;
  say("strip-title", word(now_.title));
  say("strip-note", word(now_.note));
  const picture = get("strip").querySelector("svg");
  if (picture) picture.toggleAttribute("hidden", now_.icon === "");
  if (now_.icon) icon("strip-icon", now_.icon);
  show("rec", now_.rec !== null);
  if (now_.rec !== null) say("rec", `REC ${clock(now_.rec)}`);
  say("hear-now", now_.state === "paused" ? `${word("cannot")}. ${word(now_.note)}.` : "");

  const chip = place(facts, now);
  say("chip-words", word(chip.word, chip.values));
  get("chip").className = `chip ${chip.tone}`.trim();

  const stopped = now_.state === "paused" || now_.state === "replaced";
  get("live").classList.toggle("dim", stopped);
  get("live").classList.toggle("blind", facts.camera === "off");
  get("preview").classList.toggle("front", facts.facing === "front");
  const off = !facts.wanted && page.canVideo;
  show("centre", (now_.state === "paused" || off) && now_.state !== "replaced");
  say("centre-word", word(now_.state === "paused" ? "turn_on" : "show"));
  say("centre-note", word(facts.place === "on" ? "place_on" : "chat_on"));
  show("picture", facts.pictureCard && now_.state !== "paused");
  show("call", now_.state === "reconnecting");
  controls(facts, stopped);
}

/** @param {import("./state.js").Facts} facts @param {boolean} stopped */
function controls(facts, stopped) {
  const camera = facts.wanted;
  show("turn", camera);
  show("mute", camera);
  show("light", camera && facts.torchable);
  for (const id of ["turn", "light"]) attribute(id, "aria-disabled", stopped ? "true" : null);
  attribute("light", "aria-pressed", String(facts.torch));
  const sound = facts.microphone === "on" || facts.microphone === "muted";
  attribute("mute", "aria-disabled", stopped || !sound ? "true" : null);
  attribute("mute", "aria-pressed", String(facts.microphone === "muted"));
  say("mute-word", word(!sound ? "no_sound" : facts.microphone === "muted" ? "muted" : "mute"));
  icon("mute-icon", facts.microphone === "on" ? "mic" : "mic-off");
  say("end-word", word(camera ? "end_both" : "end_place"));
  show("keep", camera);
}

/** The police's last words, on white, until answered. @param {import("./state.js").Facts} facts @param {import("./chat.js").Chat} chat @param {{sheet: string}} page */
function message(facts, chat, page) {
  const card = facts.pictureCard || page.sheet === "chat" ? null : chat.card();
  show("card", card !== null);
  show("answers", card !== null && facts.line === "open");
  if (!card) return;
  say("card-when", word(facts.line === "open" ? "police" : "police_last", { time: time(card.at) }));
  say("card-text", card.text);
}

/** @param {import("./chat.js").Chat} chat */
function talk(chat) {
  const list = get("talk");
  chat.items.forEach((item, at) => {
    const name = item.key || item.id;
    let line = /** @type {HTMLElement|undefined} */ (list.children[at]);
    if (!line || line.dataset.name !== name) {
      line = document.createElement("li");
      line.dataset.name = name;
      line.append(Object.assign(document.createElement("span"), { dir: "auto", textContent: item.text }), document.createElement("small"));
      list.insertBefore(line, list.children[at] ?? null);
      const box = /** @type {HTMLElement} */ (list.parentElement);
      box.scrollTop = box.scrollHeight;
    }
    say(/** @type {HTMLElement} */ (line.firstChild), item.text); // a translation may come later
    line.classList.toggle("me", item.from === "me");
    say(/** @type {HTMLElement} */ (line.lastChild), word(item.from === "police" ? "police" : `me_${item.state}`, { time: time(item.at) }));
  });
  while (list.children.length > chat.items.length) list.lastChild?.remove();
}

/** @param {import("./state.js").Facts} facts @param {number} now */
function sheet(facts, now) {
  const fix = facts.place === "on" ? facts.fix : null;
  get("place").toggleAttribute("hidden", !fix);
  if (!fix) {
    say("place-within", word(facts.place === "asking" ? "finding" : "place_off"));
    say("place-when", word("tell"));
    return say("place-at", "");
  }
  draw(/** @type {SVGElement} */ (/** @type {unknown} */ (get("place"))), fix, facts.trail);
  const far = distance(fix.accuracy);
  say("place-within", word(far.far ? "circle_km" : "circle", far.values));
  const old = age(now - fix.at);
  say("place-when", word(old.word, old.values));
  say("place-at", `${fix.lat.toFixed(5)}, ${fix.lon.toFixed(5)}`);
}

/** The receipt's lines: name, value. @param {import("./state.js").Facts} facts @returns {[string, string][]} */
export function receipt(facts) {
  const { receipt } = facts;
  if (!receipt) return [];
  /** @type {[string, string][]} */
  const lines = [];
  if (receipt.incident) lines.push([word("r_incident"), receipt.incident]);
  const [from, to] = [moment(receipt.from), moment(receipt.to)];
  if (from && to) lines.push([word("r_live"), word("r_times", { from: time(from, true), to: time(to, true) })]);
  if (receipt.recorded_seconds !== undefined) lines.push([word("r_recorded"), clock(receipt.recorded_seconds)]);
  if (receipt.lost_seconds !== undefined) lines.push([word("r_lost"), word("r_seconds", { seconds: String(Math.round(receipt.lost_seconds)) })]);
  if (receipt.recorded_seconds) lines.push([word("r_sound"), word(receipt.sound ? "r_here" : "r_on_call")]);
  if (receipt.seal) lines.push([word("r_seal"), `${(receipt.seal.slice(0, 12).match(/.{1,4}/g) ?? []).join(" ")} …`]);
  return lines;
}

/** @param {import("./state.js").Facts} facts */
function ended(facts) {
  const police = ["handler", "revoked"].includes(facts.endedBy);
  say("ended-title", word(police ? "by_police" : facts.endedBy === "caller" || facts.receipt ? "thanks" : "dead"));
  say("ended-note", word(police ? "well" : "both_off"));
  const lines = receipt(facts);
  show("receipt", lines.length > 0);
  show("save", lines.length > 0);
  const list = get("receipt");
  const text = JSON.stringify(lines);
  if (list.dataset.lines === text) return;
  list.dataset.lines = text;
  list.replaceChildren(...lines.map(([name, value]) => {
    const line = document.createElement("div");
    line.append(Object.assign(document.createElement("dt"), { textContent: name }), Object.assign(document.createElement("dd"), { textContent: value, dir: "auto" }));
    return line;
  }));
}
