// Clocks that run by the server's time and keep running without a connection. No DOM.

/**
 * A length of time in the console's form: "03:14" up to 100 minutes, then "3 h 10", then "2 d 4 h".
 * @param {number} seconds
 */
export function span(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 6000) return `${two(whole / 60)}:${two(whole % 60)}`;
  if (whole < 48 * 3600) return `${Math.floor(whole / 3600)} h ${two((whole % 3600) / 60)}`;
  return `${Math.floor(whole / 86400)} d ${Math.floor((whole % 86400) / 3600)} h`;
}

/**
 * Recorded time: "00:01:29".
 * @param {number} seconds
 */
export function duration(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${two(whole / 3600)}:${two((whole % 3600) / 60)}:${two(whole % 60)}`;
}

/** @param {number} value */
const two = (value) => String(Math.floor(value)).padStart(2, "0");

/**
 * What a clock shows at a moment: counting up from `since`, or down to `until` and then over it.
 * @param {{since?: number, until?: number, from?: number, suffix?: string}} clock milliseconds since the epoch
 * @param {number} at
 * @returns {{text: string, state: "running"|"near"|"over"}} "near" is the last fifth before the target
 */
export function reading({ since, until, from, suffix = "" }, at) {
  if (since !== undefined) return { text: span((at - since) / 1000), state: "running" };
  const left = ((until ?? at) - at) / 1000;
  if (left < 0) return { text: `${span(-left)} over`, state: "over" };
  const whole = from === undefined || until === undefined ? 0 : (until - from) / 1000;
  return { text: span(left) + suffix, state: left < whole / 5 ? "near" : "running" };
}

/** The server's time as this terminal knows it; corrected by every answer that took a shorter way. */
export class ServerClock {
  /** @param {() => number} monotonic milliseconds that never jump, like performance.now() */
  constructor(monotonic) {
    this.monotonic = monotonic;
    /** @type {number|null} server time minus monotonic time */
    this.offset = null;
    this.best = Infinity;
  }

  /**
   * @param {number} serverTime milliseconds since the epoch, written by the server
   * @param {number} roundTrip milliseconds between asking and hearing
   */
  learn(serverTime, roundTrip) {
    const offset = serverTime + roundTrip / 2 - this.monotonic();
    if (roundTrip <= this.best) {
      this.best = roundTrip;
      this.offset = offset;
    } else {
      this.best *= 1.2; // an old good answer loses weight, so that a drifting clock is followed
    }
  }

  now() {
    return this.monotonic() + (this.offset ?? 0);
  }
}

const LONDON = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Europe/London", hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short",
});
const LONDON_DAY = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Europe/London", weekday: "short", day: "2-digit", month: "2-digit", year: "numeric",
});

/**
 * The time on the wall of a control room.
 * @param {number} at milliseconds since the epoch
 * @returns {{time: string, zone: string, day: string}} "22:42:06", "GMT" or "BST", "Sat 21/11/2026"
 */
export function wallTime(at) {
  const parts = Object.fromEntries(LONDON.formatToParts(at).map((part) => [part.type, part.value]));
  const zone = parts.timeZoneName === "BST" || parts.timeZoneName === "GMT+1" ? "BST" : "GMT";
  return { time: `${parts.hour}:${parts.minute}:${parts.second}`, zone, day: LONDON_DAY.format(at).replace(",", "") };
}
