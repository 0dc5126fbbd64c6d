// The sound of NOT RECORDING and of State 0: two short tones every two seconds while it lasts. Made here, no file to load.

class AlarmSound {
  /** @type {AudioContext|null} */
  #context = null;
  /** @type {any} */
  #timer = null;
  /** @type {Set<string>} what it sounds for: it is silent when the last of them has ended */
  #reasons = new Set();

  /** @param {string} [reason] */
  start(reason = "recording") {
    this.#reasons.add(reason);
    if (this.#timer !== null || typeof AudioContext === "undefined") return;
    this.#context ??= new AudioContext();
    void this.#context.resume().catch(() => {});
    this.#ring();
    this.#timer = setInterval(() => this.#ring(), 2000);
  }

  /** @param {string} [reason] */
  stop(reason = "recording") {
    this.#reasons.delete(reason);
    if (this.#reasons.size) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  #ring() {
    const context = this.#context;
    if (!context) return;
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
