// @ts-check
/**
 * Keeps hold of camera and microphone: sees that they stopped (a call came in, another app took them, the phone slept,
 * the picture froze) and takes them back, first at once, then more and more slowly, for as long as the page is on the
 * screen and the caller wants to be seen. A refusal is a person's: after it only the big button asks again.
 */
import * as cameras from "./camera.js";

const WAITS = [500, 1000, 2000, 4000, 8000, 15000];
const SOUND_WAITS = [2000, 4000, 8000, 15000];
const BLINK_MS = 1000; // a track that is muted for less was only turned over to another camera
const STEADY_MS = 10000; // a picture that lasted so long begins with the shortest wait again

/**
 * @typedef {object} Around
 * @property {cameras.Devices|undefined} devices
 * @property {import("./line.js").Timers} timers
 * @property {() => boolean} visible
 * @property {import("./state.js").Facts} facts
 * @property {(change: Partial<import("./state.js").Facts>) => void} set
 * @property {(camera: cameras.Camera) => void} showing
 * @property {(track: MediaStreamTrack) => Promise<unknown>} replace the connection goes on with this track; rejects when it cannot
 * @property {() => void} join a new connection: the tracks are others
 */

export class Hold {
  /** @param {Around} around */
  constructor(around) {
    this.around = around;
    /** @type {cameras.Camera|null} */ this.camera = null;
    this.tries = 0;
    this.soundTries = 0;
    this.opened = 0;
    /** @type {any} */ this.timer = null;
    /** @type {any} */ this.soundTimer = null;
  }

  get #now() {
    return this.around.timers.now();
  }

  /** Camera and, where there is one, microphone anew. @param {cameras.Facing} facing @param {boolean} sound @returns {Promise<boolean>} */
  async open(facing, sound) {
    this.#rest();
    cameras.close(this.camera);
    try {
      if (!this.around.devices) throw new cameras.CameraError("none");
      this.#adopt(await cameras.open(this.around.devices, facing, sound));
      return true;
    } catch (error) {
      this.around.facts.why = error instanceof cameras.CameraError ? error.kind : "busy";
      return false;
    }
  }

  /** @param {cameras.Camera} camera */
  #adopt(camera) {
    this.camera = camera;
    this.opened = this.#now;
    const { facts, set, showing, timers } = this.around;
    const mine = () => camera.video === this.camera?.video;
    camera.video.onended = () => { if (mine()) this.paused("ended"); };
    camera.video.onmute = () => timers.set(() => { if (mine() && camera.video.muted) this.paused("taken"); }, BLINK_MS);
    camera.video.onunmute = () => { if (mine()) this.flowing(); };
    const muted = facts.microphone === "muted" && camera.audio !== null;
    if (camera.audio) this.#listen(camera.audio, muted);
    const gone = camera.audio && (camera.audio.readyState === "ended" || camera.audio.muted);
    set({
      camera: "on", lost: "", facing: camera.facing, torch: false, torchable: cameras.torchable(camera.video), why: "",
      microphone: muted ? "muted" : gone ? "taken" : camera.microphone,
    });
    showing(camera);
  }

  /** @param {MediaStreamTrack} audio @param {boolean} muted by the caller */
  #listen(audio, muted) {
    const mine = () => audio === this.camera?.audio;
    audio.enabled = !muted;
    audio.onended = () => { if (mine()) this.#soundGone(); };
    audio.onmute = () => this.around.timers.set(() => { if (mine() && audio.muted) this.#soundGone(); }, BLINK_MS);
    audio.onunmute = () => { if (mine()) this.#soundBack(); };
  }

  /** The picture stands still. @param {"frozen"|"taken"|"ended"} [why] */
  paused(why = "frozen") {
    const { facts, set } = this.around;
    if (!facts.wanted || facts.camera !== "on") return;
    if (this.#now - this.opened > STEADY_MS) this.tries = 0;
    set({ camera: "paused", lost: why, torch: false });
    this.revive();
  }

  /** Frames flow again. */
  flowing() {
    const video = this.camera?.video;
    if (this.around.facts.camera !== "paused" || video?.readyState !== "live" || video.muted) return;
    this.around.timers.clear(this.timer);
    this.around.set({ camera: "on", lost: "" });
  }

  /** The page is back on the screen, or the connection stands anew: do not wait for the long pause to end. */
  wake() {
    const { camera } = this;
    if (!camera || !this.around.facts.wanted) return;
    if (camera.video.readyState === "ended") this.paused("ended");
    else if (camera.video.muted) this.paused("taken");
    this.tries = this.soundTries = 0;
    this.revive();
    if (camera.audio?.readyState === "ended") this.#soundGone();
  }

  /** Take the camera back after a pause. */
  revive() {
    const { facts, timers, visible } = this.around;
    timers.clear(this.timer);
    if (facts.camera !== "paused" || !visible()) return;
    this.timer = timers.set(() => this.#reopen(), WAITS[Math.min(this.tries, WAITS.length - 1)]);
    this.tries += 1;
  }

  /** The camera alone: a microphone that still listens is left in peace. */
  async #reopen() {
    const { devices, facts, visible } = this.around;
    const before = this.camera;
    if (facts.camera !== "paused" || !facts.wanted || !visible() || !before || !devices) return;
    before.video.onended = before.video.onmute = null;
    before.video.stop();
    try {
      const fresh = await cameras.open(devices, facts.facing, false);
      if (before !== this.camera || !facts.wanted) return cameras.close(fresh);
      if (before.audio) fresh.stream.addTrack(before.audio);
      this.#adopt({ ...fresh, audio: before.audio, microphone: before.microphone });
      this.#resend();
    } catch (error) {
      if (before !== this.camera) return;
      facts.why = error instanceof cameras.CameraError ? error.kind : "busy";
      if (facts.why !== "refused") this.revive();
    }
  }

  #resend() {
    if (this.camera) this.around.replace(this.camera.video).catch(() => this.around.join());
  }

  /** The microphone was taken away; the picture goes on. */
  #soundGone() {
    const { facts, set, timers } = this.around;
    if (!facts.wanted || !this.camera?.audio) return;
    if (facts.microphone === "on") set({ microphone: "taken" });
    timers.clear(this.soundTimer);
    this.soundTimer = timers.set(() => this.#reopenSound(), SOUND_WAITS[Math.min(this.soundTries, SOUND_WAITS.length - 1)]);
    this.soundTries += 1;
  }

  #soundBack() {
    const audio = this.camera?.audio;
    if (audio?.readyState !== "live" || audio.muted) return;
    this.around.timers.clear(this.soundTimer);
    this.soundTries = 0;
    if (this.around.facts.microphone === "taken") this.around.set({ microphone: audio.enabled ? "on" : "muted" });
  }

  /** A muted track comes back by itself; an ended one never does. */
  async #reopenSound() {
    const { devices, facts, visible, set } = this.around;
    const { camera } = this;
    const before = camera?.audio;
    if (!camera || !before || !devices || !facts.wanted || !visible() || before.readyState === "live") return;
    try {
      const fresh = (await cameras.listen(devices))[0];
      if (before !== this.camera?.audio || !facts.wanted) return fresh.stop();
      this.camera = { ...this.camera, audio: fresh, microphone: "on" };
      this.camera.stream.removeTrack(before);
      this.camera.stream.addTrack(fresh);
      this.#listen(fresh, facts.microphone === "muted");
      if (facts.microphone === "taken") set({ microphone: "on" });
      this.soundTries = 0;
      this.around.replace(fresh).catch(() => this.around.join());
    } catch (error) {
      if (cameras.reason(error) !== "refused") this.#soundGone();
    }
  }

  /** Rear to front and back. */
  async turn() {
    const before = this.camera;
    const { devices, facts, set } = this.around;
    if (!before || !devices || facts.camera !== "on") return;
    this.camera = null; // its end is ours, not an accident
    try {
      this.#adopt(await cameras.turn(devices, before));
      this.#resend();
    } catch {
      this.camera = before;
      set({ camera: "paused", lost: "ended" });
      this.revive();
    }
  }

  async light() {
    const { facts, set } = this.around;
    if (this.camera && facts.torchable) set({ torch: await cameras.torch(this.camera.video, !facts.torch) });
  }

  mute() {
    const audio = this.camera?.audio;
    if (!audio) return;
    audio.enabled = !audio.enabled;
    this.around.set({ microphone: !audio.enabled ? "muted" : audio.readyState === "ended" || audio.muted ? "taken" : "on" });
  }

  close() {
    this.#rest();
    cameras.close(this.camera);
    this.camera = null;
  }

  #rest() {
    this.tries = this.soundTries = 0;
    this.around.timers.clear(this.timer);
    this.around.timers.clear(this.soundTimer);
  }
}
