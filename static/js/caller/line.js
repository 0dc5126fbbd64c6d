// @ts-check
/**
 * The signalling socket, kept up: opens again with back-off, notices a silent line by itself, tells final closes
 * (session over, page opened elsewhere) from accidents. Protocol: docs/signalling.md.
 *
 * @typedef {{t: string, [field: string]: any}} Message
 * @typedef {{set: (run: () => void, ms: number) => any, clear: (timer: any) => void, now: () => number, random: () => number}} Timers
 */

const STEPS = [500, 1000, 2000, 4000, 8000];
const OPEN_MS = 8000;
const PING_MS = 4000;
const SILENT_MS = 9000;
const NUDGE_MS = 2000;
const FLOOD = 4429;

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
    socket?.close(1000);
  }

  /** The network changed or the screen woke: find out now instead of in seconds. */
  nudge() {
    if (!this.running) return;
    const socket = this.socket;
    if (!socket) return this.#connect();
    if (socket.readyState !== 1) return;
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

  #connect() {
    this.#clear();
    const socket = this.open();
    this.socket = socket;
    this.timer = this.timers.set(() => { if (socket === this.socket && socket.readyState === 0) this.#drop(); }, OPEN_MS);
    socket.onopen = () => {
      if (socket !== this.socket) return;
      this.#clear();
      this.heard = this.timers.now();
      this.#watch();
      this.on.up();
    };
    socket.onmessage = (event) => {
      if (socket !== this.socket) return;
      this.heard = Math.max(this.heard + 1, this.timers.now());
      let message;
      try { message = JSON.parse(event.data); } catch { return; }
      if (message && typeof message.t === "string") this.on.message(message);
    };
    socket.onclose = (event) => {
      if (socket !== this.socket) return;
      const final = FINAL[event.code];
      if (event.code === FLOOD) this.attempt = Math.max(this.attempt, 3);
      if (!final) return this.#drop();
      this.stop();
      this.on.final(final);
    };
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
    const socket = this.socket;
    this.socket = null;
    if (socket) { socket.onclose = socket.onmessage = socket.onopen = null; socket.close(); }
    if (!this.running) return;
    this.timer = this.timers.set(() => this.#connect(), pause(this.attempt, this.timers.random()));
    this.attempt += 1;
    this.on.down(this.attempt);
  }
}
