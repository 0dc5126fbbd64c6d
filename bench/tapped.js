// Runs before the page's own scripts, on the phone and in the console: when each stage was reached (epoch ms).
"use strict";

window.benchMarks = { start: performance.timeOrigin };

(() => {
  const mark = (name) => {
    window.benchMarks[name] ??= performance.timeOrigin + performance.now();
  };

  addEventListener("load", () => mark("page"));
  addEventListener("click", () => mark("pressed"), { capture: true });

  const devices = navigator.mediaDevices;
  if (devices) {
    const open = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async (wish) => {
      const stream = await open(wish);
      mark("permission");
      return stream;
    };
  }

  const Peer = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Peer {
    constructor(...options) {
      super(...options);
      this.addEventListener("iceconnectionstatechange", () => {
        if (["connected", "completed"].includes(this.iceConnectionState)) mark("ice");
      });
      this.addEventListener("connectionstatechange", () => {
        if (this.connectionState === "connected") mark("dtls");
      });
    }
  };

  const source = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, "srcObject");
  Object.defineProperty(HTMLMediaElement.prototype, "srcObject", {
    ...source,
    set(stream) {
      source.set.call(this, stream);
      if (stream) this.requestVideoFrameCallback?.(() => mark("picture"));
    },
  });
})();
