// <live-list data-topic data-row>: the queue, kept true by thin events. A row changes by its event alone; one that is new
// or whose words changed is fetched. A page begins with the first rows; the rest comes when it has loaded. Order is frozen while the pointer is in the queue or a row has focus, except for the unassigned Immediate, which has its own place.

import { Waiting, placeFor } from "../lib/queue-order.js";
import { Rest, pressing } from "../lib/queue-rest.js";
import { rowAfter } from "../lib/queue-row.js";
import { keyOf } from "../pages/own-keys.js";
import { draw } from "../pages/queue-row.js";
import { NO_ID, answerOf, elementsOf, live, untilAnswered } from "../page.js";

/** @typedef {import("../lib/live.js").LiveEvent} LiveEvent */

const AT_ONCE = 50; // rows put in place before keys and clocks have their turn

class LiveList extends HTMLElement {
  #leave = () => {};
  #waiting = new Waiting();
  #rows = untilAnswered((id) => this.#fetch(id));
  #queue = untilAnswered(() => this.#fetchQueue());
  /** @type {Set<string>} opened a moment ago: said when their row is there */
  #news = new Set();
  /** @type {Record<string, import("../lib/queue-row.js").Grade>} */
  #grades = {};
  /** @type {Rest|null} while the whole queue is on its way */
  #rest = null;
  /** @type {(body: Element, rest: Rest) => void|Promise<void>} what to do with it */
  #use = () => {};
  /** @type {(() => void)|null} a key that was pressed for a row which is not there yet */
  #then = null;

  connectedCallback() {
    this.#grades = JSON.parse(this.dataset.grades ?? "{}");
    const seq = this.dataset.seq ? Number(this.dataset.seq) : null;
    this.#leave = live.subscribe(String(this.dataset.topic), {
      event: (event) => this.#take(event),
      reload: () => this.#bring((body) => this.#renew(body)),
    }, seq);
    this.addEventListener("pointerleave", () => this.#settle());
    addEventListener("sightline:keys", this.#named);
    this.addEventListener("focusout", () => setTimeout(() => this.#settle()));
    this.querySelector("[data-resort]")?.addEventListener("click", () => this.resort());
    if (this.hasAttribute("data-first")) {
      this.#rest = new Rest();
      this.#count();
      afterLoad(() => this.isConnected && this.#bring((body, rest) => this.#merge(body, rest), this.#rest ?? new Rest()));
    }
  }

  disconnectedCallback() {
    removeEventListener("sightline:keys", this.#named);
    this.#leave();
    this.#rows.stop();
    this.#queue.stop();
  }

  /** Put everything in order now (its key, or a press on the strip). */
  resort() {
    this.#waiting.apply();
    this.#foot();
  }

  /** @param {number} step 1 for the next row, -1 for the previous */
  move(step) {
    const rows = /** @type {HTMLElement[]} */ ([...this.querySelectorAll(".queue-row")]);
    if (!rows.length) return;
    const at = rows.findIndex((row) => row === document.activeElement);
    const from = at >= 0 ? at : rows.findIndex((row) => row.getAttribute("aria-current") === "true");
    if (this.#rest && (step > 0 && from === rows.length - 1 || from < 0 && this.dataset.current)) return this.#later(() => this.move(step));
    rows[Math.min(rows.length - 1, Math.max(0, from + step))]?.focus();
  }

  /** Focus on the row of the open incident, else on the first. */
  enter() {
    this.resort();
    const current = /** @type {HTMLElement|null} */ (this.querySelector('.queue-row[aria-current="true"]'));
    if (this.#rest && !current && this.dataset.current) {
      this.focus();
      return this.#later(() => this.enter());
    }
    (current ?? /** @type {HTMLElement|null} */ (this.querySelector(".queue-row")) ?? this).focus();
  }

  /** Once all rows are there, unless the focus has gone elsewhere. @param {() => void} act */
  #later(act) {
    const at = document.activeElement;
    this.#then = () => document.activeElement === at && act();
  }

  /** @param {LiveEvent} event */
  #take(event) {
    const id = event.data.incident;
    if (typeof id !== "string" || event.kind !== "incident.opened" && event.kind !== "incident.changed") return;
    this.#rest?.hear(event);
    const row = this.#row(id);
    if (!row && this.#rest && !pressing(event, this.#grades)) return; // told again when the rest is here
    const fresh = row ? this.#after(row, event) : event.data.status === "CLOSED" ? "known" : "ask";
    if (fresh === "known") return;
    if (fresh === "gone") this.#change(id, null);
    else if (fresh === "ask") {
      if (event.kind === "incident.opened") this.#news.add(id);
      this.#rows.ask(id);
    } else if (row) this.#redraw(id, row, fresh);
  }

  /** @param {HTMLElement} row @param {LiveEvent} event */
  #after(row, event) {
    const { version, words = "", sort = "", mine } = row.dataset;
    return rowAfter({ version: Number(version), words, sort, mine: mine !== undefined }, /** @type {any} */ (event.data), this.#grades, this.dataset.callSign ?? "");
  }

  /**
   * In its place where it may stay there, else as any changed row.
   * @param {string} id
   * @param {HTMLElement} row
   * @param {import("../lib/queue-row.js").Fresh} fresh
   */
  #redraw(id, row, fresh) {
    if (row.dataset.section === fresh.section && row.dataset.sort === fresh.sort && !this.#waiting.has(id)) {
      draw(row, fresh);
      return;
    }
    const copy = /** @type {HTMLElement} */ (row.cloneNode(true));
    draw(copy, fresh);
    this.#change(id, copy);
  }

  /** @param {string} id */
  async #fetch(id) {
    const response = await answerOf(String(this.dataset.row).replace(NO_ID, id), { headers: { "HX-Request": "true" } });
    if (response.redirected) return;
    if (response.status === 404 || response.status === 410 || response.status === 204) this.#change(id, null);
    if (!response.ok || response.status === 204) return;
    const row = elementsOf(await response.text()).find((element) => element.matches(".queue-row"));
    if (row && Number(this.#row(id)?.dataset.version) > Number(row.dataset.version)) return; // the whole queue came in between
    this.#change(id, row ?? null);
    if (row && this.#news.delete(id)) this.#announce(row);
  }

  /**
   * @param {string} id
   * @param {HTMLElement|null} fresh the new row, or null when it leaves the queue
   */
  #change(id, fresh) {
    const old = this.#row(id);
    if (fresh && id === this.dataset.current) fresh.setAttribute("aria-current", "true");
    const stays = old && fresh && old.dataset.section === fresh.dataset.section && old.dataset.sort === fresh.dataset.sort;
    if (stays) {
      this.#waiting.drop(id); // back where it stands: nothing is to be moved any more
      this.#foot();
      this.#replace(old, fresh);
      return;
    }
    if (fresh?.dataset.section === "unassigned_immediate" || !this.#frozen()) {
      this.#place(id, fresh);
      return;
    }
    if (old && fresh) this.#replace(old, fresh, old.dataset.section, old.dataset.sort); // the words at once, the place later
    this.#waiting.add(id, () => this.#place(id, fresh));
    this.#foot();
  }

  /**
   * New words in the same place, keeping the focus.
   * @param {HTMLElement} old
   * @param {HTMLElement} fresh
   * @param {string} [section]
   * @param {string} [sort]
   */
  #replace(old, fresh, section, sort) {
    const copy = /** @type {HTMLElement} */ (fresh.cloneNode(true));
    if (section !== undefined) copy.dataset.section = section;
    if (sort !== undefined) copy.dataset.sort = sort;
    const focused = document.activeElement === old;
    old.replaceWith(copy);
    if (focused) copy.focus();
  }

  /**
   * @param {string} id
   * @param {HTMLElement|null} fresh
   */
  #place(id, fresh) {
    const old = this.#row(id);
    const focused = old !== null && document.activeElement === old;
    old?.closest('[role="listitem"]')?.remove();
    if (fresh) {
      const rows = this.querySelector(`[data-rows="${fresh.dataset.section}"]`);
      const items = rows ? [...rows.children] : [];
      const keys = items.map((item) => /** @type {HTMLElement} */ (item.firstElementChild)?.dataset.sort ?? "");
      const item = document.createElement("div");
      item.setAttribute("role", "listitem");
      item.append(fresh);
      rows?.insertBefore(item, items[placeFor(keys, fresh.dataset.sort ?? "")] ?? null);
      if (focused) fresh.focus();
    }
    this.#count();
  }

  #count() {
    let open = 0;
    for (const section of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-section][data-count]"))) {
      const more = Number(section.dataset.more ?? 0); // open, but not here
      const rows = /** @type {HTMLElement|null} */ (section.querySelector("[data-rows]"));
      rows?.style.setProperty("--coming", String(this.#rest ? more : 0)); // their place: nothing jumps when they come
      const count = section.querySelectorAll(".queue-row").length + more;
      open += count;
      section.dataset.count = String(count);
      const place = section.querySelector(".count");
      if (place) place.textContent = String(count);
    }
    const total = this.querySelector("[data-open-count]");
    if (total) total.textContent = String(open);
  }

  #named = () => this.#foot(); // its words name a key

  #foot() {
    const foot = /** @type {HTMLElement|null} */ (this.querySelector(".queue-foot"));
    const words = this.querySelector("[data-foot]");
    if (!foot || !words) return;
    const count = this.#waiting.size;
    foot.toggleAttribute("data-waiting", count > 0);
    words.textContent = count ? `${count} ${count === 1 ? "change" : "changes"}, press ${keyOf("queue")} to re-sort` : "In order";
    this.querySelector("[data-resort]")?.setAttribute("tabindex", count ? "0" : "-1");
  }

  /** @param {HTMLElement} row */
  #announce(row) {
    const place = this.querySelector("[data-announce]");
    if (place && row.dataset.section === "unassigned_immediate") {
      place.textContent = `New unassigned immediate: ${row.querySelector(".title")?.textContent?.replace(/\s+/g, " ").trim() ?? ""}`;
    }
  }

  #frozen() {
    return this.matches(":hover") || this.contains(document.activeElement);
  }

  #settle() {
    if (!this.#frozen() && this.#waiting.size) this.resort();
  }

  /** @param {string} id @returns {HTMLElement|null} */
  #row(id) {
    return this.querySelector(`.queue-row[data-incident="${CSS.escape(id)}"]`);
  }

  /**
   * The whole queue, asked for until it comes. What is heard meanwhile is told again afterwards.
   * @param {(body: Element, rest: Rest) => void|Promise<void>} use
   * @param {Rest} [rest]
   */
  #bring(use, rest = new Rest()) {
    this.#rest = rest;
    this.#use = use;
    this.#queue.ask();
  }

  async #fetchQueue() {
    const rest = this.#rest;
    const response = await answerOf(String(this.dataset.queue), { headers: { "HX-Request": "true" } });
    if (!response.ok || response.redirected) return; // signed out: the page says so
    const body = elementsOf(await response.text()).find((element) => element.matches("live-list"))?.querySelector(".queue-body");
    if (!rest || rest !== this.#rest || !body) return;
    await this.#use(body, rest);
    if (rest === this.#rest) this.#whole(rest);
  }

  /** All rows are here. @param {Rest} rest */
  #whole(rest) {
    this.#rest = null;
    this.querySelector("[data-queue-more]")?.remove();
    for (const event of rest.drain()) this.#take(event);
    this.#count();
    this.#foot();
    const then = this.#then;
    this.#then = null;
    then?.();
  }

  /** The rows that are not here yet, under those that are. @param {Element} body @param {Rest} rest */
  async #merge(body, rest) {
    const parts = /** @type {HTMLElement[]} */ ([...body.querySelectorAll("[data-section][data-count]")]);
    for (const part of parts) {
      const section = /** @type {HTMLElement|null} */ (this.querySelector(`[data-count][data-section="${part.dataset.section}"]`));
      const items = [...(part.querySelector("[data-rows]")?.children ?? [])];
      const coming = () => {
        const here = new Set([...this.querySelectorAll(".queue-row")].map((row) => /** @type {HTMLElement} */ (row).dataset.incident));
        return items.filter((item) => !here.has(idOf(item))).length;
      };
      if (section) section.dataset.more = String(Number(part.dataset.more) + coming());
      while (items.length && section) {
        for (const item of items.splice(0, AT_ONCE)) this.#join(item, rest);
        section.dataset.more = String(Number(part.dataset.more) + coming());
        this.#count();
        await new Promise((resolve) => setTimeout(resolve));
        if (rest !== this.#rest) return;
      }
    }
  }

  /** @param {Element} item of the answer @param {Rest} rest */
  #join(item, rest) {
    const fresh = /** @type {HTMLElement} */ (item.firstElementChild);
    const id = idOf(item);
    const shown = this.#row(id);
    if (!rest.takes(id, Number(fresh.dataset.version), shown ? Number(shown.dataset.version) : null)) return;
    const rows = this.querySelector(`[data-rows="${fresh.dataset.section}"]`);
    const last = /** @type {HTMLElement|null|undefined} */ (rows?.lastElementChild?.firstElementChild);
    if (shown || (last?.dataset.sort ?? "") > String(fresh.dataset.sort)) return this.#change(id, fresh);
    if (id === this.dataset.current) fresh.setAttribute("aria-current", "true");
    rows?.append(item); // under all others: nothing moves under the pointer
  }

  /** Away too long for catch-up: everything anew. @param {Element} body */
  #renew(body) {
    const row = this.dataset.current ? body.querySelector(`.queue-row[data-incident="${CSS.escape(this.dataset.current)}"]`) : null;
    row?.setAttribute("aria-current", "true");
    this.#waiting = new Waiting();
    this.querySelector(".queue-body")?.replaceWith(body);
  }
}

/** The incident of a list's item. @param {Element} item */
const idOf = (item) => String(/** @type {HTMLElement|null} */ (item.firstElementChild)?.dataset.incident);

/** When the page has what it shows first. @param {() => void} act */
function afterLoad(act) {
  const soon = () => (typeof requestIdleCallback === "function" ? requestIdleCallback(() => act(), { timeout: 500 }) : setTimeout(act, 50));
  if (document.readyState === "complete") soon();
  else addEventListener("load", soon, { once: true });
}

customElements.define("live-list", LiveList);
export { LiveList };
