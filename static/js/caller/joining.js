// @ts-check
/**
 * The connection to the engine: made, watched, made again. A new one is made beside the old, and whichever carries first
 * stays: the engine hands over when the new one is connected, not when it asks. So a tunnel costs nothing when the old
 * path comes back, and another network only the time of one connection.
 */
import { Path } from "./path.js";
import { Rate } from "./rate.js";
import { Sender } from "./sender.js";

const [ANSWER_MS, LOST_MS, CONNECT_MS] = [8000, 2000, 10000];
const WAITS = [0, 1000, 2000, 4000, 8000];

/**
 * @typedef {object} Around
 * @property {import("./sender.js").PeerConnection} Peer
 * @property {import("./line.js").Timers} timers
 * @property {() => import("./camera.js").Camera|null} camera what is to be sent; null: nothing, or nobody to tell
 * @property {() => RTCIceServer[]} servers
 * @property {(message: import("./line.js").Message) => boolean} send
 * @property {(peer: "joining"|"up"|"lost") => void} changed
 * @property {() => void} silent nothing comes back: is the line dead, too?
 */

export class Joining {
  /** @param {Around} around */
  constructor(around) {
    this.around = around;
    /** @type {Sender|null} the one that carries, or did */ this.sender = null;
    /** @type {Sender|null} the one being made */ this.trying = null;
    /** @type {Path|null} */ this.path = null;
    this.offers = 0;
    this.tries = 0;
    this.carries = false;
    this.spent = false; // the one that carries has nothing to send any more
    /** @type {any} */ this.timer = null;
  }

  /** Offer the camera on a new connection. @param {boolean} spent the present one is of no more use */
  async join(spent = false) {
    this.around.timers.clear(this.timer);
    const camera = this.around.camera();
    if (!camera) return;
    this.offers += 1;
    const id = this.offers;
    this.trying?.close();
    this.spent ||= spent;
    if (!this.carries || this.spent) this.around.changed("joining");
    try {
      /** @type {Sender} */
      const sender = new Sender(this.around.Peer, this.around.servers(), camera, (state) => this.#state(sender, state));
      this.trying = sender;
      const sdp = await sender.offer();
      if (sender !== this.trying) return;
      if (this.around.send({ t: "offer", id, sdp })) this.#later(ANSWER_MS);
      else this.#lose();
    } catch {
      if (id === this.offers) this.again();
    }
  }

  /** @param {import("./line.js").Message} message @returns {Promise<boolean>} whether it was ours and taken */
  async answer(message) {
    const sender = this.trying;
    if (message.id !== this.offers || !sender) return false;
    this.#later(CONNECT_MS);
    try {
      await sender.accept(String(message.sdp));
      return true;
    } catch {
      if (sender === this.trying) this.again();
      return false;
    }
  }

  /** The server refused offer `id`. @param {unknown} id @returns {boolean} whether it was ours */
  refused(id) {
    if (typeof id !== "number" || id !== this.offers || !this.trying) return false;
    this.tries = Math.max(this.tries, 1);
    this.again();
    return true;
  }

  /** Join again after a pause that grows. */
  again() {
    this.around.timers.clear(this.timer);
    this.#drop();
    this.#lose();
    const wait = WAITS[Math.min(this.tries, WAITS.length - 1)];
    this.tries += 1;
    this.timer = this.around.timers.set(() => this.join(), wait);
  }

  /** The network changed, or the phone woke: is the path still there? */
  suspect() {
    this.path?.suspect();
  }

  /** @param {MediaStreamTrack} track */
  replace(track) {
    const all = [this.sender, this.trying].filter((one) => one !== null);
    return all.length ? Promise.all(all.map((one) => one.replace(track))) : Promise.reject(new Error("not joined"));
  }

  close() {
    this.around.timers.clear(this.timer);
    this.tries = 0;
    this.#drop();
    this.#retire();
  }

  /** What is being made is not wanted any more; an answer on its way is nobody's. */
  #drop() {
    this.trying?.close();
    this.trying = null;
  }

  /** The one that carried is over. */
  #retire() {
    this.path?.stop();
    this.sender?.close();
    this.path = this.sender = null;
    this.carries = this.spent = false;
  }

  #lose() {
    if (!this.carries || this.spent) this.around.changed("lost");
  }

  /** @param {number} ms */
  #later(ms) {
    this.around.timers.clear(this.timer);
    this.timer = this.around.timers.set(() => this.again(), ms);
  }

  /** @param {Sender} sender @param {RTCPeerConnectionState} state */
  #state(sender, state) {
    if (sender === this.trying) {
      if (state === "connected") this.#promote(sender);
      else if (state === "failed" || state === "closed") this.again();
      else this.#later(CONNECT_MS);
    } else if (sender === this.sender) {
      if (state === "connected") this.#carries(true);
      else if (state === "failed" || state === "closed") { this.#retire(); if (!this.trying) this.again(); else this.#lose(); }
      else if (state === "disconnected") this.around.timers.set(() => { if (sender === this.sender && sender.pc.connectionState === "disconnected") this.#carries(false); }, LOST_MS);
    }
  }

  /** @param {Sender} sender */
  #promote(sender) {
    this.trying = null;
    this.#retire();
    this.sender = sender;
    const rate = new Rate(sender, this.around.timers);
    this.path = new Path(sender.pc, this.around.timers, (silent) => this.#carries(!silent), (report) => rate.take(report));
    this.path.start();
    this.#carries(true);
  }

  /** @param {boolean} carries */
  #carries(carries) {
    const before = this.carries;
    this.carries = carries;
    if (carries && this.spent) return;
    if (carries) {
      this.around.timers.clear(this.timer);
      this.tries = 0;
      if (this.trying) this.#drop(); // the old path came back first
      this.around.changed("up");
    } else if (before) {
      this.#lose();
      this.around.silent();
      this.join();
    }
  }
}
