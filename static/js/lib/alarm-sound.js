// The sound of NOT RECORDING and of State 0: two short tones every two seconds while it lasts; twice for what is news and
// no more. Made here, no file to load.
// A browser makes no sound until somebody presses a key or clicks: until then the page says so, and rings when it may.

/** @typedef {"on"|"off"|"none"} Sound `off`: waits for a key or a click; `none`: this browser has no such sound */

const ONCE_FOR = 3000; // ms: two rings

class AlarmSound {
  /** @type {AudioContext|null} */
  #context = null;
  /** @type {any} */
  #timer = null;
  /** @type {Set<string>} what it sounds for: it is silent when the last of them has ended */
  #reasons = new Set();
  /** @type {Set<() => void>} */
  #watchers = new Set();

  /** @returns {Sound} */
  get state() {
    if (typeof AudioContext === "undefined") return "none";
    return this.#context?.state === "running" ? "on" : "off";
  }

  /** Something sounds, or would if it could. */
  get called() {
    return this.#reasons.size > 0;
  }

  /** Called when `state` or `called` may have changed, and once now. @param {() => void} watcher @returns {() => void} ends it */
  watch(watcher) {
    this.#watchers.add(watcher);
    watcher();
    return () => void this.#watchers.delete(watcher);
  }

  /** Ask the browser for sound: when the page opens, and at each key and click while it is off. */
  wake() {
    if (typeof AudioContext === "undefined" || this.state === "on") return;
    if (!this.#context) {
      this.#context = new AudioContext();
      this.#context.onstatechange = () => this.#changed();
    }
    void this.#context.resume().catch(() => {});
  }

  /** @param {string} [reason] */
  start(reason = "recording") {
    this.#reasons.add(reason);
    this.wake();
    this.#ring();
    this.#tell();
  }

  /** @param {string} [reason] */
  stop(reason = "recording") {
    this.#reasons.delete(reason);
    if (!this.called) {
      clearInterval(this.#timer);
      this.#timer = null;
    }
    this.#tell();
  }

  /** Two rings. @param {string} reason */
  once(reason) {
    this.start(reason);
    setTimeout(() => this.stop(reason), ONCE_FOR);
  }

  /** What was silent rings now. Tones are never made ahead for a context that is suspended: they would come all at once. */
  #changed() {
    if (this.state === "on") this.#ring();
    else {
      clearInterval(this.#timer);
      this.#timer = null;
    }
    this.#tell();
  }

  #tell() {
    for (const watcher of this.#watchers) watcher();
  }

  #ring() {
    if (!this.called || this.#timer !== null || this.state !== "on") return;
    this.#tones();
    this.#timer = setInterval(() => this.#tones(), 2000);
  }

  #tones() {
    const context = this.#context;
    if (context?.state !== "running") return;
    for (const [delay, pitch] of [[0, 880], [0.25, 660]]) {
      const tone = context.createOscillator();
      const level = context.createGain();
      tone.frequency.value = pitch;
      level.gain.value = 0.15;
      tone.connect(level).connect(context.destination);
      tone.start(context.currentTime + delay);
      tone.stop(context.currentTime + delay + 0.2);
    }
  }
}

export const alarmSound = new AlarmSound();
export { AlarmSound };

/** What a screen says about its sound; empty while it sounds. @param {Sound} state */
export const soundWords = (state) =>
  state === "on" ? "" : state === "off" ? "Sound is off on this screen: press any key" : "This browser makes no sound: alarms are only seen here";
