// <video-wall data-topic data-feeds>: nine places that never move, and one of the pictures large. Pictures come and go
// by live events; who is there keeps its place, who comes takes the first that is free.

import { isLetter } from "../lib/keys.js";
import { Speaker } from "../lib/speaker.js";
import { ask, eachTick, elementsOf, live } from "../page.js";
import { singles } from "../pages/own-keys.js";
import { WallFeed, drawTruth } from "./wall-feed.js";

const LISTEN_EVERY = 200; // ms
const FETCH_AFTER = 250; // ms, so that a burst of events asks once

class VideoWall extends HTMLElement {
  /** @type {WallFeed|null} */
  #large = null;
  #speaker = new Speaker();
  #follows = false;
  #leave = () => {};
  #stopTicking = () => {};
  /** @type {any} */
  #fetching = null;
  /** @type {any} */
  #listening = null;
  #frames = 0;
  #framesAt = 0;
  #frameRequest = 0;

  connectedCallback() {
    const first = /** @type {HTMLTemplateElement|null} */ (this.querySelector("template[data-first]"));
    this.#place(first ? /** @type {HTMLElement[]} */ ([...first.content.cloneNode(true).childNodes].filter((node) => node instanceof HTMLElement)) : []);
    this.addEventListener("click", (event) => this.#pressed(event));
    this.addEventListener("sightline:stream", (event) => event.target === this.#large && this.#attach());
    addEventListener("keydown", this.#key);
    this.#leave = live.subscribe(String(this.dataset.topic), { event: (event) => this.#changed(event.data), reload: () => this.#fetchSoon() });
    this.#stopTicking = eachTick(() => this.#draw());
  }

  disconnectedCallback() {
    removeEventListener("keydown", this.#key);
    this.#leave();
    this.#stopTicking();
    clearTimeout(this.#fetching);
    clearInterval(this.#listening);
  }

  get feeds() {
    return /** @type {WallFeed[]} */ ([...this.querySelectorAll("wall-feed")]);
  }

  get largeVideo() {
    return /** @type {HTMLVideoElement} */ (this.querySelector("video[data-large]"));
  }

  // --- who is on the wall

  /** @param {Record<string, any>} data of a session that changed */
  #changed(data) {
    if (this.dataset.incident && data.incident !== this.dataset.incident) return;
    this.#fetchSoon();
  }

  #fetchSoon() {
    clearTimeout(this.#fetching);
    this.#fetching = setTimeout(() => void this.#fetch(), FETCH_AFTER);
  }

  async #fetch() {
    try {
      const answer = await ask(String(this.dataset.feeds));
      if (answer.ok && !answer.redirected) this.#place(elementsOf(await answer.text()));
    } catch {
      // without a network the pictures say so themselves; the next event asks again
    }
  }

  /** @param {HTMLElement[]} open pictures as the server lists them */
  #place(open) {
    const places = /** @type {HTMLElement[]} */ ([...this.querySelectorAll("[data-place]")]);
    const here = new Map(this.feeds.map((feed) => [feed.dataset.session, feed]));
    let without = 0;
    for (const feed of open) {
      if (here.has(feed.dataset.session)) continue;
      // A free place first, then one whose picture is over and not the large one.
      const place = places.find((one) => !one.querySelector("wall-feed")) ?? places.find((one) => this.#over(one));
      if (!place) {
        without += 1;
        continue;
      }
      place.querySelector("wall-feed")?.remove();
      place.append(feed);
      const key = feed.querySelector("[data-key]");
      if (key) key.textContent = String(place.dataset.place);
    }
    const more = this.querySelector("[data-more]");
    if (more) more.textContent = without ? `${without} more open: a place is free when one of these has ended` : "";
    if (!this.#large && this.feeds.length) this.choose(this.feeds[0]);
    this.#count();
  }

  /** @param {HTMLElement} place */
  #over(place) {
    const feed = /** @type {WallFeed|null} */ (place.querySelector("wall-feed"));
    return feed !== null && feed.ended && feed !== this.#large;
  }

  #count() {
    const open = this.feeds.filter((feed) => !feed.ended);
    const recording = open.filter((feed) => feed.truth().rec === "writing").length;
    const place = this.querySelector("[data-count]");
    const words = open.length ? `${open.length} open, ${recording} recording` : "none open";
    if (place && place.textContent !== words) place.textContent = words;
  }

  // --- the large one

  /** Make a picture large: everything of it is sent from its next key frame on. @param {WallFeed} feed */
  choose(feed) {
    if (feed === this.#large) return;
    this.#large?.tune(this.#small);
    this.#large?.removeAttribute("data-large");
    this.#large?.button.setAttribute("aria-pressed", "false");
    this.#large = feed;
    feed.tune("full");
    feed.dataset.large = "";
    feed.button.setAttribute("aria-pressed", "true");
    this.#speaker.changed(performance.now());
    const link = /** @type {HTMLAnchorElement|null} */ (this.querySelector("[data-large-link]"));
    this.#write("[data-large-label]", feed.dataset.label ?? "");
    this.#write("[data-large-about]", feed.dataset.about ?? "");
    if (link) {
      link.href = feed.dataset.url ?? "";
      link.hidden = false;
    }
    this.#attach();
    this.#draw();
  }

  #attach() {
    const video = this.largeVideo;
    video.srcObject = this.#large?.stream ?? null;
    void video.play().catch(() => {
      video.muted = true;
      this.#drawSound();
      void video.play().catch(() => {});
    });
    video.cancelVideoFrameCallback?.(this.#frameRequest);
    /** @type {VideoFrameRequestCallback} */
    const drawn = () => {
      this.#frames += 1;
      this.#frameRequest = video.requestVideoFrameCallback(drawn);
    };
    this.#frameRequest = video.requestVideoFrameCallback?.(drawn) ?? 0;
  }

  /** @returns {import("../webrtc/protocol.js").Rate} */
  get #small() {
    return this.#follows ? "thumbnail_with_sound" : "thumbnail";
  }

  /** @param {number} step */
  #move(step) {
    const open = this.feeds;
    if (!open.length) return;
    const at = this.#large ? open.indexOf(this.#large) : -1;
    this.choose(open[(at + step + open.length) % open.length]);
  }

  // --- presses and keys

  /** @param {Event} event */
  #pressed(event) {
    const target = /** @type {Element} */ (event.target);
    const feed = /** @type {WallFeed|null} */ (target.closest("button.feed-picture")?.closest("wall-feed"));
    if (feed) this.choose(feed);
    else if (target.closest("[data-sound]")) this.#toggleSound();
    else if (target.closest("[data-follow]")) this.#toggleFollow();
  }

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
    if (isLetter(event.key.toLowerCase()) && !singles()) return;
    const digit = /^[1-9]$/.test(event.key) ? event.key : null;
    const feed = digit && /** @type {WallFeed|null} */ (this.querySelector(`[data-place="${digit}"] wall-feed`));
    if (feed) this.choose(feed);
    else if (event.key === "ArrowRight") this.#move(1);
    else if (event.key === "ArrowLeft") this.#move(-1);
    else if (event.key === "u" || event.key === "U") this.#toggleSound();
    else if (event.key === "o" || event.key === "O") this.#toggleFollow();
    else if (event.key === "f" || event.key === "F") void this.querySelector("[data-stage]")?.requestFullscreen?.();
    else return;
    event.preventDefault();
  };

  #toggleSound() {
    this.largeVideo.muted = !this.largeVideo.muted;
    this.#drawSound();
  }

  #drawSound() {
    const on = !this.largeVideo.muted;
    const button = /** @type {HTMLElement|null} */ (this.querySelector("[data-sound]"));
    button?.setAttribute("aria-pressed", String(on));
    this.#write("[data-sound] span", on ? "Sound is on" : "Sound is off");
  }

  #toggleFollow() {
    this.#follows = !this.#follows;
    this.querySelector("[data-follow]")?.setAttribute("aria-pressed", String(this.#follows));
    for (const feed of this.feeds) if (feed !== this.#large) feed.tune(this.#small);
    clearInterval(this.#listening);
    if (this.#follows) this.#listening = setInterval(() => this.#listen(), LISTEN_EVERY);
  }

  #listen() {
    const levels = new Map(this.feeds.map((feed) => [feed.session, feed.level]));
    const next = this.#speaker.next(levels, this.#large?.session ?? null, performance.now());
    const feed = this.feeds.find((one) => one.session === next);
    if (feed) this.choose(feed);
  }

  // --- what is true

  #draw() {
    this.#count();
    const feed = this.#large;
    const stage = /** @type {HTMLElement|null} */ (this.querySelector("[data-stage]"));
    if (!feed || !stage) return;
    const truth = feed.truth();
    stage.dataset.picture = truth.picture;
    drawTruth(stage, truth, false);
    const [title, words] = stage.querySelectorAll("[data-nothing] b, [data-nothing] span");
    if (title && words && truth.picture === "none") {
      title.textContent = feed.ended ? "Video has ended" : "No picture yet";
      words.textContent = feed.querySelector("[data-nothing-words]")?.textContent ?? "";
    }
    const now = performance.now();
    if (now - this.#framesAt < 900) return;
    const fps = Math.round((this.#frames * 1000) / (now - this.#framesAt));
    this.#frames = 0;
    this.#framesAt = now;
    this.#write("[data-rate]", feed.health?.width ? `${feed.health.width}×${feed.health.height} · ${fps} fps shown` : "–");
  }

  /**
   * @param {string} selector
   * @param {string} text
   */
  #write(selector, text) {
    const place = this.querySelector(selector);
    if (place && place.textContent !== text) place.textContent = text;
  }
}

customElements.define("video-wall", VideoWall);
