// @ts-check
/**
 * The caller's side of a two-way session, loaded when an officer asks to be seen: the question, and after a tap on yes
 * the officer's picture in a corner, with sound. Words come with the question, in the page's language.
 */

/**
 * @typedef {{t: string, state?: string, who?: string, words?: Record<string, string>, id?: number, sdp?: string}} Message
 * @typedef {{send: (message: object) => void, servers: () => RTCIceServer[], host: HTMLElement, Peer: typeof RTCPeerConnection}} World
 */

const GATHER_AT_MOST = 1000; // ms
const AGAIN_AFTER = 1500; // ms: the officer's camera may need a moment

/** @type {Seen|null} */
let seen = null;

/** @param {Message} message @param {World} world */
export function heard(message, world) {
  seen ??= new Seen(world);
  seen.take(message);
}

class Seen {
  /** @param {World} world */
  constructor(world) {
    this.world = world;
    this.id = 2_000_000; // apart from the ids of the camera's own offers
    this.state = "none";
    /** @type {RTCPeerConnection|null} */
    this.peer = null;
    /** @type {any} */
    this.timer = null;
    this.box = document.createElement("section");
    this.box.className = "two-way";
    this.box.hidden = true;
    this.box.setAttribute("aria-live", "polite");
    world.host.append(this.box);
  }

  /** @param {Message} message */
  take(message) {
    if (message.t === "see_answer") return void this.#answer(message);
    if (message.t === "error") return void (message.id === this.id && this.state === "accepted" && this.#later());
    const before = this.state;
    this.state = message.state ?? "none";
    const words = message.words ?? {};
    if (this.state === "asked") this.#ask(message.who ?? "", words);
    else if (this.state === "accepted") {
      if (before !== "accepted" || !this.peer) this.#show(message.who ?? "", words);
    } else this.#close();
  }

  /** @param {string} who @param {Record<string, string>} words */
  #ask(who, words) {
    this.#close();
    this.box.replaceChildren(text("p", words.ask), text("p", who, "who"), text("p", words.recorded, "small"), this.#button(words.yes, true), this.#button(words.no, false));
    this.box.dataset.state = "asked";
    this.box.hidden = false;
  }

  /** @param {string} words @param {boolean} accept */
  #button(words, accept) {
    const button = /** @type {HTMLButtonElement} */ (text("button", words, accept ? "big" : "plain"));
    button.type = "button";
    button.addEventListener("click", () => {
      this.world.send({ t: "consent", accept });
      if (!accept) this.#close();
    });
    return button;
  }

  /** @param {string} who @param {Record<string, string>} words */
  #show(who, words) {
    this.#close();
    const video = document.createElement("video");
    video.playsInline = video.autoplay = true;
    video.setAttribute("aria-label", words.seen ?? who);
    this.box.replaceChildren(video, text("p", who, "who"), this.#button(words.hide, false));
    this.box.dataset.state = "shown";
    this.box.hidden = false;
    void this.#offer(video);
  }

  /** @param {HTMLVideoElement} video */
  async #offer(video) {
    this.peer?.close();
    const peer = new this.world.Peer({ iceServers: this.world.servers() });
    this.peer = peer;
    const stream = new MediaStream();
    peer.addTransceiver("video", { direction: "recvonly" });
    peer.addTransceiver("audio", { direction: "recvonly" });
    peer.ontrack = ({ track }) => {
      stream.addTrack(track);
      video.srcObject = stream;
      video.play().catch(() => {});
    };
    peer.onconnectionstatechange = () => peer === this.peer && peer.connectionState === "failed" && this.#later();
    await peer.setLocalDescription(await peer.createOffer());
    await gathered(peer);
    if (peer !== this.peer) return;
    this.id += 1;
    this.world.send({ t: "see", id: this.id, sdp: peer.localDescription?.sdp ?? "" });
    this.#later(8000);
  }

  /** @param {Message} message */
  async #answer(message) {
    if (message.id !== this.id || !this.peer) return;
    clearTimeout(this.timer);
    await this.peer.setRemoteDescription({ type: "answer", sdp: message.sdp ?? "" }).catch(() => this.#later());
  }

  /** Offer again: there was no picture yet, or it was lost. @param {number} [ms] */
  #later(ms = AGAIN_AFTER) {
    clearTimeout(this.timer);
    const video = this.box.querySelector("video");
    this.timer = setTimeout(() => {
      if (this.state === "accepted" && video && this.peer?.connectionState !== "connected") void this.#offer(video);
    }, ms);
  }

  #close() {
    clearTimeout(this.timer);
    this.peer?.close();
    this.peer = null;
    this.box.replaceChildren();
    this.box.hidden = true;
  }
}

/** @param {string} tag @param {string|undefined} words @param {string} [kind] */
function text(tag, words, kind = "") {
  const element = document.createElement(tag);
  element.textContent = words ?? "";
  if (kind) element.className = kind;
  return element;
}

/** @param {RTCPeerConnection} peer */
function gathered(peer) {
  if (peer.iceGatheringState === "complete") return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, GATHER_AT_MOST);
    peer.addEventListener("icegatheringstatechange", () => {
      if (peer.iceGatheringState !== "complete") return;
      clearTimeout(timer);
      resolve(undefined);
    });
  });
}
