// @ts-check
/** What the caller reads about film on the phone: one line while the call lasts, a choice when it is over. */
import { fill } from "../caller/state.js";

/** @typedef {{keeping: boolean, full: boolean, pieces: number, done: number, all: number, sending: boolean, ended: boolean, outcome: ""|"sent"|"deleted"|"stuck"}} Shown */

/** @param {Shown} shown @returns {string} the name of the sentence, "" for none */
export function sentence(shown) {
  if (shown.outcome) return shown.outcome;
  if (shown.full) return "full";
  if (shown.keeping) return "keeping";
  if (!shown.pieces) return "";
  return shown.sending ? "sending" : shown.ended ? "" : "waiting";
}

export class Panel {
  /** @param {Document} page @param {{send: () => void, wipe: () => void}} on */
  constructor(page, on) {
    this.page = page;
    this.on = on;
    /** @type {Record<string, string>} */ this.words = {};
    /** @type {HTMLElement|null} */ this.line = null;
    /** @type {HTMLElement|null} */ this.choice = null;
  }

  /** Fetch words and panel in the page's language; without them the phone records and sends all the same. @param {typeof fetch} get */
  async load(get) {
    const language = this.page.documentElement.lang || "en";
    const response = await get(`/phone/words/?lang=${encodeURIComponent(language)}`, { credentials: "same-origin" });
    if (!response.ok || this.choice) return;
    const part = new DOMParser().parseFromString(await response.text(), "text/html");
    const words = /** @type {HTMLTemplateElement|null} */ (part.getElementById("film-words"));
    words?.content.querySelectorAll("[data-w]").forEach((one) => { this.words[/** @type {HTMLElement} */ (one).dataset.w ?? ""] = one.textContent ?? ""; });
    this.choice = part.getElementById("film-panel");
    this.#place();
  }

  #place() {
    const { page, choice } = this;
    const strip = page.getElementById("strip");
    if (strip) {
      this.line = Object.assign(page.createElement("p"), { className: "say", hidden: true });
      this.line.setAttribute("role", "status");
      strip.after(this.line);
    }
    const before = page.getElementById("receipt") ?? page.querySelector("main.page > .push");
    if (!choice || !before) return;
    before.before(page.adoptNode(choice));
    choice.querySelector("#film-send")?.addEventListener("click", () => this.on.send());
    choice.querySelector("#film-delete")?.addEventListener("click", () => this.on.wipe());
  }

  /** @param {Shown} shown */
  draw(shown) {
    const name = sentence(shown);
    const text = fill(this.words[name] ?? "", { done: String(Math.min(shown.done + 1, shown.all)), all: String(Math.max(shown.all, shown.pieces)) });
    if (this.line) say(this.line, shown.ended ? "" : text);
    if (!this.choice) return;
    const open = shown.ended && (shown.pieces > 0 || shown.outcome !== "");
    this.choice.hidden = !open;
    const asking = shown.pieces > 0 && !shown.sending && !shown.outcome;
    const state = /** @type {HTMLElement} */ (this.choice.querySelector("#film-state"));
    say(state, open ? text : "");
    this.choice.querySelectorAll("h2, h2 + p").forEach((one) => { /** @type {HTMLElement} */ (one).hidden = !asking; });
    /** @type {HTMLElement} */ (this.choice.querySelector("#film-send")).hidden = !asking;
    /** @type {HTMLElement} */ (this.choice.querySelector("#film-delete")).hidden = shown.pieces === 0;
  }
}

/** @param {HTMLElement} element @param {string} text */
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
  if (element.hidden !== !text) element.hidden = !text;
}
