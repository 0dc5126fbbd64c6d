// @ts-check
/**
 * The signalling socket, kept up: opens again with back-off, notices a silent line by itself, tells final closes
 * (session over, page opened elsewhere) from accidents. Protocol: docs/signalling.md.
 *
 * @typedef {{t: string, [field: string]: any}} Message
 * @typedef {{set: (run: () => void, ms: number) => any, clear: (timer: any) => void, now: () => number, random: () => number}} Timers
 */

// A phone in a lift must be back soon after the network is; only one that has tried for a while is patient.
const STEPS = [100, 500, 1000, 2000, 2000, 2000, 2000, 2000, 2000, 2000, 4000, 8000];
const OPEN_MS = 8000;
const RACE_MS = 2500; // a handshake that began without a network is repeated later and later by TCP: begin another
const RACERS = 3;
const PING_MS = 2500;
const SILENT_MS = 6000; // the server speaks once a second
const NUDGE_MS = 1200;
const FLOOD = 4429;
const PATIENT = 10; // the first attempt with the longer waits

/** Close codes after which opening again is pointless (streaming/signalling.py). @type {Record<number, "ended"|"gone"|"replaced">} */
export const FINAL = { 4410: "ended", 4404: "gone", 4403: "gone", 4401: "gone", 4409: "replaced" };

/** Wait before try number `attempt` (0 = first), ms, spread so that phones do not come back in step. @param {number} attempt @param {number} random 0 to 1 */
export function pause(attempt, random) {
  return Math.round(STEPS[Math.min(attempt, STEPS.length - 1)] * (0.7 + 0.6 * random));
}

export class Line {
  /**
   * @param {() => WebSocket} open
   * @param {{message: (message: Message) => void, up: () => void, down: (attempt: number) => void, final: (why: "ended"|"gone"|"replaced") => void}} on
   * @param {Timers} timers
   */
  constructor(open, on, timers) {
    this.open = open;
    this.on = on;
    this.timers = timers;
    /** @type {WebSocket|null} */
    this.socket = null;
    /** @type {Set<WebSocket>} */
    this.opening = new Set();
    this.attempt = 0;
    this.heard = 0;
    this.pings = 0;
    this.running = false;
    /** @type {any} */
    this.timer = null;
    /** @type {any} */
    this.beat = null;
  }

  start() {
    if (this.running) return;
    this.running = true;
    this.#connect();
  }

  stop() {
    this.running = false;
    this.#clear();
    const socket = this.socket;
    this.socket = null;
    this.#settle();
    socket?.close(1000);
  }

  /** The network changed or the screen woke: find out now instead of in seconds. */
  nudge() {
    if (!this.running) return;
    const socket = this.socket;
    if (!socket) return this.opening.size < RACERS ? this.#connect() : undefined;
    const before = this.heard;
    this.#ping();
    this.timers.set(() => { if (socket === this.socket && this.heard === before) this.#drop(); }, NUDGE_MS);
  }

  /** @param {Message} message @returns {boolean} false: the line is down, nothing was sent */
  send(message) {
    if (this.socket?.readyState !== 1) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  /** The server has welcomed us: the next accident starts with the shortest wait again. */
  settled() {
    this.attempt = 0;
  }

  #clear() {
    this.timers.clear(this.timer);
    this.timers.clear(this.beat);
  }

  /** Open a socket, beside those that are still opening; the first that opens is the line. */
  #connect() {
    this.#clear();
    const socket = this.open();
    this.opening.add(socket);
    this.timers.set(() => { if (socket.readyState === 0) this.#failed(socket); }, OPEN_MS);
    this.#race();
    socket.onopen = () => this.#opened(socket);
    socket.onmessage = (event) => {
      if (socket !== this.socket) return;
      this.heard = Math.max(this.heard + 1, this.timers.now());
      let message;
      try { message = JSON.parse(event.data); } catch { return; }
      if (message && typeof message.t === "string") this.on.message(message);
    };
    socket.onclose = (event) => {
      const final = FINAL[event.code];
      if (event.code === FLOOD) this.attempt = Math.max(this.attempt, PATIENT);
      if (!final) return this.opening.has(socket) ? this.#failed(socket) : this.#drop();
      this.stop();
      this.on.final(final);
    };
  }

  #race() {
    this.timer = this.timers.set(() => (this.opening.size < RACERS ? this.#connect() : this.#race()), RACE_MS);
  }

  /** @param {WebSocket} socket */
  #opened(socket) {
    this.opening.delete(socket);
    this.#settle();
    this.#clear();
    this.socket = socket;
    this.heard = this.timers.now();
    this.#watch();
    this.on.up();
  }

  /** One that was opening will not; the others may. @param {WebSocket} socket */
  #failed(socket) {
    if (!this.opening.delete(socket)) return;
    forget(socket);
    if (!this.opening.size) this.#drop();
  }

  /** None of those still opening is wanted. */
  #settle() {
    this.opening.forEach(forget);
    this.opening.clear();
  }

  #watch() {
    this.beat = this.timers.set(() => {
      if (this.timers.now() - this.heard > SILENT_MS) return this.#drop();
      this.#ping();
      this.#watch();
    }, PING_MS);
  }

  #ping() {
    this.pings += 1;
    this.send({ t: "ping", n: this.pings });
  }

  #drop() {
    this.#clear();
    if (this.socket) forget(this.socket);
    this.socket = null;
    if (!this.running) return;
    this.timer = this.timers.set(() => this.#connect(), pause(this.attempt, this.timers.random()));
    this.attempt += 1;
    this.on.down(this.attempt);
  }
}

/** @param {WebSocket} socket */
function forget(socket) {
  socket.onopen = socket.onclose = socket.onmessage = null;
  socket.close();
}
