// @ts-check
/**
 * How much goes out. The browser's own estimate (from the engine's transport-wide feedback) falls within a second, but
 * climbs by eight per cent a second: half a minute from a tunnel back to a clear picture. So when it has room it is made
 * to probe, by raising the limit it was given a little; and when little goes through, the picture gets smaller at once,
 * because many small pictures say more than one sharp one every other second. docs/adr: congestion control.
 */

const ENOUGH = 2_400_000; // bit/s: above it there is nothing to look for
const PROBE_KBITS = 3000; // what the first probe is sent at; each one after it a little more, or it is none
const PROBE_STEPS = 500;
const PROBE_MS = 1000;
const PATIENT_MS = 2000; // between probes that found nothing
const QUEUE_S = 0.15; // of round trip above the best: something waits, so there is no room

/**
 * Below `under` bit/s the picture has at most so many lines and frames a second.
 * @type {{under: number, lines: number, fps: number}[]}
 */
export const STEPS = [
  { under: 260_000, lines: 240, fps: 10 },
  { under: 600_000, lines: 360, fps: 15 },
  { under: Infinity, lines: Infinity, fps: 30 },
];
const UP = 1.3; // times the step's limit before the next one is taken
const UP_MS = 1500; // for so long
const CLEAR = 2; // times the limit that only a probe can have measured: no need to wait

/** @param {number} available bit/s @param {number} step the present one @returns {number} the step for it */
export function stepFor(available, step) {
  let found = STEPS.findIndex((one) => available < one.under);
  while (found > step && available < UP * STEPS[found - 1].under) found -= 1;
  return found;
}

/** The answer with another limit for the picture (RFC 8866 section 5.8, b=AS). @param {string} sdp @param {number} kbits */
export function limited(sdp, kbits) {
  const plain = sdp.replace(/^b=AS:\d+\r?\n/gm, "");
  return plain.replace(/^(m=video [^\n]*\n(?:[ic]=[^\n]*\n)*)/m, `$1b=AS:${kbits}\r\n`);
}

/**
 * What one look at the statistics shows.
 * @param {Map<string, any>} report
 * @returns {{available: number, rtt: number, busy: boolean}|null} null: nothing to go by
 */
export function look(report) {
  let available, rtt, lines = 0;
  for (const one of report.values()) {
    if (one.type === "candidate-pair" && one.availableOutgoingBitrate > 0) ({ availableOutgoingBitrate: available, currentRoundTripTime: rtt } = one);
    if (one.type === "outbound-rtp" && one.kind === "video") lines = one.frameHeight ?? 0;
  }
  return available === undefined ? null : { available, rtt: rtt ?? 0, busy: lines > 0 };
}

export class Rate {
  /** @param {import("./sender.js").Sender} sender @param {import("./line.js").Timers} timers */
  constructor(sender, timers) {
    this.sender = sender;
    this.timers = timers;
    this.step = STEPS.length - 1;
    /** @type {number|null} */ this.above = null; // since when a better step would do
    this.probes = 0;
    this.probed = 0; // at that time
    this.before = 0; // bit/s before the last probe
    this.wait = PROBE_MS;
    this.best = Infinity; // the shortest round trip, seconds
    this.probing = false;
  }

  /** Twice a second. @param {Map<string, any>} report */
  take(report) {
    const seen = look(report);
    if (!seen || !seen.busy) return;
    this.best = Math.min(this.best * 1.002, seen.rtt || Infinity);
    this.#shape(seen.available);
    const now = this.timers.now();
    if (seen.available > 1.15 * this.before) this.wait = PROBE_MS;
    if (seen.available >= ENOUGH || seen.rtt > this.best + QUEUE_S || now - this.probed < this.wait || this.probing) return;
    this.wait = seen.available > 1.15 * this.before ? PROBE_MS : PATIENT_MS;
    this.before = seen.available;
    this.probed = now;
    this.#probe();
  }

  /** @param {number} available */
  #shape(available) {
    const step = stepFor(available, this.step);
    const now = this.timers.now();
    if (step <= this.step) this.above = null;
    else if (this.above === null) this.above = now;
    const clear = step > this.step && available >= CLEAR * STEPS[step - 1].under;
    if (step < this.step || clear || (this.above !== null && now - this.above >= UP_MS)) {
      this.step = step;
      this.above = null;
      this.sender.shape(STEPS[step].lines, STEPS[step].fps);
    }
  }

  async #probe() {
    this.probing = true;
    this.probes += 1;
    try {
      await this.sender.limit(PROBE_KBITS + (this.probes % PROBE_STEPS));
    } catch { /* closed meanwhile, or a browser that takes it otherwise: its own pace will do */ }
    this.probing = false;
  }
}
