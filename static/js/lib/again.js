// What a screen must have from the server is asked for until it is answered: with longer and longer waits, and at once
// when the connection is back. A burst of calls is one request and one after it. No DOM.

/** @typedef {{setTimeout: (run: () => void, ms: number) => any, clearTimeout: (id: any) => void, random: () => number}} World */
/** @typedef {{running: boolean, more: boolean, tries: number, timer: any}} State */

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 8000;

/** @type {World} */
const BROWSER = { setTimeout: (run, ms) => setTimeout(run, ms), clearTimeout: (id) => clearTimeout(id), random: () => Math.random() };

/** Whether a status is no answer yet: the server was away or busy. @param {number} status */
export const noAnswer = (status) => status >= 500 || status === 429 || status === 408;

export class Again {
  /** @type {Map<string, State>} */
  #states = new Map();

  /**
   * @param {(key: string) => Promise<unknown>} work fetches one thing and shows it; throws when there was no answer
   * @param {Partial<World>} [world] for tests
   */
  constructor(work, world = {}) {
    this.work = work;
    this.world = { ...BROWSER, ...world };
  }

  /** @param {string} [key] what is asked for, where there is more than one thing */
  ask(key = "") {
    const state = this.#states.get(key) ?? { running: false, more: false, tries: 0, timer: null };
    this.#states.set(key, state);
    if (state.running) {
      state.more = true;
      return;
    }
    this.world.clearTimeout(state.timer);
    state.running = true;
    state.more = false;
    void this.#run(key, state);
  }

  /** The connection is back: what waits is asked for now. */
  up() {
    for (const [key, state] of this.#states) if (!state.running) this.ask(key);
  }

  stop() {
    for (const state of this.#states.values()) this.world.clearTimeout(state.timer);
    this.#states.clear();
  }

  /** Whether anything is not answered yet. */
  get waits() {
    return this.#states.size > 0;
  }

  /** @param {string} key @param {State} state */
  async #run(key, state) {
    let answered = true;
    try {
      await this.work(key);
    } catch {
      answered = false;
    }
    state.running = false;
    if (this.#states.get(key) !== state) return; // stopped meanwhile
    if (!answered) {
      // Many consoles lose one server together: they do not come back in one instant.
      const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** state.tries) * (0.5 + this.world.random());
      state.tries = Math.min(state.tries + 1, 10);
      state.timer = this.world.setTimeout(() => this.ask(key), wait);
    } else if (state.more) {
      state.tries = 0;
      this.ask(key);
    } else this.#states.delete(key);
  }
}
