// The console of `bench networks`: shows the picture and notes when each frame was on the screen.

const video = /** @type {HTMLVideoElement} */ (document.getElementById("screen"));
/** @type {RTCPeerConnection|null} */
let peer = null;
/** @type {{at: number, width: number, height: number}[]} */
const shown = [];

const now = () => performance.timeOrigin + performance.now();

function look() {
  /** @type {any} */ (video).requestVideoFrameCallback(() => {
    shown.push({ at: now(), width: video.videoWidth, height: video.videoHeight });
    look();
  });
}

look();

const bench = {
  /** @param {string} codec */
  async offer(codec) {
    peer?.close();
    const fresh = new RTCPeerConnection();
    peer = fresh;
    const transceiver = fresh.addTransceiver("video", { direction: "recvonly" });
    fresh.addTransceiver("audio", { direction: "recvonly" });
    const all = RTCRtpReceiver.getCapabilities("video")?.codecs ?? [];
    transceiver.setCodecPreferences(all.filter((one) => [`video/${codec}`, "video/rtx"].includes(one.mimeType)));
    fresh.addEventListener("track", (event) => { if (event.track.kind === "video") video.srcObject = new MediaStream([event.track]); });
    await fresh.setLocalDescription();
    while (fresh.iceGatheringState !== "complete") await new Promise((done) => fresh.addEventListener("icegatheringstatechange", done, { once: true }));
    return fresh.localDescription?.sdp;
  },

  /** @param {string} sdp */
  accept(sdp) { return peer?.setRemoteDescription({ type: "answer", sdp }); },

  count() { return shown.length; },

  take() { return shown.splice(0); },

  async sound() {
    for (const one of (await peer?.getStats() ?? new Map()).values()) {
      if (one.type === "inbound-rtp" && one.kind === "audio") return { packets: one.packetsReceived, lost: one.packetsLost };
    }
    return { packets: 0, lost: 0 };
  },
};

Object.assign(window, { bench });
