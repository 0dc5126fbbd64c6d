// @ts-check
/** The list of chosen files on the caller's page: one line each, what is true of it now, and a way to take it back. */
import { fill } from "../caller/state.js";
import { OPEN, percent } from "./queue.js";

/** @typedef {import("./queue.js").Entry} Entry */

/** The sentence of a file. @param {Entry} entry @param {boolean} offline @returns {string} its name */
export function sentence(entry, offline) {
  if (entry.state === "refused") return ["hidden", "broken"].includes(entry.why) ? `refused_${entry.why}` : "refused_type";
  if (offline && (entry.state === "sending" || entry.state === "waiting")) return "offline";
  return entry.state;
}

/** May the caller still take it back? @param {{state: Entry["state"]}} entry */
export const removable = (entry) => ["preparing", "waiting", "sending", "missing"].includes(entry.state);

export class Panel {
  /** @param {Document} page @param {(key: string) => void} remove */
  constructor(page, remove) {
    this.page = page;
    this.remove = remove;
    this.list = /** @type {HTMLElement} */ (page.getElementById("files-list"));
    this.line = /** @type {HTMLElement} */ (page.getElementById("files-line"));
    /** @type {Record<string, string>} */ this.words = {};
    const words = /** @type {HTMLTemplateElement} */ (page.getElementById("files-words"));
    words.content.querySelectorAll("[data-w]").forEach((one) => { this.words[/** @type {HTMLElement} */ (one).dataset.w ?? ""] = one.textContent ?? ""; });
    this.list.addEventListener("click", (event) => {
      const button = /** @type {Element} */ (event.target).closest("[data-remove]");
      if (button instanceof HTMLElement) this.remove(button.dataset.remove ?? "");
    });
  }

  /** @param {import("./queue.js").Queue} queue */
  draw(queue) {
    queue.entries.forEach((entry, at) => this.#row(entry, at, queue.offline));
    while (this.list.children.length > queue.entries.length) this.list.lastChild?.remove();
    const going = queue.entries.some((one) => OPEN.includes(one.state) && one.state !== "checking");
    say(this.line, going ? this.words.keep_open ?? "" : "");
  }

  /** @param {Entry} entry @param {number} at @param {boolean} offline */
  #row(entry, at, offline) {
    let row = /** @type {HTMLElement|undefined} */ (this.list.children[at]);
    if (!row || row.dataset.key !== entry.key) {
      row = this.#made(entry);
      this.list.insertBefore(row, this.list.children[at] ?? null);
    }
    row.dataset.state = entry.state;
    const [, says, bar, button] = /** @type {any[]} */ ([...row.children]);
    const text = fill(this.words[sentence(entry, offline)] ?? "", { percent: `${percent(entry)}%` });
    say(says, text);
    const moving = entry.state === "sending" || (entry.state === "waiting" && entry.offset > 0);
    bar.hidden = !moving;
    if (bar.value !== percent(entry)) bar.value = percent(entry);
    button.hidden = !removable(entry);
  }

  /** @param {Entry} entry */
  #made(entry) {
    const { page } = this;
    const row = page.createElement("li");
    row.dataset.key = entry.key;
    const name = Object.assign(page.createElement("bdi"), { textContent: entry.name });
    const says = Object.assign(page.createElement("span"), { className: "says" });
    says.setAttribute("role", "status");
    const bar = Object.assign(page.createElement("progress"), { max: 100, hidden: true });
    bar.setAttribute("aria-label", entry.name);
    const button = Object.assign(page.createElement("button"), { type: "button", className: "quiet", textContent: this.words.remove ?? "" });
    button.dataset.remove = entry.key;
    row.append(name, says, bar, button);
    return row;
  }
}

/** @param {HTMLElement} element @param {string} text */
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
