// <two-way data-ask data-stop>: an officer shows the caller their own camera and microphone. Asked first; the camera
// opens only when the caller has accepted, and everybody sees who is shown.

import { ask, wordsOf } from "../page.js";

/** @typedef {{t: string, state?: string, who?: string, id?: number, sdp?: string, code?: string, message?: string}} Message */

const GATHER_AT_MOST = 1000; // ms
const WORDS = Object.freeze({ none: "Show myself to the caller", asked: "Asked. Waiting for the caller", accepted: "Caller sees you. Stop", refused: "Caller said not now. Ask again", ended: "Show myself to the caller" });

class TwoWay extends HTMLElement {
  /** @type {keyof typeof WORDS} */
  #state = "none";
  /** @type {RTCPeerConnection|null} */
  #peer = null;
  /** @type {MediaStream|null} */
  #own = null;
  #id = 1_000_000; // apart from the ids of the picture's own offers
  #mine = false; // this page asked: only it may show

  connectedCallback() {
    this.querySelector("button")?.addEventListener("click", () => void this.#pressed());
    document.addEventListener("sightline:two-way", this.#heard);
    addEventListener("pagehide", this.#hide);
  }

  disconnectedCallback() {
    document.removeEventListener("sightline:two-way", this.#heard);
    removeEventListener("pagehide", this.#hide);
    this.#hide();
  }

  /** @param {Event} event */
  #heard = (event) => {
    const message = /** @type {CustomEvent<Message>} */ (event).detail;
    if (message.t === "talk_answer") void this.#answer(message);
    else if (message.t === "two_way") this.#move(/** @type {keyof typeof WORDS} */ (message.state ?? "none"), message.who ?? "");
  };

  async #pressed() {
    const stopping = this.#state === "asked" || this.#state === "accepted";
    this.#mine ||= !stopping;
    try {
      const answer = await ask(String(stopping ? this.dataset.stop : this.dataset.ask), { method: "POST" });
      if (!answer.ok) this.#say(await wordsOf(answer));
    } catch {
      this.#say("No connection. Try again.");
    }
  }

  /**
   * @param {keyof typeof WORDS} state
   * @param {string} who
   */
  #move(state, who) {
    this.#state = state;
    this.dataset.state = state;
    const button = this.querySelector("button");
    button?.setAttribute("aria-pressed", String(state === "asked" || state === "accepted"));
    const words = this.querySelector("[data-words]");
    if (words) words.textContent = this.#mine || !who ? WORDS[state] : state === "accepted" ? `${who} is shown. Stop` : WORDS[state];
    this.#say("");
    if (state !== "accepted") this.#hide();
    else if (this.#mine && !this.#peer) void this.#show();
  }

  async #show() {
    try {
      this.#own = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: { ideal: 640 }, height: { ideal: 480 }, facingMode: "user" } });
    } catch {
      this.#say("This browser gives no camera. Allow it, then ask again.");
      return;
    }
    const peer = new RTCPeerConnection();
    this.#peer = peer;
    const [video, audio] = [this.#own.getVideoTracks()[0], this.#own.getAudioTracks()[0]];
    peer.addTransceiver(video, { direction: "sendonly", streams: [this.#own] });
    if (audio) peer.addTransceiver(audio, { direction: "sendonly", streams: [this.#own] });
    const preview = /** @type {HTMLVideoElement|null} */ (this.querySelector("video"));
    if (preview) {
      preview.srcObject = this.#own;
      preview.hidden = false;
    }
    await peer.setLocalDescription(await peer.createOffer());
    await new Promise((resolve) => {
      setTimeout(resolve, GATHER_AT_MOST);
      peer.addEventListener("icegatheringstatechange", () => peer.iceGatheringState === "complete" && resolve(undefined));
      if (peer.iceGatheringState === "complete") resolve(undefined);
    });
    if (peer !== this.#peer) return;
    this.#id += 1;
    /** @type {any} */ (document.querySelector("live-video"))?.say({ t: "talk", id: this.#id, sdp: peer.localDescription?.sdp ?? "" });
  }

  /** @param {Message} message */
  async #answer(message) {
    if (message.id === this.#id) await this.#peer?.setRemoteDescription({ type: "answer", sdp: message.sdp ?? "" });
  }

  #hide = () => {
    this.#peer?.close();
    this.#peer = null;
    for (const track of this.#own?.getTracks() ?? []) track.stop();
    this.#own = null;
    const preview = /** @type {HTMLVideoElement|null} */ (this.querySelector("video"));
    if (preview) {
      preview.srcObject = null;
      preview.hidden = true;
    }
  };

  /** @param {string} words */
  #say(words) {
    const place = this.querySelector("[data-trouble]");
    if (place) place.textContent = words;
  }
}

customElements.define("two-way", TwoWay);
