// A browser of our own: time that moves when told, a socket, cameras and a peer connection that do what a test says.

export class Time {
  at = 1_700_000_000_000;
  #queue = [];
  #id = 0;

  timers = {
    set: (run, ms) => { this.#id += 1; this.#queue.push({ id: this.#id, due: this.at + ms, run }); return this.#id; },
    clear: (id) => { this.#queue = this.#queue.filter((one) => one.id !== id); },
    now: () => this.at,
    random: () => 0.5,
  };

  /** Let `ms` pass; every timer that falls due runs at its own moment, promises in between. */
  async pass(ms) {
    const end = this.at + ms;
    for (;;) {
      await settle();
      const next = this.#queue.filter((one) => one.due <= end).sort((a, b) => a.due - b.due)[0];
      if (!next) break;
      this.#queue = this.#queue.filter((one) => one !== next);
      this.at = Math.max(this.at, next.due);
      next.run();
    }
    this.at = end;
    await settle();
  }
}

/** Let every promise that can go on go on. */
export async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
}

export class Socket {
  readyState = 0;
  sent = [];

  open() { this.readyState = 1; this.onopen?.({}); }
  say(message) { this.onmessage?.({ data: typeof message === "string" ? message : JSON.stringify(message) }); }
  send(text) {
    const message = JSON.parse(text);
    this.sent.push(message);
    if (this.living && message.t === "ping") this.say({ t: "pong", n: message.n });
  }
  close(code) { this.readyState = 3; this.closed = code ?? 1005; }
  drop(code = 1006) { this.readyState = 3; this.onclose?.({ code }); }
  of(type) { return this.sent.filter((message) => message.t === type); }
}

export class Track {
  readyState = "live";
  muted = false;
  enabled = true;

  constructor(kind, settings = {}) { this.kind = kind; this.settings = settings; }
  getSettings() { return this.settings; }
  getCapabilities() { return this.settings.torch ? { torch: true } : {}; }
  async applyConstraints(wish) { this.applied = wish; }
  stop() { this.readyState = "ended"; }
  interrupt() { this.muted = true; this.onmute?.(); }
  end() { this.readyState = "ended"; this.onended?.(); }
  resume() { this.muted = false; this.onunmute?.(); }
}

export class Stream {
  constructor(tracks) { this.tracks = tracks; }
  getTracks() { return this.tracks; }
  getVideoTracks() { return this.tracks.filter((track) => track.kind === "video"); }
  getAudioTracks() { return this.tracks.filter((track) => track.kind === "audio"); }
  addTrack(track) { this.tracks.push(track); }
  removeTrack(track) { this.tracks = this.tracks.filter((one) => one !== track); }
}

export const refusal = (name) => Object.assign(new Error(name), { name });

/** `answers(wish)` returns an error to throw, or nothing for a stream of what was wished. */
export class Devices {
  asked = [];
  given = [];

  constructor(answers = () => undefined) { this.answers = answers; }

  async getUserMedia(wish) {
    this.asked.push(wish);
    const error = this.answers(wish, this);
    if (error) throw error;
    const facingMode = wish.video?.facingMode?.ideal;
    const tracks = wish.video ? [new Track("video", { facingMode, torch: facingMode === "environment" })] : [];
    if (wish.audio) tracks.push(new Track("audio"));
    const stream = new Stream(tracks);
    this.given.push(stream);
    return stream;
  }
}

export class Peer {
  static made = [];
  connectionState = "new";
  iceGatheringState = "complete";
  tracks = [];

  constructor(config) { this.config = config; Peer.made.push(this); }

  addTransceiver(track, options) {
    this.tracks.push(track);
    const sender = {
      replaceTrack: async (fresh) => { if (this.refuses) throw refusal("InvalidModificationError"); this.replaced = fresh; },
      getParameters: () => ({ encodings: [{}] }),
      setParameters: async (wish) => { this.parameters = wish; },
    };
    return { sender, direction: options.direction, setCodecPreferences: () => {} };
  }
  addEventListener() {}
  removeEventListener() {}
  async getStats() { return new Map(); }
  async createOffer() { return { type: "offer", sdp: `v=0 offer ${Peer.made.indexOf(this)}` }; }
  async setLocalDescription(description) { this.localDescription = description; }
  async setRemoteDescription(description) { this.remote = description; }
  close() { this.connectionState = "closed"; this.over = true; }
  become(state) { this.connectionState = state; this.onconnectionstatechange?.(); }
}

export class Geolocation {
  getCurrentPosition(take, fail) { this.take = take; this.fail = fail; }
  watchPosition(take, fail) { this.take = take; this.fail = fail; return 1; }
  clearWatch(id) { this.cleared = id; }
  fix(latitude, longitude, accuracy, timestamp) {
    this.take({ coords: { latitude, longitude, accuracy, heading: null, speed: null }, timestamp });
  }
}

export class Keep {
  #items = new Map();
  getItem(name) { return this.#items.get(name) ?? null; }
  setItem(name, value) { this.#items.set(name, value); }
  removeItem(name) { this.#items.delete(name); }
}
