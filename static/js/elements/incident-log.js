// <incident-log>: the log of one incident. An entry typed here is on the screen at once, kept on this terminal, and sent
// with its own key until the server has numbered it; entries of others come by live events and never move the page.

import { allWords, bodyOf, decisionLine, parseLine, waitAfter, MAX_TRIES } from "../lib/entries.js";
import { wallTime } from "../lib/clock.js";
import { ask, clock, elementsOf, entries, live, newKey, wordsOf } from "../page.js";

/** @typedef {import("../lib/entries.js").Entry} Entry */

class IncidentLog extends HTMLElement {
  #leave = () => {};
  #unwatch = () => {};
  #fetching = false;
  #again = false;
  #unread = 0;
  /** @type {Map<string, any>} timers of entries that wait for their next try */
  #timers = new Map();
  /** @type {Set<string>} */
  #sending = new Set();

  connectedCallback() {
    const seq = this.dataset.seq ? Number(this.dataset.seq) : null;
    this.#leave = live.subscribe(String(this.dataset.topic), {
      event: (event) => {
        if (event.kind === "log.appended" && event.data.entry_seq > this.#last()) void this.#fetch();
      },
      reload: () => void this.#fetch(),
    }, seq);
    this.#unwatch = live.watch((state) => state === "up" && this.#sendAll());
    this.#wire();
    for (const entry of entries.all(this.#incident())) this.#draw(entry);
    this.#sendAll();
    this.#toFoot();
    // On a desk the next thing is nearly always an entry; on a phone the keyboard would cover the page.
    if (matchMedia("(min-width: 1024px)").matches && document.activeElement === document.body && !location.hash) this.enter();
  }

  disconnectedCallback() {
    this.#leave();
    this.#unwatch();
    for (const timer of this.#timers.values()) clearTimeout(timer);
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

  #last() {
    return Math.max(0, ...[...this.#list().querySelectorAll("[data-seq]")].map((row) => Number(/** @type {HTMLElement} */ (row).dataset.seq)));
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
      text.addEventListener("input", () => this.#typedDecision(text));
    }
    for (const field of this.#fields()) this.#keepDraft(field, `.${field.name}`);
    this.querySelector('[name="cites_seq"]')?.addEventListener("focus", () => this.#offerPictures());
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
  #typedDecision(text) {
    const rest = decisionLine(text.value);
    if (rest === null) return;
    this.#type().value = "DECISION";
    text.value = rest;
  }

  /** The newest entries about the picture, to choose from by number. */
  #offerPictures() {
    const rows = [...this.#list().querySelectorAll('[data-seq][data-type="MEDIA"]')].slice(-20).reverse();
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
    const line = parseLine(text.value);
    const deciding = type.value === "DECISION" ? this.#fields().filter((field) => field.value.trim()) : [];
    if (!line.text && !deciding.some((field) => field.name !== "cites_seq")) return;
    if (deciding.some((field) => !field.reportValidity())) return;
    const fields = deciding.map((field) => ({ name: field.name, label: String(field.dataset.label), words: field.value.trim() }));
    const at = new Date(clock.now()).toISOString();
    const entry = entries.add({ key: newKey(), incident: this.#incident(), type: type.value, text: line.text, at, corrects: line.corrects, fields });
    for (const field of [text, ...deciding]) {
      field.value = "";
      field.dispatchEvent(new Event("input"));
    }
    if (type.value === "DECISION") {
      type.value = "NARRATIVE";
      text.focus({ preventScroll: true }); // its fields are gone from the screen
    }
    this.#draw(entry);
    this.#toFoot();
    void this.#send(entry);
    this.#tell();
  }

  #sendAll() {
    for (const entry of entries.all(this.#incident())) if (entry.state === "pending") void this.#send(entry);
  }

  /** @param {Entry} entry */
  async #send(entry) {
    if (this.#sending.has(entry.key)) return;
    this.#sending.add(entry.key);
    clearTimeout(this.#timers.get(entry.key));
    /** @type {{retry: boolean, why: string}|null} */
    let refused = null;
    try {
      const response = await ask(String(this.dataset.url), { method: "POST", body: bodyOf(entry), headers: { Accept: "application/json, text/html" } });
      if (response.ok && !response.redirected) this.#numbered(entry, await response.text());
      else refused = { retry: response.status >= 500 || response.status === 429, why: await wordsOf(response) };
    } catch {
      refused = { retry: true, why: "No connection." };
    }
    this.#sending.delete(entry.key);
    if (refused) this.#refused(entry, refused);
    this.#tell();
  }

  /**
   * @param {Entry} entry
   * @param {{retry: boolean, why: string}} refused
   */
  #refused(entry, refused) {
    const kept = entries.tried(entry.key, refused);
    if (!kept) return;
    this.#draw(kept);
    if (kept.state === "pending") this.#timers.set(kept.key, setTimeout(() => void this.#send(kept), waitAfter(kept.tries)));
  }

  /**
   * @param {Entry} entry
   * @param {string} html the numbered entry
   */
  #numbered(entry, html) {
    entries.remove(entry.key);
    const row = elementsOf(html).find((element) => element.matches(".log-entry"));
    if (row) this.#add(row);
    else this.#pending(entry.key)?.remove();
    if (row && this.#complete() < Number(row.dataset.seq)) void this.#fetch();
  }

  /** What came after the last entry on this screen. */
  async #fetch() {
    if (this.#fetching) {
      this.#again = true;
      return;
    }
    this.#fetching = true;
    try {
      const response = await ask(`${this.dataset.url}?after=${this.#complete()}`, { headers: { "HX-Request": "true" } });
      if (response.ok && !response.redirected) for (const row of elementsOf(await response.text())) if (row.matches(".log-entry")) this.#add(row);
    } catch {
      // no connection: the catch-up after reconnecting asks again
    } finally {
      this.#fetching = false;
      if (this.#again) {
        this.#again = false;
        void this.#fetch();
      }
    }
  }

  /** The last number before the first hole, so that nothing between two entries is ever skipped. */
  #complete() {
    const seen = new Set([...this.#list().querySelectorAll("[data-seq]")].map((row) => Number(/** @type {HTMLElement} */ (row).dataset.seq)));
    let last = 0;
    while (seen.has(last + 1)) last += 1;
    return last;
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
    for (const count of document.querySelectorAll("[data-log-count]")) count.textContent = String(list.querySelectorAll("[data-seq]").length);
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
      entries.again(entry.key);
      const kept = entries.all().find((one) => one.key === entry.key);
      if (kept) {
        this.#draw(kept);
        void this.#send(kept);
      }
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
