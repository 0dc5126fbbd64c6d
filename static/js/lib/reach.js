// Whether the server answers at all while the live connection is lost: a proxy that takes no sockets is not an outage.
// No DOM.

/** @typedef {{setTimeout: (run: () => void, ms: number) => any, clearTimeout: (id: any) => void}} World */

const EVERY = 5000;
const REFRESH_AFTER = 3; // answers, that is each 15 s

/** @type {World} */
const BROWSER = { setTimeout: (run, ms) => setTimeout(run, ms), clearTimeout: (id) => clearTimeout(id) };

export class Reach {
  /** @type {boolean|null} null: not asked yet */
  reached = null;
  #turn = 0; // odd while it is asked
  #answers = 0;
  /** @type {any} */
  #timer = null;

  /**
   * @param {() => Promise<boolean>} ask whether it answers; never throws
   * @param {() => void} changed
   * @param {() => void} refresh what is on the screen, as long as only the live connection is away
   * @param {World} [world] for tests
   */
  constructor(ask, changed, refresh, world = BROWSER) {
    this.ask = ask;
    this.changed = changed;
    this.refresh = refresh;
    this.world = world;
  }

  /** The live connection was lost. */
  start() {
    if (this.#turn % 2) return;
    this.#turn += 1;
    this.#answers = 0;
    void this.#look(this.#turn);
  }

  /** It is back. */
  stop() {
    this.world.clearTimeout(this.#timer);
    this.#turn += this.#turn % 2;
    this.reached = null;
  }

  /** @param {number} turn */
  async #look(turn) {
    const reached = await this.ask();
    if (turn !== this.#turn) return; // back meanwhile
    this.reached = reached;
    this.#answers = reached ? this.#answers + 1 : 0;
    this.changed();
    if (reached && this.#answers % REFRESH_AFTER === 0) this.refresh();
    this.#timer = this.world.setTimeout(() => void this.#look(turn), EVERY);
  }
}
