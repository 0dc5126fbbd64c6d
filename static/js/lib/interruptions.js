// What is missing of a connected phone, and since when, in the words of the control room. No DOM.

/** @typedef {import("../webrtc/protocol.js").Interruption} Interruption */

/** @type {Record<string, Record<string, string>>} */
const WORDS = {
  page: { hidden: "Caller's phone is locked or in another app" },
  camera: {
    frozen: "Camera frozen", taken: "Camera interrupted by a phone call or another app", ended: "Camera stopped by the phone",
    no_frames: "No picture from the phone", still: "Picture does not change, camera frozen or covered,",
  },
  microphone: {
    taken: "Microphone interrupted by a phone call or another app", ended: "Microphone stopped by the phone", muted: "Caller muted the sound",
    silent: "No sound from the microphone", no_sound: "No sound from the phone",
  },
};

/** What the screen shows, the most telling first. */
export const KINDS = Object.freeze(["page", "camera", "microphone"]);

export class Interruptions {
  /** @type {Map<string, Interruption>} */
  #open = new Map();

  /** @param {Interruption[]} now all that last; none when the call is over */
  take(now) {
    this.#open = new Map(now.map((one) => [one.what, one]));
  }

  /**
   * The line of each kind that is interrupted. A phone that is locked explains the rest: the rest is not said.
   * @param {(at: number) => string} time hours, minutes, seconds of a moment in milliseconds
   * @returns {Record<string, string>} by kind; "" for what is fine
   */
  lines(time) {
    /** @type {Record<string, string>} */
    const said = {};
    for (const kind of KINDS) {
      const found = this.#open.get(kind);
      const explained = kind !== "page" && this.#open.has("page");
      said[kind] = found && !explained ? `${WORDS[kind][found.why] ?? "Interrupted"} since ${time(found.since)}` : "";
    }
    return said;
  }
}
