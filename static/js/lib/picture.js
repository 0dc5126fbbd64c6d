// What may be said about the picture and its recording, from what is known now. No DOM, no guesses: a fact that has
// not been heard for two seconds is not repeated.

/**
 * @typedef {import("../webrtc/protocol.js").Health} Health
 * @typedef {import("../webrtc/protocol.js").SessionState} SessionState
 * @typedef {"idle"|"joining"|"writing"|"late"|"stalled"|"no-frames"|"unknown"|"ended"} RecState
 * @typedef {"good"|"weak"|"lost"|"changing"|"none"} Connection
 */

export const FROZEN_AFTER = 2000; // ms without a new frame
export const HEALTH_STALE = 3000; // ms without news of the recording
export const WEAK_LOSS = 0.02;
export const WEAK_FPS = 15;

/**
 * Whether an alarm says that the recording goes on to the second disk: a warning, nothing is missing.
 * @param {string|null} reason
 */
export function isSecondPlace(reason) {
  return reason !== null && reason.startsWith("second place");
}

/**
 * The recording light (console-8). `writing` only while bytes reach the disk.
 * @param {{session: SessionState, health: Health|null, healthAge: number, alarm: boolean}} facts healthAge in ms
 * @returns {RecState}
 */
export function recLight({ session, health, healthAge, alarm }) {
  if (session === "ended") return "ended";
  if (!health) return session === "camera_on" || session === "live" ? "joining" : "idle";
  if (healthAge > HEALTH_STALE) return "unknown";
  if (alarm || health.recording === "stalled") return "stalled";
  if (health.recording === "late") return "late";
  if (health.recording === "writing") return "writing";
  if (!health.joined || (health.frame_age !== null && health.frame_age * 1000 > FROZEN_AFTER)) return health.recorded_seconds > 0 ? "no-frames" : "joining";
  return "joining";
}

/**
 * What the light says.
 * @param {RecState} state
 * @param {{recorded: string, without: string}} times "00:01:29" recorded, "00:12" without frames
 */
export function recWords(state, { recorded, without }) {
  switch (state) {
    case "writing":
    case "late":
      return `REC ${recorded}`;
    case "stalled":
      return "NOT RECORDING";
    case "unknown":
      return "Recording unknown";
    case "no-frames":
      return `No frames ${without}`;
    case "joining":
      return "Joining";
    case "ended":
      return "Ended";
    default:
      return "";
  }
}

/**
 * The picture on this screen: `frameAge` is the age in ms of the last frame drawn here, null before the first.
 * @param {{session: SessionState, frameAge: number|null}} facts
 * @returns {"none"|"live"|"lost"|"ended"}
 */
export function pictureState({ session, frameAge }) {
  if (session === "ended") return frameAge === null ? "none" : "ended";
  if (frameAge === null) return "none";
  return frameAge > FROZEN_AFTER ? "lost" : "live";
}

/**
 * The connection from the caller's phone in a word.
 * @param {{session: SessionState, health: Health|null, healthAge: number, frameAge: number|null}} facts
 * @returns {Connection}
 */
export function connection({ session, health, healthAge, frameAge }) {
  if (!health || session === "ended") return "none";
  if (healthAge > HEALTH_STALE) return "lost";
  if (!health.joined) return health.recorded_seconds > 0 ? "changing" : "none";
  const age = health.frame_age === null ? frameAge : health.frame_age * 1000;
  if (age === null) return "none";
  if (age > FROZEN_AFTER) return "lost";
  return health.loss >= WEAK_LOSS || health.fps < WEAK_FPS ? "weak" : "good";
}

export const CONNECTION_WORDS = Object.freeze({ good: "Good", weak: "Weak", lost: "Lost", changing: "Changing network", none: "–" });

/**
 * The numbers beside the word; "–" for what is not known.
 * @param {Health|null} health
 */
export function numbers(health) {
  if (!health) return { size: "–", fps: "– fps", rate: "– Mbit/s", loss: "loss –", trip: "– ms" };
  return {
    size: health.width ? `${health.width}×${health.height}` : "–",
    fps: `${Math.round(health.fps)} fps`,
    rate: health.bitrate >= 1e6 ? `${(health.bitrate / 1e6).toFixed(1)} Mbit/s` : `${Math.round(health.bitrate / 1000)} kbit/s`,
    loss: `loss ${(health.loss * 100).toFixed(1)} %`,
    trip: health.rtt === null ? "– ms" : `${Math.round(health.rtt * 1000)} ms`,
  };
}

/** The steps a handler sees, in order. */
export const STEPS = Object.freeze(["queued", "sent", "delivered", "opened", "camera_on", "live"]);

/**
 * The mark of each step for a session's state. A failed text marks the step it did not reach.
 * @param {SessionState} state
 * @param {SessionState} reached the furthest step known before it failed or ended
 * @returns {("done"|"now"|"failed"|"todo")[]}
 */
export function stepMarks(state, reached) {
  const at = STEPS.indexOf(state === "failed" || state === "ended" ? reached : state);
  return STEPS.map((_, index) => {
    if (state === "failed") return index <= at ? "done" : index === at + 1 ? "failed" : "todo";
    if (state === "ended") return index <= at ? "done" : "todo";
    return index < at || (index === at && state === "live") ? "done" : index === at ? "now" : "todo";
  });
}
