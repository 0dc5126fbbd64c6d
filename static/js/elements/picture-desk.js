// <picture-desk>: marks, descriptions, pointing and requests of one session. Sheets open over the panel's foot; what was
// sent keeps its own key and goes again until the server has it. Boxes lie over the picture, never in it.

import { duration } from "../lib/clock.js";
import { laid, stepped, toFrame } from "../lib/point.js";
import { fits } from "../lib/too-long.js";
import { ask, clock, eachTick, elementsOf, newKey, wordsOf } from "../page.js";
import { StillBox } from "./still-box.js";

/** @typedef {import("./live-video.js").LiveVideo} LiveVideo */

const SHOWN_FOR = 8000; // ms round its moment that a box is drawn: people move
const TRIES = 6;

class PictureDesk extends HTMLElement {
  /** @type {HTMLElement} */
  #panel = document.body;
  #stopTicking = () => {};
  /** @type {HTMLElement|null} */
  #over = null;
  /** @type {{x: number, y: number}|null} the cross-hair, while pointing */
  #aim = null;
  #moment = 0;
  #key = "";
  /** @type {Blob|null} */
  #still = null;
  /** @type {StillBox|null} */
  #frozen = null;
  #fetching = false;
  #again = false;

  connectedCallback() {
    this.#panel = /** @type {HTMLElement} */ (this.closest(".panel") ?? document.body);
    this.#panel.addEventListener("click", this.#tool);
    document.addEventListener("sightline:noted", this.#noted);
    this.addEventListener("keydown", (event) => this.#pressed(event));
    this.addEventListener("click", (event) => this.#clicked(event));
    for (const [name, send] of Object.entries({ "mark-form": () => this.#mark(), "describe-form": (/** @type {SubmitEvent} */ event) => this.#describe(event), "point-form": () => this.#free() })) {
      this.querySelector(`[data-${name}]`)?.addEventListener("submit", (event) => {
        event.preventDefault();
        void send(/** @type {SubmitEvent} */ (event));
      });
    }
    for (const radio of this.querySelectorAll("[name=kind]")) radio.addEventListener("change", () => this.#kind());
    const canvas = /** @type {HTMLCanvasElement|null} */ (this.querySelector("canvas[data-still]"));
    this.#frozen = canvas && new StillBox(canvas);
    this.#stage();
    this.#stopTicking = eachTick(() => this.#draw());
    void this.#fetch();
  }

  disconnectedCallback() {
    this.#panel.removeEventListener("click", this.#tool);
    document.removeEventListener("sightline:noted", this.#noted);
    this.#stopTicking();
    this.#over?.remove();
  }

  /** @returns {LiveVideo|null} */
  get #video() {
    return this.#panel.querySelector("live-video");
  }

  /** A layer of ours over the picture. */
  #stage() {
    const video = this.#video;
    if (!video) return;
    this.#over = document.createElement("div");
    this.#over.className = "picture-over";
    video.append(this.#over);
    this.#over.addEventListener("click", (event) => this.#aimAt(event));
  }

  #tool = (/** @type {Event} */ event) => {
    const button = event.target instanceof Element ? /** @type {HTMLElement|null} */ (event.target.closest("[data-tool]")) : null;
    const name = button?.dataset.tool ?? "";
    if (!button || !this.#sheet(name)) return;
    if (button.getAttribute("aria-expanded") === "true") this.#close();
    else void this.#open(name, button);
  };

  /** @param {string} name @returns {HTMLElement|null} */
  #sheet(name) {
    return /^[a-z]+$/.test(name) ? this.querySelector(`[data-sheet="${name}"]`) : null;
  }

  /** @param {string} name @param {HTMLElement} button */
  async #open(name, button) {
    const video = this.#video;
    const still = name === "describe" ? await video?.still() : null;
    if (name !== "ask" && !video?.framesDrawn) return this.#refuse("There is no picture yet.");
    if (name === "point" && video?.looking) return this.#refuse("Pointing works in the live picture. Go back to live first.");
    this.#close();
    this.#moment = video?.moment ?? clock.now();
    this.#key = newKey();
    const sheet = /** @type {HTMLElement} */ (this.#sheet(name));
    sheet.hidden = false;
    button.setAttribute("aria-expanded", "true");
    for (const place of sheet.querySelectorAll("[data-moment]")) place.textContent = this.#at(this.#moment);
    if (name === "describe") {
      this.#still = still ?? null;
      await this.#frozen?.show(this.#still);
    }
    if (name === "point") this.#aim = { x: 0.5, y: 0.5 };
    this.#over?.toggleAttribute("data-pointing", name === "point");
    this.#draw();
    const first = /** @type {HTMLElement|null} */ (name === "point" ? this.#crosshair() : sheet.querySelector("input:not([type=radio]), select, button:not([data-close])"));
    setTimeout(() => first?.focus(), 0); // after the key that opened it
  }

  #close() {
    for (const sheet of this.querySelectorAll("[data-sheet]")) /** @type {HTMLElement} */ (sheet).hidden = true;
    for (const button of this.#panel.querySelectorAll('[data-tool][aria-expanded="true"]')) {
      button.setAttribute("aria-expanded", "false");
      /** @type {HTMLElement} */ (button).focus({ preventScroll: true });
    }
    this.#aim = null;
    this.#over?.removeAttribute("data-pointing");
    this.#draw();
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const sheet = /** @type {HTMLElement|null} */ (this.querySelector("[data-sheet]:not([hidden])"));
    if (!sheet) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      event.preventDefault();
      return this.#close();
    }
    if (event.key === "Enter" && event.ctrlKey) return sheet.querySelector("form")?.requestSubmit();
    const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    if (typing || event.ctrlKey || event.altKey || event.metaKey || !/^[1-9]$/.test(event.key)) return;
    const button = /** @type {HTMLElement|undefined} */ (sheet.querySelectorAll("[data-phrase], [data-request]")[Number(event.key) - 1]);
    if (!button) return;
    event.preventDefault();
    event.stopPropagation();
    button.click();
  }

  /** @param {Event} event */
  #clicked(event) {
    const button = event.target instanceof Element ? /** @type {HTMLElement|null} */ (event.target.closest("button")) : null;
    if (!button) return;
    const { phrase, request, moment, withdraw } = button.dataset;
    if ("close" in button.dataset) this.#close();
    else if (phrase) void this.#prompt({ kind: "point", phrase });
    else if (request) void this.#prompt({ kind: request });
    else if (withdraw) void this.#send(withdraw, () => new FormData());
    else if (moment) /** @type {any} */ (this.#panel.querySelector("video-rewind"))?.go(Number(moment) * 1000);
  }

  // --- marks ----------------------------------------------------------------------------------------------------------

  async #mark() {
    const note = /** @type {HTMLInputElement} */ (this.querySelector("#mark-note"));
    if (!fits(note)) return;
    const [key, moment, words] = [this.#key, this.#moment, note.value];
    this.#close();
    const said = await this.#send(String(this.dataset.mark), () => form({ key, moment, note: words }));
    if (said === "") note.value = "";
    else this.#refuse(`Not marked: ${said}`);
  }

  // --- descriptions ---------------------------------------------------------------------------------------------------

  #kind() {
    const kind = /** @type {HTMLInputElement|null} */ (this.querySelector("[name=kind]:checked"))?.value;
    for (const set of /** @type {NodeListOf<HTMLFieldSetElement>} */ (this.querySelectorAll("fieldset[data-kind]"))) set.hidden = set.disabled = set.dataset.kind !== kind;
  }

  /** @param {SubmitEvent} event */
  async #describe(event) {
    const sheet = /** @type {HTMLFormElement} */ (this.querySelector("[data-describe-form]"));
    const body = new FormData(sheet);
    body.delete("later");
    const later = event.submitter instanceof HTMLButtonElement && event.submitter.name === "later";
    if (!later) body.set("finished", "on");
    body.set("key", this.#key);
    body.set("moment", String(this.#moment));
    if (this.#still) body.set("image", this.#still, "moment.png");
    for (const [name, value] of Object.entries(this.#frozen?.box ?? {})) body.set(`box_${name}`, String(value));
    const trouble = /** @type {HTMLElement} */ (sheet.querySelector("[data-trouble]"));
    trouble.textContent = "Saving";
    const said = await this.#send(String(this.dataset.describe), () => body);
    trouble.textContent = said;
    if (said) return;
    sheet.reset();
    this.#kind();
    this.#close();
    document.body.dispatchEvent(new CustomEvent("evidence-changed"));
  }

  // --- pointing and asking --------------------------------------------------------------------------------------------

  #crosshair() {
    return this.#over?.querySelector(".crosshair") ?? null;
  }

  /** @param {MouseEvent} event */
  #aimAt(event) {
    const [size, area] = [this.#frame(), this.#over?.getBoundingClientRect()];
    if (!this.#aim || !size || !area) return;
    const at = toFrame({ x: event.clientX - area.left, y: event.clientY - area.top }, area, size, "contain");
    if (!at) return;
    this.#aim = at;
    this.#draw();
    this.#toPhrases();
  }

  #toPhrases() {
    /** @type {HTMLElement|null} */ (this.querySelector("[data-sheet=point] [data-phrase]"))?.focus({ preventScroll: true });
  }

  /** @param {KeyboardEvent} event */
  #aimKey(event) {
    if (!this.#aim) return;
    const next = stepped(this.#aim, event.key, event.shiftKey);
    if (next) this.#aim = next;
    else if (event.key === "Enter") this.#toPhrases();
    else return this.#pressed(event);
    event.preventDefault();
    event.stopPropagation();
    this.#draw();
  }

  #frame() {
    const video = this.#video?.video;
    return video?.videoWidth ? { width: video.videoWidth, height: video.videoHeight } : null;
  }

  async #free() {
    const field = /** @type {HTMLInputElement} */ (this.querySelector("#point-text"));
    if (!field.value.trim() || !fits(field)) return;
    if (await this.#prompt({ kind: "point", text: field.value })) field.value = "";
  }

  /** @param {Record<string, string>} what @returns {Promise<boolean>} whether it was taken */
  async #prompt(what) {
    const frame = this.#frame();
    /** @type {Record<string, number>} */
    const at = what.kind === "point" && this.#aim && frame ? { x: this.#aim.x, y: this.#aim.y, frame: frame.width / frame.height } : {};
    const key = newKey();
    this.#close();
    const said = await this.#send(String(this.dataset.prompt), () => form({ key, ...what, ...at }));
    if (said) this.#refuse(`Not shown to the caller: ${said}`);
    return said === "";
  }

  // --- what the server knows --------------------------------------------------------------------------------------------

  #noted = (/** @type {Event} */ event) => {
    const { session, what } = /** @type {CustomEvent} */ (event).detail;
    if (session !== this.dataset.session) return;
    void this.#fetch();
    if (what === "described") document.body.dispatchEvent(new CustomEvent("live-video-described"));
  };

  async #fetch() {
    if (this.#fetching) {
      this.#again = true;
      return;
    }
    this.#fetching = true;
    try {
      const response = await ask(String(this.dataset.notes), { headers: { "HX-Request": "true" } });
      if (response.ok && !response.redirected) this.querySelector("[data-notes-list]")?.replaceChildren(...elementsOf(await response.text()));
      const began = /** @type {HTMLElement|null} */ (this.querySelector("[data-first-frame]"))?.dataset.firstFrame;
      if (began) this.dataset.began = began;
      const words = this.querySelector("[data-prompt-words]")?.textContent ?? "";
      const said = this.querySelector("[data-said]");
      if (said && said.textContent !== words) said.textContent = words;
      this.#draw();
    } catch {
      // the next event asks again
    } finally {
      this.#fetching = false;
      if (this.#again) {
        this.#again = false;
        void this.#fetch();
      }
    }
  }

  /** @param {number} moment */
  #at(moment) {
    return this.dataset.began ? duration(Math.max(0, (moment - Number(this.dataset.began)) / 1000)) : "";
  }

  #draw() {
    const [over, frame] = [this.#over, this.#frame()];
    if (!over) return;
    if (!frame) return over.replaceChildren();
    const place = laid(over.getBoundingClientRect(), frame, "contain");
    const moment = this.#video?.moment ?? 0;
    const boxes = /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-box]"));
    const wanted = [...boxes].filter((one) => Math.abs(Number(one.dataset.at) - moment) < SHOWN_FOR);
    const drawn = [...over.querySelectorAll(".described-box")];
    wanted.forEach((one, at) => this.#drawBox(/** @type {HTMLElement|undefined} */ (drawn[at]), one, place));
    for (const extra of drawn.slice(wanted.length)) extra.remove();
    this.#drawAim(over, place);
  }

  /** @param {HTMLElement|undefined} box @param {HTMLElement} one @param {{left: number, top: number, width: number, height: number}} place */
  #drawBox(box, one, place) {
    const shown = box ?? document.createElement("div");
    shown.className = "described-box";
    shown.toggleAttribute("data-finished", "finished" in one.dataset);
    if (shown.dataset.label !== one.dataset.label) shown.dataset.label = one.dataset.label;
    const share = (/** @type {string} */ name) => Number(one.dataset[name]);
    Object.assign(shown.style, {
      left: `${place.left + share("x") * place.width}px`, top: `${place.top + share("y") * place.height}px`,
      width: `${share("width") * place.width}px`, height: `${share("height") * place.height}px`,
    });
    if (!box) this.#over?.append(shown);
  }

  /** @param {HTMLElement} over @param {{left: number, top: number, width: number, height: number}} place */
  #drawAim(over, place) {
    let cross = /** @type {HTMLElement|null} */ (over.querySelector(".crosshair"));
    if (!this.#aim) return void cross?.remove();
    if (!cross) {
      cross = document.createElement("button");
      cross.className = "crosshair";
      cross.setAttribute("type", "button");
      cross.setAttribute("aria-label", "Cross-hair. Arrow keys move it, Enter sets it, a digit sends a phrase.");
      cross.addEventListener("keydown", (event) => this.#aimKey(event));
      over.append(cross);
    }
    Object.assign(cross.style, { left: `${place.left + this.#aim.x * place.width}px`, top: `${place.top + this.#aim.y * place.height}px` });
  }

  // --- sending ---------------------------------------------------------------------------------------------------------

  /**
   * The same key goes again until the server has it.
   * @param {string} url @param {() => FormData} body
   * @returns {Promise<string>} "" when it was taken, else why not
   */
  async #send(url, body) {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const response = await ask(url, { method: "POST", body: body(), headers: { Accept: "application/json" } });
        if (response.ok && !response.redirected) {
          void this.#fetch();
          return "";
        }
        if (response.status < 500 || attempt >= TRIES) return await wordsOf(response);
      } catch {
        if (attempt >= TRIES) return "no connection. Try it again.";
      }
      await new Promise((resolve) => setTimeout(resolve, 1000 * attempt));
    }
  }

  /** @param {string} words */
  #refuse(words) {
    dispatchEvent(new CustomEvent("sightline:refused", { detail: { words } }));
  }
}

/** @param {Record<string, string|number>} fields */
function form(fields) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.set(name, String(value));
  return body;
}

customElements.define("picture-desk", PictureDesk);
export { PictureDesk };
