// @ts-check
/**
 * One caller's call from the tap to the end: keeps camera, socket, peer connection and position going and the facts
 * true. It draws nothing; `changed` is called after every change. Everything of the browser comes in through `Env`.
 */
import { piecesOf } from "../lib/pieces.js";
import { Chat } from "./chat.js";
import { Hold } from "./hold.js";
import { Joining } from "./joining.js";
import { Line } from "./line.js";
import { Place } from "./place.js";
import { begin } from "./state.js";

/**
 * @typedef {object} Env
 * @property {import("./camera.js").Devices|undefined} devices
 * @property {Geolocation|undefined} geolocation
 * @property {import("./sender.js").PeerConnection} Peer
 * @property {(path: string) => WebSocket} socket
 * @property {import("./line.js").Timers} timers
 * @property {import("./chat.js").Keep|null} keep
 * @property {() => string} uuid
 * @property {() => boolean} visible
 * @property {() => Promise<number>} check asks the server whether the link still lives: the HTTP status of a claim, 0 without network
 * @property {() => ""|"dark"|"weather"} [front] what a covert page shows instead of itself
 * @property {() => void} changed
 * @property {(camera: import("./camera.js").Camera) => void} showing a new camera to preview
 * @property {(message: import("./line.js").Message) => void} [pong] for who measures the clocks
 * @property {(message: import("./line.js").Message) => void} [twoWay] an officer asks to be seen
 * @property {(message: import("./line.js").Message) => void} [prompts] the control room puts something on the screen
 */

const STALLED_MS = 8000;
const FIX_MS = 1000;
const RESEND_MS = 5000;
const MESSAGE_LIMIT = 1000; // characters (MAX_CHAT in streaming/signalling.py): longer words go in several messages
const TOGETHER = 8; // messages that go at once; the server takes two a second of a long run

export class Session {
  /** @param {Env} env @param {{session: string, ws: string}} claim @param {{locale: string, reason: "first"|"reload", cameraAllowed: boolean}} page */
  constructor(env, claim, page) {
    this.env = env;
    this.page = { id: env.uuid(), ...page };
    this.facts = begin();
    this.chat = new Chat(claim.session, env.keep);
    /** @type {RTCIceServer[]} */ this.servers = [];
    /** @type {"first"|"reload"|"reconnect"} */ this.reason = page.reason;
    this.told = "";
    /** @type {number|undefined} */ this.stalledSince = undefined;
    this.sentFix = 0;
    this.resent = 0;
    this.stopping = false;
    this.battery = /** @type {number|null} */ (null);
    /** @type {any} */ this.fixTimer = null;
    this.line = new Line(() => env.socket(claim.ws), {
      message: (message) => this.#heard(message),
      up: () => this.#hello(),
      down: (attempt) => this.#down(attempt),
      final: (why) => this.#final(why),
    }, env.timers);
    /** @type {Joining} */
    this.joining = new Joining({
      Peer: env.Peer,
      timers: env.timers,
      camera: () => (this.facts.wanted && this.facts.line === "open" ? this.camera : null),
      servers: () => this.servers,
      send: (message) => this.line.send(message),
      changed: (peer) => this.#peer(peer),
      silent: () => this.line.nudge(),
    });
    /** @type {Hold} */
    this.hold = new Hold({
      devices: env.devices,
      timers: env.timers,
      visible: env.visible,
      facts: this.facts,
      set: (change) => this.#set(change),
      showing: env.showing,
      replace: (track) => this.joining.replace(track),
      join: () => this.joining.join(true),
    });
    this.place = env.geolocation ? new Place(env.geolocation, {
      fix: (fix) => this.#fixed(fix),
      refused: () => this.#set({ place: "refused", fix: null }),
    }, env.timers.now) : null;
  }

  /** @param {Partial<import("./state.js").Facts>} change */
  #set(change) {
    Object.assign(this.facts, change);
    this.#device();
    this.env.changed();
  }

  /** Open the line (once) and start the camera, then the position. @param {boolean} video */
  async start(video) {
    if (this.facts.line === "off") this.facts.line = "opening";
    this.line.start();
    if (video) return this.show();
    this.#set({ screen: "live", wanted: false });
    this.#locate();
  }

  /** Camera on, by the caller's tap. */
  async show() {
    const again = this.camera !== null;
    this.#set({ wanted: true, held: false });
    const open = await this.hold.open(again ? this.facts.facing : "rear", true);
    if (open) this.#set({ screen: "live", pictureCard: this.facts.pictureCard || (!again && this.hold.camera?.audio === null) });
    else if (again && this.facts.why !== "refused") {
      this.#set({ camera: "paused", lost: "taken" });
      this.hold.revive();
    }
    else {
      this.#closeCamera();
      this.#set({ screen: "refused", wanted: false });
    }
    this.#locate();
    this.joining.join();
  }

  /** @returns {import("./camera.js").Camera|null} */
  get camera() {
    return this.hold.camera;
  }

  /** The picture stands still. @param {"frozen"|"taken"|"ended"} [why] */
  paused(why) {
    this.hold.paused(why);
  }

  /** Frames flow again. */
  flowing() {
    this.hold.flowing();
  }

  turn() {
    return this.hold.turn();
  }

  light() {
    return this.hold.light();
  }

  mute() {
    this.hold.mute();
  }

  /** @param {string} text */
  say(text) {
    const items = piecesOf(text.trim().normalize("NFC"), MESSAGE_LIMIT).map((piece) => this.chat.write(this.env.uuid(), piece, this.env.timers.now()));
    for (const item of items) if (this.chat.pending().indexOf(item) < TOGETHER) this.line.send({ t: "chat", key: item.key, text: item.text });
    this.env.changed();
  }

  /** The police's words are on the caller's screen. */
  seen() {
    const ids = this.env.visible() ? this.chat.unreported() : [];
    if (ids.length && this.line.send({ t: "seen", ids })) this.chat.reported(ids);
  }

  /** @param {boolean} keepLocation */
  stop(keepLocation) {
    this.#closeCamera();
    this.stopping = !keepLocation;
    const sent = this.line.send({ t: "stop", keep_location: keepLocation });
    if (keepLocation) return this.#set({ wanted: false });
    this.place?.stop();
    this.#set({ screen: "ended", endedBy: "caller", place: "off", wanted: false });
    if (!sent) this.line.nudge();
  }

  /** The screen woke, the network changed. */
  nudge() {
    this.line.nudge();
    this.#device();
    this.seen();
    if (this.facts.peer === "lost") this.joining.join();
    else this.joining.suspect();
    if (this.env.visible()) this.hold.wake();
  }

  /** Once a second: a picture that goes out but is not written for long is a dead engine; come back to a live one. @param {number} now */
  tick(now) {
    if (now - this.resent > RESEND_MS && this.facts.line === "open") this.#resay(now);
    const status = this.facts.status;
    const going = this.facts.peer === "up" && this.facts.line === "open" && this.facts.camera === "on";
    const fine = !going || !status || status.recording === "writing" || status.recording === "late";
    if (fine || this.stalledSince === undefined) this.stalledSince = now;
    else if (now - this.stalledSince > STALLED_MS) { this.stalledSince = now; this.joining.join(true); }
  }

  /** What was written and not confirmed goes again, with the same key: it is stored once. @param {number} now */
  #resay(now) {
    this.resent = now;
    for (const item of this.chat.pending().slice(0, TOGETHER)) this.line.send({ t: "chat", key: item.key, text: item.text });
  }

  #closeCamera() {
    this.joining.close();
    this.hold.close();
    Object.assign(this.facts, { camera: "off", lost: "", peer: "none", torch: false, torchable: false, held: false });
  }

  #locate() {
    if (!this.place) return this.#set({ place: "refused" });
    if (this.facts.place === "off") this.#set({ place: "asking", placeSince: this.env.timers.now() });
    this.place.start();
  }

  /** @param {import("./place.js").Full} fix */
  #fixed(fix) {
    const trail = [...this.facts.trail, fix].slice(-60);
    if (this.facts.place === "asking") this.facts.placeSince = this.env.timers.now();
    this.#set({ place: "on", fix, trail });
    const wait = this.sentFix + FIX_MS - this.env.timers.now();
    this.env.timers.clear(this.fixTimer);
    if (wait <= 0) this.#sendFix();
    else this.fixTimer = this.env.timers.set(() => this.#sendFix(), wait);
  }

  #sendFix() {
    const fix = this.facts.fix;
    if (!fix || this.facts.line !== "open") return;
    if (this.line.send({ t: "fix", ...fix })) this.sentFix = this.env.timers.now();
  }

  #hello() {
    this.line.send({ t: "hello", page: this.page.id, locale: this.page.locale, reason: this.reason, client_time: this.env.timers.now(), microphone: this.facts.microphone });
  }

  /** Tell the server what the phone does, when it changed. */
  #device() {
    if (this.facts.line !== "open") return;
    const message = {
      t: "device", camera: this.facts.camera === "off" ? "off" : this.facts.facing, microphone: this.facts.microphone, torch: this.facts.torch,
      visible: this.env.visible(), frozen: this.facts.camera === "paused", why: this.facts.camera === "paused" ? this.facts.lost : "", battery: this.battery,
      ...(this.env.front && { front: this.env.front() }),
    };
    const text = JSON.stringify(message);
    if (text !== this.told && this.line.send(message)) this.told = text;
  }

  /** @param {number} attempt */
  #down(attempt) {
    this.told = "";
    this.#set({ line: "lost", status: null });
    // A handshake refused for good looks like a bad network from in here: ask in another way.
    if (attempt % 3 === 0) this.env.check().then((status) => { if ([404, 409, 410].includes(status)) this.#final("gone"); });
  }

  /** @param {"ended"|"gone"|"replaced"} why */
  #final(why) {
    this.line.stop();
    if (this.facts.screen === "ended") return;
    this.#closeCamera();
    this.place?.stop();
    if (why === "replaced") this.#set({ line: "replaced" });
    else this.#set({ screen: "ended", endedBy: this.facts.endedBy || "gone", place: "off", wanted: false });
  }

  /** @param {import("./line.js").Message} message */
  #heard(message) {
    switch (message.t) {
      case "welcome": return this.#welcome(message);
      case "ice": return this.#ice(message);
      case "answer": return this.#answer(message);
      case "status": return this.#set({ status: { watched: message.watched === true, recording: String(message.recording), seconds: Number(message.recorded_seconds) || 0, at: this.env.timers.now() } });
      case "chat":
        if (this.chat.take({ ...message, id: message.id, from: "police", text: String(message.text), at: message.at })) this.env.changed();
        if (message.answers) this.env.prompts?.(message);
        return this.seen();
      case "chat_saved": return void (this.chat.saved(message.key, message.id, message.at), this.env.changed());
      case "chat_seen": return void (this.chat.seen(message.ids ?? []), this.env.changed());
      case "two_way": case "see_answer": return this.env.twoWay?.(message);
      case "chat_words": this.chat.translated(message.id, message.text, message.original); return this.env.changed();
      case "prompt": case "prompt_over": case "typing": return this.env.prompts?.(message);
      case "pong": return this.env.pong?.(message);
      case "ended": return this.#ended(message);
      case "error": return this.#error(message);
    }
  }

  /** @param {import("./line.js").Message} message */
  #welcome(message) {
    this.line.settled();
    this.reason = "reconnect";
    this.#ice(message);
    for (const item of message.chat ?? []) this.chat.take(item);
    if (this.stopping) return void this.line.send({ t: "stop", keep_location: false });
    this.#set({ line: "open" });
    this.#resay(this.env.timers.now());
    this.#sendFix();
    this.seen();
    if (this.chat.card()?.answers) this.env.prompts?.(message);
    if (this.facts.peer !== "up") this.joining.join();
  }

  /** Relays for the next connection; the one that stands keeps its own. @param {import("./line.js").Message} message */
  #ice(message) {
    this.servers = Array.isArray(message.ice_servers) ? message.ice_servers : [];
  }

  /** @param {import("./line.js").Message} message */
  async #answer(message) {
    if (await this.joining.answer(message)) this.#set({ held: false });
  }

  /** @param {"joining"|"up"|"lost"} peer */
  #peer(peer) {
    if (peer !== "up") return this.#set({ peer });
    this.#set({ peer, everUp: true, held: false });
  }

  /** @param {import("./line.js").Message} message */
  #error(message) {
    if (message.code === "ended") return this.#final("ended");
    if (["too_long", "bad_value"].includes(message.code) && message.key) { this.chat.refused(message.key); return this.env.changed(); }
    if (!this.joining.refused(message.id)) return;
    this.#set({ held: ["full", "storage", "unavailable", "no_codec", "not_allowed"].includes(message.code) });
  }

  /** Told at once, and once more with the seal when the recording is closed; until then the line stays. @param {import("./line.js").Message} message */
  #ended(message) {
    this.#closeCamera();
    this.place?.stop();
    if (!message.receipt || message.receipt.seal || message.receipt.from === null) this.line.stop();
    const endedBy = this.facts.screen === "ended" && this.facts.endedBy === "caller" ? "caller" : String(message.by);
    this.#set({ screen: "ended", endedBy, receipt: message.receipt ?? null, place: "off", wanted: false });
  }
}
