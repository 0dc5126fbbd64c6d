// The live connection of a screen to /ws/live/: subscriptions, gaps found and filled, reconnection. No DOM: tested
// with `node --test tests/js/`. Every topic's events are numbered without gaps; this class hands each on exactly once,
// in order, and says "reload" when what was missed is no longer kept.

/**
 * @typedef {{topic: string, seq: number, kind: string, at: string, data: Record<string, any>}} LiveEvent
 * @typedef {{topic: string, kind: string, data: Record<string, any>}} Ephemeral
 * @typedef {{event?: (event: LiveEvent) => void, ephemeral?: (message: Ephemeral) => void, reload?: () => void, refused?: () => void}} Listener
 * @typedef {"joining"|"up"|"down"|"signed-out"} LiveState
 * @typedef {{readyState: number, send(text: string): void, close(code?: number): void, onopen: any, onmessage: any, onclose: any}} SocketLike
 * @typedef {{open: (url: string) => SocketLike, setTimeout: (run: () => void, ms: number) => any, clearTimeout: (id: any) => void, now: () => number, random: () => number}} World
 */

const PING_EVERY = 5000;
const SILENT_AFTER = 12000;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 8000;
const MAX_HELD = 500;

/** @type {World} */
const BROWSER = {
  open: (url) => /** @type {any} */ (new WebSocket(url)),
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (id) => clearTimeout(id),
  now: () => performance.now(),
  random: () => Math.random(),
};

class Topic {
  /** @param {string} name */
  constructor(name) {
    this.name = name;
    /** @type {Set<Listener>} */
    this.listeners = new Set();
    /** @type {number|null} the last event handed on; null before the first subscription was answered */
    this.seq = null;
    this.catchingUp = false;
    /** @type {LiveEvent[]} events that came while older ones are still missing */
    this.held = [];
  }
}

export class LiveSocket {
  /**
   * @param {string} url of the socket
   * @param {Partial<World>} [world] for tests
   */
  constructor(url, world = {}) {
    this.url = url;
    this.world = { ...BROWSER, ...world };
    /** @type {Map<string, Topic>} */
    this.topics = new Map();
    /** @type {SocketLike|null} */
    this.socket = null;
    /** @type {LiveState} */
    this.state = "joining";
    /** @type {number|null} milliseconds of the last round trip */
    this.latency = null;
    /** @type {Set<(state: LiveState) => void>} */
    this.watchers = new Set();
    /** @type {Set<(serverTime: number, roundTrip: number) => void>} */
    this.timeListeners = new Set();
    /** @type {Set<(parts: {part: string, since: string}[], looked: string|null) => void>} hear which parts of the system are away */
    this.partListeners = new Set();
    this.attempt = 0;
    this.pingNumber = 0;
    this.pings = new Map();
    this.heardAt = 0;
    this.stopped = false;
    /** @type {any} */
    this.timer = null;
  }

  /** Open the connection and keep it open until `stop`. */
  start() {
    this.stopped = false;
    if (!this.socket) this.#connect();
  }

  stop() {
    this.stopped = true;
    this.world.clearTimeout(this.timer);
    this.socket?.close(1000);
    this.socket = null;
  }

  /**
   * Follow a topic. Returns a function that stops it.
   * @param {string} name
   * @param {Listener} listener
   * @param {number|null} [after] the last event that the page, as it was rendered, already shows
   * @returns {() => void}
   */
  subscribe(name, listener, after = null) {
    let topic = this.topics.get(name);
    if (!topic) {
      topic = new Topic(name);
      topic.seq = after;
      this.topics.set(name, topic);
      if (this.state === "up") this.#ask(topic);
    } else if (topic.seq === null && this.state !== "up") {
      topic.seq = after; // nobody has asked the server yet: from where the page stands
    }
    topic.listeners.add(listener);
    return () => this.#leave(name, listener);
  }

  /** Every screen anew, as long as events do not come: what is told of them later changes only what is older. */
  refresh() {
    for (const topic of this.topics.values()) for (const listener of topic.listeners) listener.reload?.();
  }

  /**
   * Hear the state of the connection, now and at every change.
   * @param {(state: LiveState) => void} watcher
   */
  watch(watcher) {
    this.watchers.add(watcher);
    watcher(this.state);
    return () => this.watchers.delete(watcher);
  }

  /**
   * @param {string} name
   * @param {Listener} listener
   */
  #leave(name, listener) {
    const topic = this.topics.get(name);
    if (!topic) return;
    topic.listeners.delete(listener);
    if (topic.listeners.size) return;
    this.topics.delete(name);
    this.#send({ t: "unsubscribe", topic: name });
  }

  #connect() {
    const socket = this.world.open(this.url);
    this.socket = socket;
    socket.onopen = () => this.#opened(socket);
    socket.onmessage = (/** @type {{data: unknown}} */ frame) => {
      if (socket === this.socket) this.#take(frame.data);
    };
    socket.onclose = (/** @type {{code: number}} */ frame) => {
      if (socket === this.socket) this.#closed(frame.code);
    };
  }

  /** @param {SocketLike} socket */
  #opened(socket) {
    if (socket !== this.socket) return;
    this.heardAt = this.world.now();
    this.#set("up");
    for (const topic of this.topics.values()) this.#ask(topic);
    this.#beat();
  }

  /** @param {number} code */
  #closed(code) {
    this.socket = null;
    this.world.clearTimeout(this.timer);
    this.latency = null;
    if (this.stopped) return;
    if (code === 4401) {
      this.#set("signed-out");
      return;
    }
    this.#set("down");
    // Thousands lose their server in the same instant: they come back spread over a time as long as the wait itself.
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.attempt) * (0.5 + this.world.random());
    this.attempt = Math.min(this.attempt + 1, 10);
    this.timer = this.world.setTimeout(() => this.#connect(), wait);
  }

  #beat() {
    if (!this.socket || this.stopped) return;
    if (this.world.now() - this.heardAt > SILENT_AFTER) {
      this.socket.close(4000); // a dead network says nothing: `onclose` may take minutes to come by itself
      this.#closed(1006);
      return;
    }
    this.pingNumber += 1;
    this.pings.clear();
    this.pings.set(this.pingNumber, this.world.now());
    this.#send({ t: "ping", n: this.pingNumber });
    this.timer = this.world.setTimeout(() => this.#beat(), PING_EVERY);
  }

  /** @param {Topic} topic */
  #ask(topic) {
    topic.catchingUp = false;
    topic.held = [];
    this.#send({ t: "subscribe", topic: topic.name, after: topic.seq });
  }

  /** @param {unknown} text */
  #take(text) {
    /** @type {any} */
    let message;
    try {
      message = JSON.parse(String(text));
    } catch {
      return;
    }
    this.heardAt = this.world.now();
    if (message.t === "pong") return this.#pong(message);
    if (message.t === "away") {
      for (const listener of this.partListeners) listener(message.parts, message.looked);
      return;
    }
    const topic = this.topics.get(message.topic);
    if (!topic) return;
    if (message.t === "event") this.#event(topic, message);
    else if (message.t === "subscribed") this.#subscribed(topic, message.seq);
    else if (message.t === "caught_up") this.#caughtUp(topic, message.seq);
    else if (message.t === "reload") this.#reload(topic, message.seq ?? null);
    else if (message.t === "ephemeral") for (const listener of topic.listeners) listener.ephemeral?.(message);
    else if (message.t === "refused") for (const listener of topic.listeners) listener.refused?.();
  }

  /** @param {{n: number, server_time: number}} message */
  #pong(message) {
    const sent = this.pings.get(message.n);
    if (sent === undefined) return;
    this.pings.delete(message.n);
    this.attempt = 0;
    this.latency = Math.round(this.world.now() - sent);
    for (const listener of this.timeListeners) listener(message.server_time, this.latency);
    this.#set("up", true);
  }

  /**
   * @param {Topic} topic
   * @param {number} head
   */
  #subscribed(topic, head) {
    if (topic.seq === null) topic.seq = head;
    else if (head > topic.seq) topic.catchingUp = true; // the server sends what was missed by itself after `after`
    this.#drain(topic);
  }

  /**
   * @param {Topic} topic
   * @param {LiveEvent} event
   */
  #event(topic, event) {
    if (topic.seq !== null && event.seq <= topic.seq) return;
    if (topic.seq !== null && event.seq === topic.seq + 1) {
      this.#hand(topic, event);
      this.#drain(topic);
      return;
    }
    if (topic.held.length < MAX_HELD) topic.held.push(event);
    if (topic.seq !== null && !topic.catchingUp) {
      topic.catchingUp = true;
      this.#send({ t: "catch_up", topic: topic.name, after: topic.seq });
    }
  }

  /**
   * @param {Topic} topic
   * @param {number} seq
   */
  #caughtUp(topic, seq) {
    topic.catchingUp = false;
    if (topic.seq === null || seq > topic.seq) topic.seq = seq;
    this.#drain(topic);
  }

  /**
   * @param {Topic} topic
   * @param {number|null} head
   */
  #reload(topic, head) {
    topic.catchingUp = false;
    topic.held = [];
    topic.seq = head;
    for (const listener of topic.listeners) listener.reload?.();
  }

  /** @param {Topic} topic */
  #drain(topic) {
    topic.held.sort((a, b) => a.seq - b.seq);
    while (topic.held.length && topic.seq !== null && topic.held[0].seq <= topic.seq + 1) {
      const event = /** @type {LiveEvent} */ (topic.held.shift());
      if (event.seq === topic.seq + 1) this.#hand(topic, event);
    }
  }

  /**
   * @param {Topic} topic
   * @param {LiveEvent} event
   */
  #hand(topic, event) {
    topic.seq = event.seq;
    for (const listener of topic.listeners) listener.event?.(event);
  }

  /** @param {Record<string, unknown>} message */
  #send(message) {
    if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(message));
  }

  /**
   * @param {LiveState} state
   * @param {boolean} [always] tell the watchers although nothing but the latency changed
   */
  #set(state, always = false) {
    if (state === this.state && !always) return;
    this.state = state;
    for (const watcher of this.watchers) watcher(state);
  }
}
