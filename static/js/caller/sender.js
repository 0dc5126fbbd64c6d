// @ts-check
/**
 * One sending peer connection. A rejoin is a new one: the engine has no ICE restart. All candidates are gathered before
 * the offer leaves (at most one second): one message each way.
 *
 * @typedef {{new (config?: RTCConfiguration): RTCPeerConnection}} PeerConnection
 */

import { limited } from "./rate.js";

const GATHER_MS = 1000;
const MAX_BITRATE = 3_500_000;

/** H264 first (phones encode it in hardware and it is not transcoded for court), then VP8; the browser's order inside. @template {{mimeType: string}} C @param {C[]} codecs @returns {C[]} */
export function order(codecs) {
  const rank = (/** @type {C} */ codec) => ["video/h264", "video/vp8"].indexOf(codec.mimeType.toLowerCase());
  const known = codecs.filter((codec) => rank(codec) >= 0).sort((a, b) => rank(a) - rank(b));
  return [...known, ...codecs.filter((codec) => rank(codec) < 0)];
}

/** @param {RTCPeerConnection} pc @param {number} ms */
export function gathered(pc, ms = GATHER_MS) {
  return new Promise((resolve) => {
    const done = () => { clearTimeout(timer); pc.removeEventListener("icegatheringstatechange", check); resolve(undefined); };
    const check = () => { if (pc.iceGatheringState === "complete") done(); };
    const timer = setTimeout(done, ms);
    pc.addEventListener("icegatheringstatechange", check);
    check();
  });
}

export class Sender {
  /**
   * @param {PeerConnection} Peer
   * @param {RTCIceServer[]} servers
   * @param {import("./camera.js").Camera} camera
   * @param {(state: RTCPeerConnectionState) => void} changed
   */
  constructor(Peer, servers, camera, changed) {
    this.pc = new Peer({ iceServers: servers, bundlePolicy: "max-bundle" });
    const video = this.pc.addTransceiver(camera.video, { direction: "sendonly", streams: [camera.stream] });
    this.audio = camera.audio && this.pc.addTransceiver(camera.audio, { direction: "sendonly", streams: [camera.stream] }).sender;
    this.video = video.sender;
    this.answer = "";
    const codecs = globalThis.RTCRtpSender?.getCapabilities?.("video")?.codecs;
    try { if (codecs) video.setCodecPreferences?.(order(codecs)); } catch { /* the browser's own order will do */ }
    this.pc.onconnectionstatechange = () => changed(this.pc.connectionState);
  }

  /** @returns {Promise<string>} the SDP with every candidate */
  async offer() {
    await this.pc.setLocalDescription(await this.pc.createOffer());
    await gathered(this.pc);
    return this.pc.localDescription?.sdp ?? "";
  }

  /** @param {string} sdp */
  async accept(sdp) {
    this.answer = sdp;
    await this.pc.setRemoteDescription({ type: "answer", sdp });
    try {
      const wish = this.video.getParameters();
      /** @type {any} */ (wish).degradationPreference = "balanced";
      for (const encoding of wish.encodings ?? []) encoding.maxBitrate = MAX_BITRATE;
      await this.video.setParameters(wish);
    } catch { /* older browsers know none of this */ }
  }

  /** The picture has at most so many lines and frames a second from now on. @param {number} lines @param {number} fps */
  async shape(lines, fps) {
    const { width = 0, height = 0 } = this.video.track?.getSettings() ?? {};
    const by = Math.max(1, Math.min(width, height) / lines);
    try {
      const wish = this.video.getParameters();
      // a size that was chosen is kept: left alone the browser makes it smaller still, down to 160 by 120
      /** @type {any} */ (wish).degradationPreference = Number.isFinite(lines) ? "maintain-resolution" : "balanced";
      for (const encoding of wish.encodings ?? []) Object.assign(encoding, { scaleResolutionDownBy: by, maxFramerate: fps });
      await this.video.setParameters(wish);
    } catch { /* older browsers find their own way */ }
  }

  /** Take the answer again with another limit: a higher one makes the browser probe. @param {number} kbits */
  async limit(kbits) {
    if (this.pc.signalingState !== "stable" || this.pc.connectionState !== "connected") return;
    await this.pc.setLocalDescription(await this.pc.createOffer());
    await this.pc.setRemoteDescription({ type: "answer", sdp: limited(this.answer, kbits) });
  }

  /** @param {MediaStreamTrack} track */
  async replace(track) {
    const sender = track.kind === "audio" ? this.audio : this.video;
    if (!sender) throw new Error("not sent before");
    return sender.replaceTrack(track);
  }

  close() {
    this.pc.onconnectionstatechange = null;
    this.pc.close();
  }
}
