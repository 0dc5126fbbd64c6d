// What this page knows of the system: whether its live connection stands, which parts are away, until when its lists are
// true. Whatever says so asks here, so that no two places of a page contradict each other.

import { wallTime } from "../lib/clock.js";
import { faultOf, linkOf } from "../lib/faults.js";
import { clock, eachTick, entries, live } from "../page.js";

const time = (/** @type {number} */ at) => wallTime(at).time;

class System {
  /** @type {number|null} when the live connection was lost, by the server's clock */
  downSince = null;
  /** @type {import("../lib/faults.js").Away[]} */
  away = [];
  /** @type {number|null} */
  looked = null;
  /** @type {boolean|null} */
  reached = null;
  /** @type {number|null} when the lists were last fetched although nothing is heard */
  refreshed = null;
  #rendered = clock.now();
  /** @type {Set<() => void>} */
  #watchers = new Set();

  constructor() {
    live.watch((state) => {
      if (state === "down") this.downSince ??= clock.now();
      else if (state === "up" && live.latency !== null) this.downSince = null; // a socket that is taken and dropped again is not back
      this.changed();
    });
    live.partListeners.add((parts, until) => {
      this.away = parts.map(({ part, since }) => ({ part, since: Date.parse(since) }));
      this.looked = until === null ? null : Date.parse(until);
      this.changed();
    });
    eachTick(() => {
      if (this.downSince !== null || this.away.length) this.changed();
    });
  }

  /** @returns {import("../lib/faults.js").Known} */
  get known() {
    const heard = Math.max(live.heardAt ? clock.now() - (performance.now() - live.heardAt) : 0, this.refreshed ?? this.#rendered);
    const { downSince, reached, away, looked } = this;
    return { state: live.state, downSince, reached, away, looked, heard, kept: entries.all().length };
  }

  get fault() {
    return faultOf(this.known, clock.now(), time);
  }

  get link() {
    return linkOf(this.known);
  }

  /** The connection stands, but does not bring what changes as it happens. */
  get behind() {
    return live.state === "up" && this.downSince === null && this.link !== "up";
  }

  /** Called now, at every change and four times a second while something is wrong. @param {() => void} watcher @returns {() => void} ends it */
  watch(watcher) {
    this.#watchers.add(watcher);
    watcher();
    return () => void this.#watchers.delete(watcher);
  }

  changed() {
    for (const watcher of this.#watchers) watcher();
  }
}

export const system = new System();
