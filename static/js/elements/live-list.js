// <live-list data-topic data-row>: the queue, kept true by thin events. A row changes by its event alone; one that is new
// or whose words changed is fetched. Order is frozen while the pointer is in the queue or a row has focus, except for the unassigned Immediate, which has its own place.

import { Waiting, placeFor } from "../lib/queue-order.js";
import { rowAfter } from "../lib/queue-row.js";
import { draw } from "../pages/queue-row.js";
import { NO_ID, answerOf, elementsOf, live, untilAnswered } from "../page.js";

/** @typedef {import("../lib/live.js").LiveEvent} LiveEvent */

class LiveList extends HTMLElement {
  #leave = () => {};
  #waiting = new Waiting();
  #rows = untilAnswered((id) => this.#fetch(id));
  #whole = untilAnswered(() => this.#reload());
  /** @type {Set<string>} opened a moment ago: said when their row is there */
  #news = new Set();
  /** @type {Record<string, import("../lib/queue-row.js").Grade>} */
  #grades = {};

  connectedCallback() {
    this.#grades = JSON.parse(this.dataset.grades ?? "{}");
    const seq = this.dataset.seq ? Number(this.dataset.seq) : null;
    this.#leave = live.subscribe(String(this.dataset.topic), {
      event: (event) => this.#take(event),
      reload: () => this.#whole.ask(),
    }, seq);
    this.addEventListener("pointerleave", () => this.#settle());
    this.addEventListener("focusout", () => setTimeout(() => this.#settle()));
    this.querySelector("[data-resort]")?.addEventListener("click", () => this.resort());
  }

  disconnectedCallback() {
    this.#leave();
    this.#rows.stop();
    this.#whole.stop();
  }

  /** Put everything in order now (Q, or a press on the strip). */
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
    rows[Math.min(rows.length - 1, Math.max(0, from + step))]?.focus();
  }

  /** Focus on the row of the open incident, else on the first. */
  enter() {
    this.resort();
    const row = /** @type {HTMLElement|null} */ (this.querySelector('.queue-row[aria-current="true"]') ?? this.querySelector(".queue-row"));
    (row ?? this).focus();
  }

  /** @param {LiveEvent} event */
  #take(event) {
    const id = event.data.incident;
    if (typeof id !== "string") return;
    if (event.kind === "incident.opened" || event.kind === "incident.changed") {
      const row = this.#row(id);
      const fresh = row ? this.#after(row, event) : event.data.status === "CLOSED" ? "gone" : "ask";
      if (fresh === "known") return;
      if (fresh === "gone") this.#change(id, null);
      else if (fresh === "ask") {
        if (event.kind === "incident.opened") this.#news.add(id);
        this.#rows.ask(id);
      }
      else if (row) this.#redraw(id, row, fresh);
    }
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
      const count = section.querySelectorAll(".queue-row").length;
      open += count;
      section.dataset.count = String(count);
      const place = section.querySelector(".count");
      if (place) place.textContent = String(count);
    }
    const total = this.querySelector("[data-open-count]");
    if (total) total.textContent = String(open);
  }

  #foot() {
    const foot = /** @type {HTMLElement|null} */ (this.querySelector(".queue-foot"));
    const words = this.querySelector("[data-foot]");
    if (!foot || !words) return;
    const count = this.#waiting.size;
    foot.toggleAttribute("data-waiting", count > 0);
    words.textContent = count ? `${count} ${count === 1 ? "change" : "changes"}, press Q to re-sort` : "In order";
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

  /** Away too long for catch-up: the whole queue once. */
  async #reload() {
    const response = await answerOf(String(this.dataset.queue), { headers: { "HX-Request": "true" } });
    if (!response.ok || response.redirected) return;
    const fresh = elementsOf(await response.text()).find((element) => element.matches("live-list"));
    const body = this.querySelector(".queue-body");
    const freshBody = fresh?.querySelector(".queue-body");
    if (!body || !freshBody) return;
    for (const row of freshBody.querySelectorAll(".queue-row")) {
      if (/** @type {HTMLElement} */ (row).dataset.incident === this.dataset.current) row.setAttribute("aria-current", "true");
    }
    this.#waiting = new Waiting();
    body.replaceWith(freshBody);
    this.#count();
    this.#foot();
  }
}

customElements.define("live-list", LiveList);
export { LiveList };
