// <units-board data-topic data-url>: every unit by State, live from what the board says: no fetch for a change of State.
// A unit nobody has heard of, a message, or a connection that was away asks for the whole, at most once in two seconds.

import { UnitRows } from "../lib/unit-rows.js";
import { ageWords } from "../lib/place.js";
import { isOld } from "../lib/units.js";
import { ask, clock, eachTick, elementsOf, live, wordsOf } from "../page.js";

const PAUSE = 2000;

class UnitsBoard extends HTMLElement {
  #rows = new UnitRows();
  #leave = () => {};
  #stop = () => {};
  #second = 0;
  /** @type {any} */
  #soon = null;

  connectedCallback() {
    this.#read();
    let first = true;
    this.#leave = live.subscribe(String(this.dataset.topic), {
      ephemeral: (message) => this.#hear(message.kind, message.data),
      event: (event) => { if (["unit.message", "emergency.changed"].includes(event.kind)) this.#later(); },
      reload: () => this.#later(),
    }, Number(this.dataset.seq));
    const unwatch = live.watch((state) => {
      if (state === "up" && !first) this.#later();
      if (state === "up") first = false;
    });
    const untick = eachTick(() => this.#ages());
    this.#stop = () => { unwatch(); untick(); };
    this.addEventListener("click", (event) => this.#click(event));
    this.addEventListener("change", (event) => this.#change(event));
    this.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#send(/** @type {HTMLFormElement} */ (event.target));
    });
    this.addEventListener("keydown", (event) => this.#key(event));
    this.#roving();
  }

  disconnectedCallback() {
    this.#leave();
    this.#stop();
    clearTimeout(this.#soon);
  }

  /** @returns {HTMLElement[]} */
  #items() {
    return /** @type {HTMLElement[]} */ ([...this.querySelectorAll(".unit-row")]);
  }

  /** @param {string} id @returns {HTMLElement|null} */
  #item(id) {
    return this.querySelector(`.unit-row[data-unit="${CSS.escape(id)}"]`);
  }

  #read() {
    this.#rows.replace(this.#items().map((item) => ({
      id: String(item.dataset.unit), callSign: String(item.dataset.sign), state: String(item.dataset.state),
      skills: String(item.dataset.skills).split("|").filter(Boolean), incident: null, serial: null, at: 0,
    })));
  }

  /** @param {string} kind @param {Record<string, any>} data */
  #hear(kind, data) {
    if (kind === "unit.moved") {
      const place = /** @type {HTMLElement|null|undefined} */ (this.#item(String(data.resource))?.querySelector("[data-fix]"));
      if (place) place.dataset.at = String(data.at);
      return;
    }
    if (kind !== "unit.state") return;
    const what = this.#rows.hear(data);
    if (what === "unknown") this.#later();
    else if (what === "moved") this.#place(String(data.resource));
  }

  /** A unit goes to its State's group, in the order of call signs; the row keeps the focus it has. @param {string} id */
  #place(id) {
    const row = this.#rows.byId.get(id);
    const item = this.#item(id);
    if (!row || !item) return;
    const focused = item.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement) : null;
    item.dataset.state = row.state;
    const square = /** @type {HTMLElement|null} */ (item.querySelector(".unit-state"));
    if (square && !item.hasAttribute("data-emergency")) square.dataset.state = square.textContent = row.state;
    const job = item.querySelector("[data-job]");
    if (job) job.replaceChildren(...this.#job(row));
    const since = item.querySelector(".since");
    since?.replaceChildren(Object.assign(document.createElement("live-clock"), { textContent: "00:00" }));
    since?.firstElementChild?.setAttribute("since", new Date(row.at || clock.now()).toISOString());
    const select = item.querySelector("select");
    if (select) select.value = row.state;
    const list = this.querySelector(`[data-group="${CSS.escape(row.state)}"] [data-rows]`);
    if (list && list !== item.parentElement) {
      const others = [...list.children];
      const at = UnitRows.placeIn(row.callSign, others.map((one) => String(/** @type {HTMLElement} */ (one).dataset.sign)));
      list.insertBefore(item, others[at] ?? null);
      focused?.focus();
    }
    this.#count();
  }

  /** @param {import("../lib/unit-rows.js").Row} row @returns {(Node|string)[]} */
  #job(row) {
    if (!row.incident) return [];
    return [Object.assign(document.createElement("a"), { href: `/incidents/${encodeURIComponent(row.incident)}/`, textContent: String(row.serial ?? "") })];
  }

  #count() {
    for (const group of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-group]"))) {
      let shown = 0;
      for (const item of /** @type {NodeListOf<HTMLElement>} */ (group.querySelectorAll(".unit-row"))) {
        const row = this.#rows.byId.get(String(item.dataset.unit));
        item.hidden = !row || !this.#rows.shows(row);
        if (!item.hidden) shown += 1;
      }
      group.dataset.count = String(shown);
      const place = group.querySelector("[data-count-of]");
      if (place) place.textContent = String(shown);
    }
  }

  /** Positions age on the screen, once a second. */
  #ages() {
    const second = Math.floor(clock.now() / 1000);
    if (second === this.#second) return;
    this.#second = second;
    for (const place of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-fix][data-at]"))) {
      const age = clock.now() - Date.parse(String(place.dataset.at));
      const words = ageWords(age);
      if (place.textContent !== words) place.textContent = words;
      place.toggleAttribute("data-old", isOld(age));
    }
  }

  #later() {
    this.#soon ??= setTimeout(() => {
      this.#soon = null;
      void this.#fetch();
    }, PAUSE);
  }

  async #fetch() {
    if (this.querySelector("select:focus, input:focus")) return this.#later(); // nothing changes under a hand
    try {
      const answer = await ask(String(this.dataset.url), { headers: { "HX-Request": "true" } });
      if (!answer.ok || answer.redirected) return;
      const scroll = this.querySelector("[data-units-scroll]");
      const top = scroll?.scrollTop ?? 0;
      const focused = /** @type {HTMLElement|null} */ (document.activeElement?.closest(".unit-row") ?? null)?.dataset.unit;
      for (const part of elementsOf(await answer.text())) this.querySelector(`#${part.id}`)?.replaceWith(part);
      if (scroll) scroll.scrollTop = top;
      this.#read();
      this.#count();
      this.#roving();
      if (focused) this.#item(focused)?.focus();
    } catch {
      // without a connection the ages go on; asked again when it is back
    }
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const button = event.target instanceof Element ? /** @type {HTMLElement|null} */ (event.target.closest("[data-skill]")) : null;
    if (!button) return;
    button.setAttribute("aria-pressed", String(this.#rows.toggle(String(button.dataset.skill))));
    this.#count();
  }

  /** @param {Event} event */
  #change(event) {
    const form = event.target instanceof HTMLSelectElement ? event.target.closest("form") : null;
    if (form) void this.#send(form);
  }

  /** @param {HTMLFormElement} form */
  async #send(form) {
    const heard = this.querySelector("[data-heard]");
    try {
      const answer = await ask(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
      if (!answer.ok) {
        if (heard) heard.textContent = await wordsOf(answer);
        this.#later();
      } else if (heard) heard.textContent = "";
      if (form.closest("[data-messages]")) this.#later();
      const row = /** @type {HTMLElement|null} */ (form.closest(".unit-row"));
      row?.focus();
    } catch {
      if (heard) heard.textContent = "No connection: the State was not set.";
    }
  }

  /** One row is in the order of Tab; J, K and the arrows go on from it. */
  #roving() {
    const items = this.#items();
    if (items.length && !items.some((item) => item.tabIndex === 0)) items[0].tabIndex = 0;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const row = /** @type {HTMLElement|null} */ (event.target);
    if (!row?.matches(".unit-row") || event.altKey || event.ctrlKey || event.metaKey) return;
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter") {
      row.querySelector("select")?.focus();
      event.preventDefault();
    } else if (step) {
      const shown = this.#items().filter((item) => !item.hidden);
      const next = shown[shown.indexOf(row) + step];
      if (next) {
        row.tabIndex = -1;
        next.tabIndex = 0;
        next.focus();
      }
      event.preventDefault();
    }
  }
}

customElements.define("units-board", UnitsBoard);
