// One viewer of one session: the signalling socket /ws/watch/<id>/ and the receiving peer connection. It reconnects by
// itself and says what is true through `on`. It touches no page: the stream is handed over as a MediaStream.

import { afterClose, build, parseWatch, retryDelay } from "../webrtc/protocol.js";

/**
 * @typedef {import("../webrtc/protocol.js").WatchServerMessage} WatchServerMessage
 * @typedef {import("../webrtc/protocol.js").WatchWelcome} WatchWelcome
 * @typedef {{message: (message: WatchServerMessage) => void, stream: (stream: MediaStream) => void, link: (state: "joining"|"up"|"down"|"closed", why?: string) => void}} On
 * @typedef {{openSocket?: (url: string) => WebSocket, openPeer?: (configuration: RTCConfiguration) => RTCPeerConnection, setTimeout?: typeof setTimeout, random?: () => number}} World
 */

const GATHER_AT_MOST = 1000; // ms; offers carry every candidate (no trickle)
const PEER_RETRY = 1000;
const ANSWER_WITHIN = 8000;
const PING_EVERY = 5000;
const READY_FOR = 60_000; // ms that the ways to this desk are taken to stay as they were found
const SILENT_AFTER = 13_000;

export class Watcher {
  /**
   * @param {string} url of the signalling socket
   * @param {On} on
   * @param {World} [world] for tests
   */
  constructor(url, on, world = {}) {
    this.url = url;
    this.on = on;
    this.openSocket = world.openSocket ?? ((address) => new WebSocket(address));
    this.openPeer = world.openPeer ?? ((configuration) => new RTCPeerConnection(configuration));
    this.setTimeout = world.setTimeout ?? setTimeout.bind(globalThis);
    this.random = world.random ?? Math.random;
    /** @type {WebSocket|null} */
    this.socket = null;
    /** @type {RTCPeerConnection|null} */
    this.peer = null;
    /** @type {{peer: RTCPeerConnection, offered: Promise<void>, at: number}|null} begun before there is anything to see */
    this.ready = null;
    /** @type {RTCIceServer[]} */
    this.iceServers = [];
    /** @type {string|null} the codec of the caller's picture; null while there is none */
    this.codec = null;
    /** @type {string|null} the engine that the picture comes from, as health names it */
    this.engine = null;
    /** @type {import("../webrtc/protocol.js").Rate} how much of the picture is wanted */
    this.rate = "full";
    this.offerId = 0;
    this.attempt = 0;
    this.heardAt = 0;
    this.pings = 0;
    this.stopped = false;
    /** @type {any} */
    this.timer = null;
    /** @type {any} */
    this.peerTimer = null;
    /** @type {any} */
    this.beat = null;
  }

  start() {
    this.stopped = false;
    this.#connect();
  }

  stop() {
    this.stopped = true;
    for (const timer of [this.timer, this.peerTimer, this.beat]) clearTimeout(timer);
    if (this.socket?.readyState === 1) this.socket.send(build({ t: "leave" }));
    this.#closePeer();
    this.#unready();
    this.socket?.close(1000);
    this.socket = null;
  }

  /** A message beside the picture's own. @param {import("../webrtc/protocol.js").ClientMessage} message */
  say(message) {
    if (this.socket?.readyState === 1) this.socket.send(build(message));
  }

  /**
   * How much of the picture is wanted from now on; the connection stays.
   * @param {import("../webrtc/protocol.js").Rate} rate
   */
  tune(rate) {
    if (rate === this.rate) return;
    this.rate = rate;
    if (this.socket?.readyState === 1) this.socket.send(build({ t: "tune", rate }));
  }

  #connect() {
    if (this.stopped) return;
    this.on.link("joining");
    const socket = this.openSocket(this.url);
    this.socket = socket;
    socket.onopen = () => {
      this.heardAt = performance.now();
      this.#ping();
    };
    socket.onmessage = (frame) => socket === this.socket && this.#take(parseWatch(frame.data));
    socket.onclose = (frame) => socket === this.socket && this.#closed(frame.code);
  }

  #ping() {
    clearTimeout(this.beat);
    if (this.socket?.readyState !== 1) return;
    if (performance.now() - this.heardAt > SILENT_AFTER) {
      this.socket.close(4000);
      this.#closed(1006);
      return;
    }
    this.pings += 1;
    this.socket.send(build({ t: "ping", n: this.pings }));
    this.beat = this.setTimeout(() => this.#ping(), PING_EVERY);
  }

  /** @param {number} code */
  #closed(code) {
    this.socket = null;
    clearTimeout(this.beat);
    this.#unready();
    if (this.stopped) return;
    const next = afterClose(code);
    if (next !== "retry" && next !== "wait") {
      this.#closePeer();
      this.on.link("closed", next);
      return;
    }
    this.on.link("down");
    this.attempt += 1;
    const wait = next === "wait" ? 5000 : retryDelay(this.attempt, this.random());
    this.timer = this.setTimeout(() => this.#connect(), wait);
  }

  /** @param {WatchServerMessage|null} message */
  #take(message) {
    if (!message) return;
    this.heardAt = performance.now();
    if (message.t === "welcome") this.#welcome(message);
    else if (message.t === "source") this.#source(message.codec);
    else if (message.t === "state") this.#comes(message.state);
    else if (message.t === "health") this.#lives(message);
    else if (message.t === "ice") this.#servers(message.ice_servers);
    else if (message.t === "answer") void this.#answer(message.id, message.sdp);
    else if (message.t === "error") this.#refused(message.id, message.code);
    this.on.message(message); // before the connection closes: the page may still keep the last picture
    if (message.t === "ended") {
      this.#closePeer();
      this.#unready();
    }
  }

  /** @param {RTCIceServer[]} servers */
  #servers(servers) {
    this.iceServers = servers;
    this.#unready();
  }

  /**
   * The caller has opened the link: finding the ways to this desk takes a third of a second, so it is done before
   * there is a picture to ask for.
   * @param {import("../webrtc/protocol.js").SessionState} state
   */
  #comes(state) {
    if (this.codec || this.ready || (state !== "opened" && state !== "camera_on")) return;
    this.ready = this.#begin();
  }

  #unready() {
    if (this.ready) abandon(this.ready.peer);
    this.ready = null;
  }

  /** @param {WatchWelcome} message */
  #welcome(message) {
    this.attempt = 0;
    this.iceServers = message.ice_servers;
    this.on.link("up");
    this.codec = message.codec;
    this.engine = null;
    if (this.rate !== "full") this.socket?.send(build({ t: "tune", rate: this.rate }));
    // Every socket is a new viewing: the server drops the picture of the one before (docs/signalling.md).
    if (message.codec) void this.#offer();
    else this.#comes(message.state);
  }

  /**
   * The session may have moved: its engine died, or was drained. The old connection would take half a minute to fail.
   * @param {import("../webrtc/protocol.js").Health} health
   */
  #lives({ engine, joined }) {
    if (!joined || engine === this.engine) return;
    const moved = this.engine !== null;
    this.engine = engine;
    if (moved && this.codec) void this.#offer();
  }

  /** @param {string} codec */
  #source(codec) {
    const same = this.codec === codec;
    this.codec = codec;
    const state = this.peer?.connectionState;
    if (!same || state !== "connected") void this.#offer();
  }

  /** A connection that has said what it wants and looks for its ways. */
  #begin() {
    const peer = this.openPeer({ iceServers: this.iceServers });
    const stream = new MediaStream();
    peer.addTransceiver("video", { direction: "recvonly" });
    peer.addTransceiver("audio", { direction: "recvonly" });
    peer.ontrack = (event) => {
      if (peer !== this.peer) return;
      stream.addTrack(event.track);
      this.on.stream(stream);
    };
    peer.onconnectionstatechange = () => {
      if (peer === this.peer && (peer.connectionState === "failed" || peer.connectionState === "closed")) this.#again();
    };
    const offered = (async () => {
      await peer.setLocalDescription(await peer.createOffer());
      await gathered(peer, this.setTimeout);
    })();
    offered.catch(() => {}); // whoever needs it hears of it
    return { peer, offered, at: performance.now() };
  }

  async #offer() {
    clearTimeout(this.peerTimer);
    this.#closePeer();
    if (this.stopped || this.socket?.readyState !== 1) return;
    if (this.ready && performance.now() - this.ready.at > READY_FOR) this.#unready();
    const { peer, offered } = this.ready ?? this.#begin();
    this.ready = null;
    this.peer = peer;
    this.offerId += 1;
    const id = this.offerId;
    try {
      await offered;
      if (peer !== this.peer || this.socket?.readyState !== 1) return;
      this.socket.send(build({ t: "offer", id, sdp: peer.localDescription?.sdp ?? "" }));
      this.peerTimer = this.setTimeout(() => id === this.offerId && peer.connectionState !== "connected" && this.#again(), ANSWER_WITHIN);
    } catch {
      this.#again();
    }
  }

  /**
   * @param {number} id
   * @param {string} sdp
   */
  async #answer(id, sdp) {
    const peer = this.peer;
    if (!peer || id !== this.offerId) return;
    try {
      await peer.setRemoteDescription({ type: "answer", sdp });
    } catch {
      if (peer === this.peer) this.#again();
    }
  }

  /**
   * @param {number|undefined} id
   * @param {string} code
   */
  #refused(id, code) {
    if (id === undefined || id !== this.offerId) return;
    this.#closePeer();
    // Without a source the server says when there is one; a codec this browser lacks will not come by asking again.
    if (code === "no_source" || code === "no_codec" || code === "no_session" || code === "not_allowed") return;
    this.#again();
  }

  #again() {
    clearTimeout(this.peerTimer);
    this.#closePeer();
    if (!this.stopped && this.codec) this.peerTimer = this.setTimeout(() => this.#offer(), PEER_RETRY);
  }

  #closePeer() {
    const peer = this.peer;
    this.peer = null;
    if (peer) abandon(peer);
  }
}

/** @param {RTCPeerConnection} peer */
function abandon(peer) {
  peer.ontrack = peer.onconnectionstatechange = null;
  peer.close();
}

/**
 * Resolves when every candidate is in the local description, or after a second with what there is.
 * @param {RTCPeerConnection} peer
 * @param {typeof setTimeout} later
 */
function gathered(peer, later) {
  if (peer.iceGatheringState === "complete") return Promise.resolve();
  return new Promise((resolve) => {
    const timer = later(() => resolve(undefined), GATHER_AT_MOST);
    peer.addEventListener("icegatheringstatechange", () => {
      if (peer.iceGatheringState !== "complete") return;
      clearTimeout(timer);
      resolve(undefined);
    });
  });
}
