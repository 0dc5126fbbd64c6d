// <wall-feed data-session data-socket>: one picture of the video wall. It joins as a thumbnail, is made large by the
// wall on the same connection, and says what is true of it: its recording, its picture, its age.

import { pictureState, recLight, recWords } from "../lib/picture.js";
import { span } from "../lib/clock.js";
import { Watcher } from "../lib/watcher.js";
import { eachTick, socketUrl } from "../page.js";

/**
 * @typedef {import("../webrtc/protocol.js").WatchServerMessage} WatchServerMessage
 * @typedef {import("../webrtc/protocol.js").Health} Health
 * @typedef {import("../webrtc/protocol.js").SessionState} SessionState
 * @typedef {import("../webrtc/protocol.js").Rate} Rate
 * @typedef {{rec: import("../lib/picture.js").RecState, recWords: string, picture: "none"|"live"|"lost"|"ended", live: string}} Truth
 */

const THUMBNAIL_PAUSE = 2500; // ms between two pictures of a thumbnail are not a frozen picture

export class WallFeed extends HTMLElement {
  /** @type {Watcher|null} */
  #watcher = null;
  #stopTicking = () => {};
  /** @type {SessionState} */
  #state = "opened";
  /** @type {Health|null} */
  health = null;
  #healthAt = 0;
  /** @type {number|null} */
  #frameAt = null;
  #alarm = false;
  /** @type {MediaStream|null} */
  stream = null;
  framesDrawn = 0;
  /** @type {Rate} */
  #rate = "thumbnail";

  connectedCallback() {
    if (this.#watcher) return;
    this.#state = /** @type {SessionState} */ (this.dataset.state ?? "opened");
    this.#watcher = new Watcher(socketUrl(String(this.dataset.socket)), {
      message: (message) => this.#take(message),
      stream: (stream) => this.#show(stream),
      link: (link, why) => this.#linked(link, why),
    });
    this.#watcher.tune(this.#rate);
    this.#watcher.start();
    this.#stopTicking = eachTick(() => this.draw());
    addEventListener("pagehide", this.#bye);
  }

  disconnectedCallback() {
    removeEventListener("pagehide", this.#bye);
    this.#stopTicking();
    this.#watcher?.stop();
    this.#watcher = null;
  }

  #bye = () => this.#watcher?.stop();

  get session() {
    return String(this.dataset.session);
  }

  get ended() {
    return this.#state === "ended";
  }

  get peer() {
    return this.#watcher?.peer ?? null;
  }

  get button() {
    return /** @type {HTMLButtonElement} */ (this.querySelector("button"));
  }

  /** How much of the picture is wanted. @param {Rate} rate */
  tune(rate) {
    this.#rate = rate;
    this.#watcher?.tune(rate);
  }

  /** How loud it is now, 0 to 1. */
  get level() {
    const receiver = this.peer?.getReceivers().find((one) => one.track.kind === "audio");
    return receiver?.getSynchronizationSources?.()[0]?.audioLevel ?? 0;
  }

  /** @param {WatchServerMessage} message */
  #take(message) {
    if (message.t === "welcome" || message.t === "state") this.#setState(message.state);
    if (message.t === "welcome") this.#alarm = Boolean(message.alarm);
    else if (message.t === "alarm") this.#alarm = Boolean(message.reason);
    else if (message.t === "ended") this.#setState("ended");
    else if (message.t === "health") {
      this.health = message;
      this.#healthAt = performance.now();
    } else if (message.t === "error" && (message.code === "no_codec" || message.code === "full")) this.#say(message.message);
    this.draw();
  }

  /** @param {SessionState} state */
  #setState(state) {
    this.#state = state;
    this.dataset.state = state;
    this.#say(state === "ended" ? "Ended" : state === "opened" ? "Camera not on yet" : "Joining");
  }

  /** @param {string} words */
  #say(words) {
    const place = this.querySelector("[data-nothing-words]");
    if (place) place.textContent = words;
  }

  /** @param {MediaStream} stream */
  #show(stream) {
    this.stream = stream;
    const video = /** @type {HTMLVideoElement} */ (this.querySelector("video"));
    if (video.srcObject !== stream) video.srcObject = stream;
    void video.play().catch(() => {});
    /** @type {VideoFrameRequestCallback} */
    const drawn = (_, frame) => {
      if (video.srcObject !== stream) return;
      if (frame.rtpTimestamp !== undefined) {
        this.#frameAt = performance.now();
        this.framesDrawn += 1;
      }
      video.requestVideoFrameCallback(drawn);
    };
    video.requestVideoFrameCallback?.(drawn);
    this.dispatchEvent(new CustomEvent("sightline:stream", { bubbles: true }));
  }

  /**
   * @param {"joining"|"up"|"down"|"closed"} link
   * @param {string} [why]
   */
  #linked(link, why) {
    if (link !== "closed") return;
    if (why === "ended") this.#setState("ended");
    else this.#say(why === "sign_in" ? "Sign in again" : "Not there, or not yours to watch");
    this.draw();
  }

  /** What may be said of this picture now. @returns {Truth} */
  truth() {
    const now = performance.now();
    let frameAge = this.#frameAt === null ? null : now - this.#frameAt;
    const told = this.health?.frame_age;
    // Between two pictures of a thumbnail the engine's word counts: frames come in, they are only not sent on.
    if (frameAge !== null && this.#rate !== "full" && told != null && frameAge < 2 * THUMBNAIL_PAUSE) frameAge = Math.min(frameAge, told * 1000 + now - this.#healthAt);
    const facts = { session: this.#state, health: this.health, healthAge: now - this.#healthAt, frameAge, alarm: this.#alarm };
    const rec = recLight(facts);
    const picture = pictureState(facts);
    const without = span((frameAge ?? 0) / 1000);
    const recorded = this.health ? span(this.health.recorded_seconds) : "00:00";
    return { rec, picture, recWords: recWords(rec, { recorded, without }), live: picture === "live" ? "LIVE" : picture === "lost" ? `No frames ${without}` : "" };
  }

  draw() {
    const truth = this.truth();
    this.dataset.picture = truth.picture;
    if (this.#frameAt !== null) this.dataset.hadPicture = "";
    drawTruth(this, truth, true);
  }
}

/**
 * Write what is true into the lights of a picture.
 * @param {ParentNode} where
 * @param {Truth} truth
 * @param {boolean} short only the word of the recording: there is no room for its clock
 */
export function drawTruth(where, truth, short) {
  const rec = /** @type {HTMLElement|null} */ (where.querySelector(".rec"));
  const live = /** @type {HTMLElement|null} */ (where.querySelector(".live-age"));
  if (rec) {
    rec.dataset.rec = truth.rec;
    const words = rec.querySelector("[data-rec-words]");
    const text = short && truth.rec === "writing" ? "REC" : truth.recWords;
    if (words && words.textContent !== text) words.textContent = text;
  }
  if (live) {
    live.dataset.live = truth.rec === "no-frames" || truth.picture === "ended" ? "none" : truth.picture;
    const words = live.querySelector("[data-live-words]");
    if (words && words.textContent !== truth.live) words.textContent = truth.live;
  }
}

customElements.define("wall-feed", WallFeed);
