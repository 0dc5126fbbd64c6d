// <position-check data-url="/readyz">: is this position ready to take a call? Asked when the page opens and each minute.

import { alarmSound } from "../lib/alarm-sound.js";
import { clock, live } from "../page.js";
import { system } from "../pages/system.js";
import { wallTime } from "../lib/clock.js";

/** Which part of the server's answer a line speaks of. @type {Record<string, string[]>} */
const PARTS = { database: ["database"], media: ["media", "media_engine"], storage: ["storage", "evidence", "evidence_store"], relay: ["relay"] };

class PositionCheck extends HTMLElement {
  /** @type {any} */
  #timer = null;
  #unwatch = () => {};
  #unwatchSound = () => {};

  connectedCallback() {
    this.#unwatch = system.watch(() => {
      const words = { up: `${live.latency ?? "–"} ms`, late: "every 5 s", down: "not live", joining: "" }[system.link];
      if (words) this.#say("live", system.link === "up", words);
    });
    live.timeListeners.add(this.#heardTime);
    this.#unwatchSound = alarmSound.watch(() => {
      const words = { on: "can be heard", off: "off: press any key", none: "this browser has none" };
      this.#say("sound", alarmSound.state === "on", words[alarmSound.state]);
    });
    void this.#check();
    this.#timer = setInterval(() => void this.#check(), 60_000);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
    this.#unwatch();
    this.#unwatchSound();
    live.timeListeners.delete(this.#heardTime);
  }

  #heardTime = () => {
    const off = Math.abs(Date.now() - clock.now()) / 1000;
    this.#say("clock", off < 2, `${off.toFixed(off < 10 ? 3 : 0)} s from server`);
  };

  async #check() {
    /** @type {Record<string, string>} */
    let parts = {};
    try {
      const response = await fetch(this.dataset.url ?? "/readyz", { cache: "no-store" });
      parts = (await response.json()).parts ?? {};
    } catch {
      parts = {};
    }
    for (const [line, names] of Object.entries(PARTS)) {
      const word = names.map((name) => parts[name]).find((value) => value !== undefined);
      if (word === undefined) this.#say(line, null, "unknown");
      else this.#say(line, word === "none set up" ? null : word === "ok", word === "ok" ? "answers" : word);
    }
    const time = this.querySelector("[data-checked]");
    if (time) time.textContent = wallTime(clock.now()).time;
  }

  /**
   * @param {string} line
   * @param {boolean|null} ok
   * @param {string} words
   */
  #say(line, ok, words) {
    const item = /** @type {HTMLElement|null} */ (this.querySelector(`[data-check="${line}"]`));
    if (!item) return;
    item.dataset.ok = ok === null ? "unknown" : String(ok);
    const use = item.querySelector("use");
    use?.setAttribute("href", (use.getAttribute("href") ?? "").replace(/#.*/, ok === false ? "#warning" : "#check"));
    const small = item.querySelector("small");
    if (small && small.textContent !== words) small.textContent = words;
  }
}

customElements.define("position-check", PositionCheck);
