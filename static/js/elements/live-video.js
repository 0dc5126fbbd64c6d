// <live-video data-session data-socket>: the live picture of one session and what is true of it. It joins by itself,
// comes back by itself, and never changes its size. What it knows it tells the page with "sightline:…" events.

import { duration, span, wallTime } from "../lib/clock.js";
import { Interruptions } from "../lib/interruptions.js";
import { CONNECTION_WORDS, connection, isSecondPlace, numbers, pictureState, recLight, recWords } from "../lib/picture.js";
import { Watcher } from "../lib/watcher.js";
import { alarmSound } from "../lib/alarm-sound.js";
import { clock, eachTick, socketUrl } from "../page.js";

/**
 * @typedef {import("../webrtc/protocol.js").WatchServerMessage} WatchServerMessage
 * @typedef {import("../webrtc/protocol.js").Health} Health
 * @typedef {import("../webrtc/protocol.js").CallerDevice} CallerDevice
 * @typedef {import("../webrtc/protocol.js").SessionState} SessionState
 */

const REFUSED = Object.freeze({ sign_in: "Sign in again to watch.", gone: "This video is not there, or not yours to watch.", replaced: "Opened elsewhere.", ended: "The video has ended." });

class LiveVideo extends HTMLElement {
  /** @type {Watcher|null} */
  #watcher = null;
  #stopTicking = () => {};
  /** @type {SessionState} */
  #state = "queued";
  /** @type {Health|null} */
  #health = null;
  #healthAt = 0;
  /** @type {number|null} performance.now() of the last frame drawn here */
  #frameAt = null;
  #alarm = false;
  #interruptions = new Interruptions();
  #frames = 0;
  #frameRequest = 0;
  /** whether this browser says which frames came by RTP */
  #marked = false;
  /** @type {{video: HTMLVideoElement, moment: () => number}|null} an earlier picture lies over the live one */
  looking = null;

  connectedCallback() {
    this.#state = /** @type {SessionState} */ (this.dataset.state ?? "queued");
    this.#wireTools();
    if (this.#state === "ended") return;
    this.#watcher = new Watcher(socketUrl(String(this.dataset.socket)), {
      message: (message) => this.#take(message),
      stream: (stream) => this.#show(stream),
      link: (link, why) => this.#linked(link, why),
    });
    this.#watcher.start();
    this.#stopTicking = eachTick(() => this.#draw());
    addEventListener("pagehide", this.#bye);
  }

  disconnectedCallback() {
    removeEventListener("pagehide", this.#bye);
    this.#stopTicking();
    this.#watcher?.stop();
    this.#watcher = null;
    alarmSound.stop();
  }

  #bye = () => this.#watcher?.stop();

  /** Say something on this picture's socket. @param {import("../webrtc/protocol.js").ClientMessage} message */
  say(message) {
    this.#watcher?.say(message);
  }

  get video() {
    return /** @type {HTMLVideoElement} */ (this.querySelector("video"));
  }

  /** How many frames have been drawn on this screen. */
  get framesDrawn() {
    return this.#frames;
  }

  /** The picture as it is now. Resolves to null when there is none. @returns {Promise<Blob|null>} */
  async still() {
    const { videoWidth: width, videoHeight: height } = this.looking?.video ?? this.video;
    if (!width || this.#frameAt === null) return null;
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    const kept = /** @type {HTMLCanvasElement|null} */ (this.querySelector("canvas[data-kept]"));
    canvas.getContext("2d")?.drawImage(this.looking?.video ?? (kept && !kept.hidden ? kept : this.video), 0, 0, width, height);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  }

  /** The moment of the picture, milliseconds since the epoch by the server's clock. */
  get moment() {
    if (this.looking) return Math.round(this.looking.moment());
    return Math.round(clock.now() - (this.#frameAt === null ? 0 : performance.now() - this.#frameAt));
  }

  /** @param {WatchServerMessage} message */
  #take(message) {
    switch (message.t) {
      case "welcome":
        this.#setState(message.state);
        this.#setAlarm(message.alarm);
        break;
      case "state":
        this.#setState(message.state);
        break;
      case "health":
        this.#health = message;
        this.#healthAt = performance.now();
        this.#tell("viewers", { viewers: message.viewers });
        break;
      case "fix":
        this.#tell("fix", message);
        break;
      case "device":
        this.#device(message);
        break;
      case "interrupted":
        this.#interruptions.take(message.now);
        break;
      case "two_way":
      case "talk_answer":
        this.#tell("two-way", message);
        break;
      case "chat":
        this.#tell("chat", { id: message.id });
        break;
      case "typing":
        this.#tell("typing", {});
        break;
      case "noted":
        this.#tell("noted", { what: message.what });
        break;
      case "alarm":
        this.#setAlarm(message.reason);
        break;
      case "ended":
        this.#setState("ended");
        this.#tell("ended", { by: message.by });
        break;
      case "error":
        if (message.code === "no_codec" || message.code === "full") this.#say("No picture here", message.message);
        break;
    }
    this.#draw();
  }

  /** @param {SessionState} state */
  #setState(state) {
    if (state === "ended") this.#keepPicture();
    this.#state = state;
    this.dataset.state = state;
    const words = {
      queued: "The text is on its way", sent: "The text is on its way", delivered: "Waiting for the caller to open the link",
      opened: "The caller has opened the link", camera_on: "The camera is on, first picture awaited", live: "Joining",
      ended: "", failed: "The text did not arrive",
    };
    if (this.dataset.mode === "video" && words[state]) this.#say("No picture yet", words[state]);
  }

  /** @param {string|null} reason */
  #setAlarm(reason) {
    const second = isSecondPlace(reason);
    this.#alarm = reason !== null && reason !== "" && !second;
    this.querySelector("[data-disk]")?.toggleAttribute("data-second", second);
    const place = this.querySelector("[data-alarm]");
    const words = second ? "Recording goes on to the second disk. Nothing is missing." : "";
    if (place) place.textContent = this.#alarm ? "Not recording. The picture is live but nothing is being written." : words;
    if (this.#alarm) alarmSound.start();
    else alarmSound.stop();
  }

  /** @param {MediaStream} stream */
  #show(stream) {
    const video = this.video;
    if (video.srcObject !== stream) video.srcObject = stream;
    video.play().catch(() => {
      video.muted = true;
      void video.play().catch(() => {});
    });
    this.#watchFrames();
  }

  /** The last picture stays on the stage until the next one is drawn: a closed or new connection is black. */
  #keepPicture() {
    const kept = /** @type {HTMLCanvasElement|null} */ (this.querySelector("canvas[data-kept]"));
    const { videoWidth: width, videoHeight: height } = this.video;
    if (!kept || !width || this.#frameAt === null || !kept.hidden) return;
    kept.width = width;
    kept.height = height;
    kept.getContext("2d")?.drawImage(this.video, 0, 0);
    kept.hidden = false;
  }

  #watchFrames() {
    const video = this.video;
    if (typeof video.requestVideoFrameCallback !== "function") {
      video.ontimeupdate = () => this.#drawn();
      return;
    }
    video.cancelVideoFrameCallback?.(this.#frameRequest);
    /** @type {VideoFrameRequestCallback} */
    const next = (_, frame) => {
      // A stream without frames yet is drawn as black by the browser itself: only what came by RTP is a picture.
      if (frame.rtpTimestamp !== undefined) this.#marked = true;
      if (frame.rtpTimestamp !== undefined || !this.#marked) this.#drawn();
      this.#frameRequest = video.requestVideoFrameCallback(next);
    };
    this.#frameRequest = video.requestVideoFrameCallback(next);
  }

  #drawn() {
    const first = this.#frameAt === null;
    this.#frameAt = performance.now();
    this.#frames += 1;
    const kept = /** @type {HTMLCanvasElement|null} */ (this.querySelector("canvas[data-kept]"));
    if (kept && !kept.hidden) kept.hidden = true;
    if (first) this.#draw();
  }

  /**
   * @param {"joining"|"up"|"down"|"closed"} link
   * @param {string} [why]
   */
  #linked(link, why) {
    if (link === "closed" && why) {
      if (why === "ended") this.#take({ t: "ended", by: "lost" });
      else this.#say("No picture here", REFUSED[/** @type {keyof typeof REFUSED} */ (why)] ?? "");
    }
    if (link === "down") this.#healthAt = Math.min(this.#healthAt, performance.now() - 3001);
    this.dataset.link = link;
  }

  #draw() {
    const now = performance.now();
    // A hidden page draws no frames: what the server says of them counts then.
    if (document.hidden && this.#frameAt !== null && this.#health?.frame_age != null && now - this.#healthAt < 1500) this.#frameAt = now - this.#health.frame_age * 1000;
    const frameAge = this.#frameAt === null ? null : now - this.#frameAt;
    const facts = { session: this.#state, health: this.#health, healthAge: now - this.#healthAt, frameAge, alarm: this.#alarm };
    const picture = pictureState(facts);
    this.dataset.picture = picture;
    if (frameAge !== null) this.dataset.hadPicture = "";
    if (picture === "lost") this.#keepPicture();
    const without = frameAge === null ? "00:00" : span(frameAge / 1000);
    const light = recLight(facts);
    this.#drawRec(light, without);
    this.#drawLive(picture, frameAge, (light === "no-frames" || light === "ended") && frameAge !== null ? `Last picture ${wallTime(clock.now() - frameAge).time}` : `No frames ${without}`);
    this.#drawHealth(connection(facts), facts.healthAge);
    this.#drawInterruptions();
    this.#allowSnapshot(frameAge !== null && this.#state !== "ended");
  }

  #drawInterruptions() {
    if (this.#state === "ended") this.#interruptions.take([]);
    for (const [kind, words] of Object.entries(this.#interruptions.lines((at) => wallTime(at).time))) {
      const line = /** @type {HTMLElement|null} */ (this.querySelector(`[data-interrupted="${kind}"]`));
      if (line) line.hidden = !words;
      this.#put(`[data-interrupted="${kind}"] span`, words);
    }
  }

  /** @param {boolean} allowed a button that cannot be pressed says why in its own word */
  #allowSnapshot(allowed) {
    const tool = this.#tool("snapshot");
    if (!tool || tool.getAttribute("aria-disabled") === String(!allowed)) return;
    tool.setAttribute("aria-disabled", String(!allowed));
    const label = tool.querySelector("[data-label]");
    if (label) label.textContent = allowed ? "Snapshot" : "No picture";
  }

  /**
   * @param {import("../lib/picture.js").RecState} state
   * @param {string} without
   */
  #drawRec(state, without) {
    const light = /** @type {HTMLElement|null} */ (this.querySelector(".rec"));
    if (!light) return;
    if (light.dataset.rec !== state) {
      light.dataset.rec = state;
      if (state === "stalled") alarmSound.start();
      else if (!this.#alarm) alarmSound.stop();
    }
    this.#put("[data-rec-words]", recWords(state, { recorded: duration(this.#health?.recorded_seconds ?? 0), without }));
    const disk = /** @type {HTMLElement|null} */ (this.querySelector("[data-disk]"));
    const age = this.#health?.last_write_age ?? null;
    if (disk) disk.hidden = age === null || (state !== "writing" && state !== "late" && state !== "stalled");
    if (age !== null) this.#put("[data-disk] span", `On ${disk?.hasAttribute("data-second") ? "second disk" : "disk"} ${age.toFixed(1)} s ago`);
  }

  /**
   * @param {"none"|"live"|"lost"|"ended"} picture
   * @param {number|null} frameAge
   * @param {string} lost the words for a lost picture
   */
  #drawLive(picture, frameAge, lost) {
    const tag = /** @type {HTMLElement|null} */ (this.querySelector(".live-age"));
    if (!tag) return;
    tag.dataset.live = picture === "ended" ? "lost" : picture;
    this.#put("[data-live-words]", picture === "live" ? "LIVE" : "");
    this.#put("[data-live-age]", picture === "live" ? `last frame ${(Number(frameAge) / 1000).toFixed(1)} s` : picture === "none" ? "" : lost);
  }

  /**
   * @param {import("../lib/picture.js").Connection} word
   * @param {number} age of the numbers, ms
   */
  #drawHealth(word, age) {
    const line = /** @type {HTMLElement|null} */ (this.#panel().querySelector("[data-health]"));
    if (!line) return;
    line.dataset.connection = word;
    const shown = numbers(age > 3000 ? null : this.#health);
    for (const [name, text] of Object.entries({ ...shown, word: CONNECTION_WORDS[word] })) {
      const place = line.querySelector(`[data-h="${name}"]`);
      if (place && place.textContent !== text) place.textContent = text;
    }
  }

  /** @param {CallerDevice} device */
  #device(device) {
    const sound = /** @type {HTMLElement|null} */ (this.querySelector("[data-sound]"));
    const silent = /** @type {Record<string, string>} */ ({ off: "Video only, microphone off", refused: "Video only, microphone refused", busy: "Video only, mic on 999 call" })[device.microphone] ?? "";
    if (sound) sound.hidden = !silent;
    this.#put("[data-sound] span", silent);
    const battery = /** @type {HTMLElement|null} */ (this.querySelector("[data-battery]"));
    const low = device.battery !== null && device.battery <= 0.25;
    if (battery) battery.hidden = !low;
    if (low) this.#put("[data-battery] span", `Battery ${Math.round(Number(device.battery) * 100)} %`);
    const front = /** @type {HTMLElement|null} */ (this.querySelector("[data-front]"));
    const instead = /** @type {Record<string, string>} */ ({ dark: "Screen off", weather: "Page hidden" })[device.front] ?? "";
    if (front) front.hidden = !instead;
    this.#put("[data-front] span", instead);
    this.#tell("device", device);
  }

  #wireTools() {
    this.#tool("sound")?.addEventListener("click", () => this.#sound());
    this.#tool("fullscreen")?.addEventListener("click", () => this.fullscreen());
  }

  #sound() {
    const video = this.looking?.video ?? this.video; // what is looked at is what is heard
    video.muted = !video.muted;
    if (!video.muted) void video.play().catch(() => {});
    this.#tool("sound")?.setAttribute("aria-pressed", String(!video.muted));
  }

  fullscreen() {
    if (document.fullscreenElement) void document.exitFullscreen();
    else if (this.requestFullscreen) void this.requestFullscreen();
    else /** @type {any} */ (this.video).webkitEnterFullscreen?.();
  }

  /** @param {string} name @returns {HTMLElement|null} */
  #tool(name) {
    return this.#panel().querySelector(`[data-tool="${name}"]`);
  }

  #panel() {
    return /** @type {HTMLElement} */ (this.closest(".panel") ?? document.body);
  }

  /**
   * @param {string} title
   * @param {string} words
   */
  #say(title, words) {
    this.#put("[data-nothing-title]", title);
    this.#put("[data-nothing-words]", words);
  }

  /**
   * @param {string} where
   * @param {string} text
   */
  #put(where, text) {
    const place = this.querySelector(where);
    if (place && place.textContent !== text) place.textContent = text;
  }

  /**
   * @param {string} what
   * @param {object} detail
   */
  #tell(what, detail) {
    this.dispatchEvent(new CustomEvent(`sightline:${what}`, { bubbles: true, detail: { ...detail, session: this.dataset.session } }));
  }
}

customElements.define("live-video", LiveVideo);
export { LiveVideo };
