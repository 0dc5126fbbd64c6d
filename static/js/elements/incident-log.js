// <incident-log>: the log of one incident. An entry typed here is on the screen at once, kept on this terminal, and sent
// with its own key until the server has numbered it; entries of others come by live events and never move the page.

import { allWords, decisionLine, inPieces, lockLine, parseLine, restrictedLine, MAX_TRIES } from "../lib/entries.js";
import { complete } from "../lib/log-pages.js";
import { LogHistory } from "./log-history.js";
import { keepLock, openRestrict, setLock } from "./restrict-entry.js";
import { wallTime } from "../lib/clock.js";
import { answerOf, clock, elementsOf, entries, live, newKey, sender, untilAnswered } from "../page.js";

/** @typedef {import("../lib/entries.js").Entry} Entry */

const OFFERED = 20; // pictures that a decision is offered to cite

class IncidentLog extends HTMLElement {
  #leave = () => {};
  #until = untilAnswered(() => this.#fetch());
  /** Entries whose words may not be this reader's any more, or are again. @type {Set<number>} */
  #stale = new Set();
  #renewing = untilAnswered(() => this.#readAnew());
  #unread = 0;
  /** @type {LogHistory|null} */
  #history = null;

  connectedCallback() {
    const seq = this.dataset.seq ? Number(this.dataset.seq) : null;
    this.#leave = live.subscribe(String(this.dataset.topic), {
      event: (event) => {
        if (event.kind === "log.appended" && event.data.entry_seq > this.#complete()) this.#until.ask();
        if (event.kind === "log.restricted") this.#renew(event.data.entry_seq);
      },
      reload: () => {
        this.#until.ask();
        this.#stale = new Set(this.#numbers()); // what was restricted meanwhile is not known
        this.#renewing.ask();
      },
    }, seq);
    addEventListener("sightline:entry", this.#heard);
    this.#history = new LogHistory(this, (asked) => this.#rows(asked));
    this.#wire();
    for (const entry of entries.all(this.#incident())) this.#draw(entry);
    this.#toFoot();
    this.#history.start();
    // On a desk the next thing is nearly always an entry; on a phone the keyboard would cover the page.
    if (matchMedia("(min-width: 1024px)").matches && document.activeElement === document.body && !location.hash) this.enter();
  }

  disconnectedCallback() {
    this.#leave();
    this.#history?.stop();
    removeEventListener("sightline:entry", this.#heard);
    this.#until.stop();
    this.#renewing.stop();
  }

  /** Focus on the quick entry. */
  enter() {
    /** @type {HTMLElement|null} */ (this.querySelector("#quick-text"))?.focus({ preventScroll: true });
  }

  #incident() {
    return String(this.dataset.incident);
  }

  #list() {
    return /** @type {HTMLElement} */ (this.querySelector("[data-entries]"));
  }

  #scroller() {
    return /** @type {HTMLElement} */ (this.querySelector(".log-scroll"));
  }

  #numbers() {
    return [...this.#list().querySelectorAll("[data-seq]")].map((row) => Number(/** @type {HTMLElement} */ (row).dataset.seq));
  }

  #last() {
    return this.#numbers().at(-1) ?? 0;
  }

  #wire() {
    const form = /** @type {HTMLFormElement|null} */ (this.querySelector("[data-quick]"));
    const text = /** @type {HTMLTextAreaElement|null} */ (this.querySelector("#quick-text"));
    form?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    form?.addEventListener("keydown", (event) => {
      if (!(event.target instanceof HTMLTextAreaElement)) return;
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing && !event.ctrlKey && !event.altKey) {
        event.preventDefault();
        this.#submit();
      }
    });
    if (text) {
      text.required = false; // a decision may stand in its fields alone; an empty line is never sent
      this.#keepDraft(text, "");
      text.addEventListener("input", () => this.#typedSlash(text));
    }
    keepLock(this.#lock(), `sightline.draft.${document.body.dataset.user}.${this.#incident()}.restricted`);
    for (const field of this.#fields()) this.#keepDraft(field, `.${field.name}`);
    this.querySelector('[name="cites_seq"]')?.addEventListener("focus", () => void this.#offerPictures());
    this.#scroller().addEventListener("scroll", () => this.#atFoot() && this.#read());
    this.querySelector("[data-more]")?.addEventListener("click", () => this.#toFoot());
    this.#list().addEventListener("click", (event) => this.#press(event));
  }

  /** The fields of a decision. @returns {(HTMLTextAreaElement|HTMLInputElement)[]} */
  #fields() {
    return [...this.querySelectorAll("[data-decision] [data-label]")].map((field) => /** @type {HTMLTextAreaElement|HTMLInputElement} */ (field));
  }

  #type() {
    return /** @type {HTMLSelectElement} */ (this.querySelector("#quick-type"));
  }

  /** @param {HTMLTextAreaElement} text */
  #typedSlash(text) {
    const rest = decisionLine(text.value);
    const secret = restrictedLine(text.value);
    if (rest !== null) this.#type().value = "DECISION";
    if (secret !== null) setLock(this.#lock(), !this.#lock()?.checked);
    if (rest !== null || secret !== null) {
      text.value = rest ?? secret ?? "";
      text.dispatchEvent(new Event("input")); // what follows may be another of them; the draft is what is left
    }
  }

  /** @returns {HTMLInputElement|null} */
  #lock() {
    return this.querySelector('[data-quick] [name="restricted"]');
  }

  /** The newest entries about the picture, to choose from by number; from the page before, too, when there are few. */
  async #offerPictures() {
    const found = () => [...this.#list().querySelectorAll('[data-seq][data-type="MEDIA"]:not([data-restricted])')];
    if (found().length < OFFERED) await this.#history?.page();
    const rows = found().slice(-OFFERED).reverse();
    this.querySelector("#quick-pictures")?.replaceChildren(...rows.map((row) => {
      const words = row.querySelector(".text")?.textContent?.trim() ?? "";
      return new Option(words.slice(0, 80), /** @type {HTMLElement} */ (row).dataset.seq);
    }));
  }

  /**
   * @param {HTMLTextAreaElement|HTMLInputElement} text
   * @param {string} which
   */
  #keepDraft(text, which) {
    const name = `sightline.draft.${document.body.dataset.user}.${this.#incident()}${which}`;
    const said = this.querySelector("[data-draft]");
    try {
      if (!text.value) text.value = localStorage.getItem(name) ?? "";
      if (which && text.value) this.#type().value = "DECISION";
    } catch {
      return; // storage is closed: the field itself keeps the words
    }
    text.addEventListener("input", () => {
      try {
        if (text.value) localStorage.setItem(name, text.value);
        else localStorage.removeItem(name);
      } catch {
        return;
      }
      if (said) said.textContent = text.value ? `Draft kept ${wallTime(clock.now()).time}` : "";
    });
  }

  #submit() {
    const text = /** @type {HTMLTextAreaElement} */ (this.querySelector("#quick-text"));
    const type = this.#type();
    const locked = lockLine(text.value);
    if (locked && openRestrict(this, locked)) {
      text.value = "";
      text.dispatchEvent(new Event("input"));
      return;
    }
    const line = parseLine(text.value);
    const deciding = type.value === "DECISION" ? this.#fields().filter((field) => field.value.trim()) : [];
    if (!line.text && !deciding.some((field) => field.name !== "cites_seq")) return;
    if (deciding.some((field) => !field.reportValidity())) return;
    const fields = deciding.map((field) => ({ name: field.name, label: String(field.dataset.label), words: field.value.trim() }));
    const at = new Date(clock.now()).toISOString();
    // What was pasted may be longer than an entry: it becomes as many as it needs. A decision stays one, and the server says its limit.
    const pieces = type.value === "DECISION" ? [line.text] : inPieces(line.text);
    const typed = pieces.map((words) => entries.add({ key: newKey(), incident: this.#incident(), type: type.value, text: words, at, corrects: line.corrects, fields, restricted: this.#lock()?.checked ?? false }));
    setLock(this.#lock(), false);
    for (const field of [text, ...deciding]) {
      field.value = "";
      field.dispatchEvent(new Event("input"));
    }
    if (type.value === "DECISION") {
      type.value = "NARRATIVE";
      text.focus({ preventScroll: true }); // its fields are gone from the screen
    }
    for (const entry of typed) this.#draw(entry);
    this.#toFoot();
    sender.send();
    this.#tell();
  }

  /** What became of an entry that was sent from this window. @param {Event} event */
  #heard = (event) => {
    const { entry, html } = /** @type {CustomEvent<{entry: Entry, html: string|null}>} */ (event).detail;
    if (entry.incident !== this.#incident()) return;
    if (html === null) this.#draw(entry);
    else this.#numbered(entry, html);
  };

  /**
   * @param {Entry} entry
   * @param {string} html the numbered entry
   */
  #numbered(entry, html) {
    const row = elementsOf(html).find((element) => element.matches(".log-entry"));
    if (row) this.#add(row);
    else this.#pending(entry.key)?.remove();
    if (row && this.#complete() < Number(row.dataset.seq)) this.#until.ask();
  }

  /** @param {number} seq */
  #renew(seq) {
    if (!this.#numbers().includes(seq)) return;
    this.#stale.add(seq);
    this.#renewing.ask();
  }

  /** Entries that were restricted, or no longer are: each again as this reader may see it now. */
  async #readAnew() {
    for (const seq of [...this.#stale].sort((a, b) => b - a)) {
      if (!this.#stale.has(seq)) continue;
      const many = this.#stale.size > 1; // a page at once, when all of them may have changed
      const rows = await this.#rows(many ? `before=${seq + 1}` : `only=${seq}`);
      if (!rows.length) throw new Error("no answer");
      for (const row of rows) {
        const number = Number(row.dataset.seq);
        if (this.#stale.delete(number)) this.#list().querySelector(`[data-seq="${number}"]`)?.replaceWith(row);
      }
    }
  }

  /** What came after the last entry on this screen. */
  async #fetch() {
    let full = true;
    while (full) {
      const rows = await this.#rows(`after=${this.#complete()}`);
      for (const row of rows) this.#add(row);
      full = rows.length >= Number(this.dataset.page);
    }
  }

  /** @param {string} asked which entries @returns {Promise<HTMLElement[]>} */
  async #rows(asked) {
    const response = await answerOf(`${this.dataset.url}?${asked}`, { headers: { "HX-Request": "true" } });
    return response.ok && !response.redirected ? elementsOf(await response.text()).filter((row) => row.matches(".log-entry")) : [];
  }

  /** The last number before the first hole, so that nothing between two entries is ever skipped. */
  #complete() {
    return complete(this.#numbers(), this.#history?.first ?? 1);
  }

  /** @param {HTMLElement} row */
  #add(row) {
    const list = this.#list();
    const seq = Number(row.dataset.seq);
    const key = row.dataset.key;
    const pending = key ? this.#pending(key) : null;
    if (list.querySelector(`[data-seq="${seq}"]`)) {
      pending?.remove();
      return;
    }
    const reading = !this.#atFoot();
    const height = this.#scroller().scrollTop;
    const next = [...list.querySelectorAll("[data-seq]")].find((other) => Number(/** @type {HTMLElement} */ (other).dataset.seq) > seq);
    const firstPending = list.querySelector('[data-state="pending"], [data-state="failed"]');
    pending?.remove();
    list.insertBefore(row, next ?? (firstPending?.isConnected && firstPending !== pending ? firstPending : null));
    row.dataset.fresh = "";
    setTimeout(() => delete row.dataset.fresh, 2000);
    for (const count of document.querySelectorAll("[data-log-count]")) count.textContent = String(this.#last()); // numbers have no gaps
    if (reading && !pending) {
      this.#scroller().scrollTop = height;
      this.#unread += 1;
      this.#more();
    } else this.#toFoot();
  }

  /**
   * An entry that has no number yet.
   * @param {Entry} entry
   */
  #draw(entry) {
    const template = /** @type {HTMLTemplateElement|null} */ (this.querySelector("template[data-pending]"));
    if (!template) return;
    const old = this.#pending(entry.key);
    const row = /** @type {HTMLElement} */ (/** @type {DocumentFragment} */ (template.content.cloneNode(true)).querySelector(".log-entry"));
    row.dataset.client = entry.key;
    row.dataset.state = entry.state;
    const put = (/** @type {string} */ where, /** @type {string} */ words) => {
      const place = row.querySelector(where);
      if (place) place.textContent = words;
    };
    put(".seq", entry.state === "failed" ? "!" : "–");
    put(".at", wallTime(Date.parse(entry.at)).time);
    put("[data-type]", entry.corrects ? "CORRECTION" : entry.type);
    row.querySelector("[data-lock]")?.toggleAttribute("hidden", !entry.restricted);
    put("[data-text]", entry.corrects ? `Corrects ${entry.corrects}: ${allWords(entry)}` : allWords(entry));
    const words = /** @type {HTMLElement} */ (row.querySelector("[data-words]"));
    if (entry.state === "failed") words.replaceChildren(`${entry.why ?? "Refused by the server."} `, this.#button("Send again", "again"), ", ", this.#button("copy text", "copy"), ", ", this.#button("take away", "drop"), ". ");
    else words.textContent = entry.tries >= MAX_TRIES ? `${entry.why ?? ""} Kept on this terminal, still trying.` : entry.tries ? "Sending. Kept on this terminal, next try in a moment." : "Sending. Kept on this terminal.";
    if (old) old.replaceWith(row);
    else this.#list().append(row);
  }

  /**
   * @param {string} words
   * @param {string} act
   */
  #button(words, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.act = act;
    button.textContent = words;
    return button;
  }

  /** @param {Event} event */
  #press(event) {
    const button = event.target instanceof Element ? /** @type {HTMLElement|null} */ (event.target.closest("[data-act]")) : null;
    const key = /** @type {HTMLElement|null} */ (button?.closest("[data-client]"))?.dataset.client;
    const entry = entries.all().find((one) => one.key === key);
    if (!button || !entry) return;
    if (button.dataset.act === "copy") void navigator.clipboard?.writeText(allWords(entry));
    else if (button.dataset.act === "drop") {
      entries.remove(entry.key);
      this.#pending(entry.key)?.remove();
    } else {
      const kept = entries.again(entry.key);
      if (kept) this.#draw(kept);
      sender.send();
    }
    this.#tell();
  }

  /** @param {string} key @returns {HTMLElement|null} */
  #pending(key) {
    return this.#list().querySelector(`[data-client="${CSS.escape(key)}"]`);
  }

  #atFoot() {
    const scroller = this.#scroller();
    return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 24;
  }

  #toFoot() {
    const scroller = this.#scroller();
    scroller.scrollTop = scroller.scrollHeight;
    this.#read();
  }

  #read() {
    this.#unread = 0;
    this.#more();
  }

  #more() {
    const more = /** @type {HTMLElement|null} */ (this.querySelector("[data-more]"));
    if (!more) return;
    more.hidden = this.#unread === 0;
    const words = more.querySelector("span");
    if (words) words.textContent = `${this.#unread} new`;
  }

  #tell() {
    dispatchEvent(new CustomEvent("sightline:entries"));
  }
}

customElements.define("incident-log", IncidentLog);
export { IncidentLog };
