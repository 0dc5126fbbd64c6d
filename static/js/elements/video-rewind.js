// <video-rewind data-session data-ledger data-start>: the gap ledger of a running call, and looking back in it. The live
// picture goes on in a corner; nothing is fetched, and nobody is said to look back, before somebody does.

import { Film } from "../lib/film.js";
import { behindWords, LIVE_WITHIN, markBeside, markWords, STEP, withGaps } from "../lib/rewind.js";
import { wallTime } from "../lib/clock.js";
import { ask, clock, eachTick, wordsOf } from "../page.js";

/** @typedef {import("../lib/rewind.js").Mark} Mark */
/** @typedef {import("./gap-ledger.js").GapLedger} GapLedger */
/** @typedef {{rewind: string, ended: boolean, parts: import("../lib/rewind.js").Part[], marks: Mark[], ledger: import("../lib/ledger.js").Line}} Overview */

const LEDGER_EVERY = 3000; // ms, while the page is seen
const OVERVIEW_EVERY = 2000; // ms, while somebody looks back
const FRAME = 1 / 30; // s

class VideoRewind extends HTMLElement {
  /** @type {Film|null} */
  #film = null;
  /** @type {string} id of the open rewind */
  #rewind = "";
  /** @type {Mark[]} */
  #marks = [];
  #starting = false;
  #stopTicking = () => {};
  /** @type {ReturnType<typeof setInterval>|undefined} */
  #timer;
  #asked = -Infinity;

  connectedCallback() {
    this.#panel = /** @type {HTMLElement} */ (this.closest(".panel") ?? document.body);
    this.addEventListener("ledger-seek", (event) => {
      const { moment, live } = /** @type {CustomEvent} */ (event).detail;
      if (live) this.live();
      else void this.go(moment);
    });
    for (const button of this.querySelectorAll("[data-act]")) button.addEventListener("click", () => this.#act(String(/** @type {HTMLElement} */ (button).dataset.act)));
    this.#panel.addEventListener("keydown", this.#key);
    this.#panel.addEventListener("click", this.#tool);
    this.#stopTicking = eachTick(() => this.#tick());
    addEventListener("pagehide", this.#bye);
    void this.#askLedger();
  }

  disconnectedCallback() {
    this.#panel.removeEventListener("keydown", this.#key);
    this.#panel.removeEventListener("click", this.#tool);
    removeEventListener("pagehide", this.#bye);
    this.#stopTicking();
    this.live();
  }

  /** @type {HTMLElement} what the keys and the tools belong to */
  #panel = document.body;

  get #stage() {
    return /** @type {import("./live-video.js").LiveVideo|null} */ (this.#panel.querySelector("live-video"));
  }

  /** @type {HTMLVideoElement|null} the earlier picture, over the live one, while somebody looks back */
  #video = null;

  /** @returns {HTMLVideoElement} */
  #over() {
    const video = document.createElement("video");
    video.dataset.back = "";
    video.playsInline = video.muted = video.disablePictureInPicture = true;
    video.setAttribute("aria-label", "Earlier picture from the recording");
    this.#stage?.querySelector("video")?.after(video);
    return video;
  }

  get #ledger() {
    return /** @type {GapLedger|null} */ (this.querySelector("gap-ledger"));
  }

  /** The moment that is shown, ms; null while it is the live picture. */
  get moment() {
    return this.#film?.moment ?? null;
  }

  /** Show the picture of this moment. @param {number} moment ms */
  async go(moment) {
    if (moment > clock.now() - LIVE_WITHIN) return this.live();
    if (!this.#film && !(await this.#start())) return;
    this.#film?.seek(moment);
    void this.#video?.play().catch(() => {});
    this.#tick();
  }

  /** Back to the live picture. */
  live() {
    const { film, rewind } = { film: this.#film, rewind: this.#rewind };
    this.#film = null;
    this.#rewind = "";
    clearInterval(this.#timer);
    film?.close();
    if (rewind) void ask(this.#address(rewind, "stop/"), { method: "POST", keepalive: true }).catch(() => {});
    this.#shown(false);
    this.#video?.remove();
    this.#video = null;
  }

  #bye = () => this.live();

  /** @returns {Promise<boolean>} */
  async #start() {
    if (this.#starting) return false;
    this.#starting = true;
    try {
      const response = await ask(String(this.dataset.start), { method: "POST" });
      if (!response.ok) {
        this.#say("[data-trouble]", await wordsOf(response));
        return false;
      }
      const video = this.#video = this.#over();
      /** @type {Overview} */
      const overview = await response.json();
      this.#rewind = overview.rewind;
      this.#film = new Film(video, { rows: (part, first) => this.#rows(part, first), bytes: (part, from, to) => this.#bytes(part, from, to) }, (why) => this.#say("[data-trouble]", `This moment cannot be shown: ${why.message}.`));
      this.#take(overview);
      this.#timer = setInterval(() => void this.#askOverview(), OVERVIEW_EVERY);
      this.#shown(true);
      return true;
    } catch {
      this.#say("[data-trouble]", "The server cannot be reached. The live picture is not affected.");
      return false;
    } finally {
      this.#starting = false;
    }
  }

  /** @param {boolean} on */
  #shown(on) {
    const stage = this.#stage;
    const video = this.#video;
    this.toggleAttribute("data-open", on);
    if (stage) {
      stage.toggleAttribute("data-rewound", on);
      this.#hear(stage.video, on);
      stage.looking = on && video ? { video, moment: () => this.moment ?? clock.now() } : null;
    }
    const bar = /** @type {HTMLElement|null} */ (this.querySelector("[data-bar]"));
    if (bar) bar.hidden = !on;
    this.#panel.querySelector('[data-tool="rewind"]')?.setAttribute("aria-pressed", String(on));
    this.#ledger?.toggleAttribute("data-seek", on);
    if (on) this.#say("[data-trouble]", "");
    else if (this.#ledger) {
      this.#ledger.place = null;
      this.#ledger.marks = [];
    }
    this.#tick();
  }

  /** One sound at a time: of the picture that is looked at. @param {HTMLVideoElement} live @param {boolean} back */
  #hear(live, back) {
    const earlier = this.#video;
    if (!earlier || earlier.hasAttribute("data-heard") === back) return;
    earlier.toggleAttribute("data-heard", back);
    if (back) [earlier.muted, live.muted] = [live.muted, true];
    else live.muted = earlier.muted;
  }

  #tick() {
    const moment = this.moment;
    if (moment !== null) {
      if (this.#ledger) this.#ledger.place = moment;
      this.#say("[data-now]", wallTime(moment).time);
      const tag = this.#panel.querySelector("[data-behind] span");
      if (tag) tag.textContent = behindWords(clock.now() - moment);
      const play = this.querySelector('[data-act="play"]');
      play?.setAttribute("aria-pressed", String(!this.#video?.paused));
    }
    if (this.#rewind === "" && this.isConnected && !document.hidden && performance.now() - this.#asked > LEDGER_EVERY) void this.#askLedger();
  }

  async #askLedger() {
    this.#asked = performance.now();
    try {
      const response = await ask(String(this.dataset.ledger));
      if (response.ok && this.#ledger) this.#ledger.line = await response.json();
    } catch {
      // the line says what it knows; the system line says that the server is away
    }
  }

  async #askOverview() {
    const rewind = this.#rewind;
    try {
      const response = await ask(this.#address(rewind, ""));
      if (rewind !== this.#rewind) return;
      if (response.ok) this.#take(await response.json());
      else if (response.status < 500) this.live(); // no right to it any more
    } catch {
      // the next question
    }
  }

  /** @param {Overview} overview */
  #take(overview) {
    if (this.#film) this.#film.parts = overview.parts;
    this.#marks = withGaps(overview.marks, overview.ledger);
    if (!this.#ledger) return;
    this.#ledger.line = overview.ledger;
    this.#ledger.marks = this.#marks;
  }

  /** @param {string} rewind @param {string} rest */
  #address(rewind, rest) {
    return `/video/rewinds/${rewind}/${rest}`;
  }

  /** @param {number} part @param {number} first @returns {Promise<import("../lib/film.js").Rows>} */
  async #rows(part, first) {
    const response = await ask(this.#address(this.#rewind, `parts/${part}/?first=${first}`));
    if (!response.ok) throw new Error(await wordsOf(response));
    return response.json();
  }

  /** @param {number} part @param {number} from @param {number} to @returns {Promise<Uint8Array<ArrayBuffer>>} */
  async #bytes(part, from, to) {
    const whole = new Uint8Array(to - from);
    for (let at = 0; at < whole.length; ) {
      const response = await ask(this.#address(this.#rewind, `parts/${part}/film`), { headers: { Range: `bytes=${from + at}-${to - 1}` } });
      if (response.status !== 206) throw new Error(await wordsOf(response));
      const piece = new Uint8Array(await response.arrayBuffer());
      whole.set(piece, at);
      at += piece.length;
      if (!piece.length) throw new Error("the film ends here");
    }
    return whole;
  }

  /** @param {string} act */
  #act(act) {
    const now = this.moment ?? clock.now();
    switch (act) {
      case "back":
        return void this.go(now - STEP);
      case "on":
        return void this.go(now + STEP);
      case "live":
        return this.live();
      case "play":
        if (this.#video?.paused) void this.#video.play();
        else this.#video?.pause();
        return this.#tick();
      case "mark-back":
      case "mark-on": {
        const mark = markBeside(this.#marks, now, act === "mark-on" ? 1 : -1);
        this.#say("[data-trouble]", mark ? `${markWords(mark)}, ${wallTime(mark.at).time}` : "No further mark");
        if (mark) void this.go(mark.at);
        return;
      }
    }
  }

  #tool = (/** @type {Event} */ event) => {
    const tool = event.target instanceof Element ? event.target.closest('[data-tool="rewind"]') : null;
    if (!tool) return;
    if (this.#film) this.live();
    else void this.go(clock.now() - STEP);
  };

  #key = (/** @type {KeyboardEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target instanceof HTMLElement && event.target.closest("input, textarea, select, incident-map, gap-ledger, dialog")) return;
    const button = event.target instanceof HTMLElement && event.target.closest("button, a");
    if (event.key === "ArrowLeft" || event.key === "j") this.#act("back");
    else if (event.key === ";") this.#act("on");
    else if (!this.#film) return;
    else if (event.key === "ArrowRight") this.#act("on");
    else if (event.key === "l") this.live();
    else if (event.key === "," || event.key === ".") this.#frame(event.key === "." ? 1 : -1);
    else if (event.key === " " && !button) this.#act("play");
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  /** @param {number} by frames */
  #frame(by) {
    const video = this.#video;
    if (!video) return;
    video.pause();
    video.currentTime = Math.max(0, video.currentTime + by * FRAME);
  }

  /** @param {string} where @param {string} text */
  #say(where, text) {
    const place = this.querySelector(where);
    if (place && place.textContent !== text) place.textContent = text;
  }
}

customElements.define("video-rewind", VideoRewind);
export { VideoRewind };
