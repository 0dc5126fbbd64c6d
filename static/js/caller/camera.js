// @ts-check
/**
 * Getting the camera. Rear first, 720p ideal. The microphone is a bonus: on an iPhone in a call it belongs to the
 * call, so a refusal or a busy microphone never costs the picture.
 *
 * @typedef {"rear"|"front"} Facing
 * @typedef {{stream: MediaStream, video: MediaStreamTrack, audio: MediaStreamTrack|null, microphone: "on"|"refused"|"busy", facing: Facing}} Camera
 * @typedef {Pick<MediaDevices, "getUserMedia">} Devices
 */

export class CameraError extends Error {
  /** @param {"refused"|"busy"|"none"} kind */
  constructor(kind) {
    super(kind);
    this.kind = kind;
  }
}

/** @param {Facing} facing @returns {MediaTrackConstraints} */
export function wish(facing) {
  return { facingMode: { ideal: facing === "front" ? "user" : "environment" }, width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
}

const SOUND = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

/** @param {unknown} error */
const name = (error) => (error instanceof Error || (typeof error === "object" && error) ? String(/** @type {any} */ (error).name) : "");

/** NotAllowedError and SecurityError are a person or a policy; the rest is a device in use, or none. @param {unknown} error @returns {"refused"|"busy"|"none"} */
export function reason(error) {
  if (["NotAllowedError", "SecurityError", "PermissionDeniedError"].includes(name(error))) return "refused";
  return name(error) === "NotFoundError" ? "none" : "busy";
}

/**
 * @param {Devices} devices
 * @param {Facing} facing
 * @param {boolean} sound false: do not ask for the microphone again
 * @returns {Promise<Camera>} rejects with CameraError
 */
export async function open(devices, facing, sound) {
  /** @type {"on"|"refused"|"busy"} */
  let microphone = "busy";
  if (sound) {
    try {
      return found(await devices.getUserMedia({ video: wish(facing), audio: SOUND }), facing, "on");
    } catch (error) {
      microphone = reason(error) === "refused" ? "refused" : "busy";
    }
  }
  try {
    return found(await devices.getUserMedia({ video: wish(facing) }), facing, microphone);
  } catch (error) {
    if (reason(error) === "refused") throw new CameraError("refused");
  }
  try {
    return found(await devices.getUserMedia({ video: true }), facing, microphone); // odd webcams refuse every wish
  } catch (error) {
    throw new CameraError(reason(error));
  }
}

/** The microphone alone. @param {Devices} devices @returns {Promise<MediaStreamTrack[]>} one track */
export async function listen(devices) {
  return (await devices.getUserMedia({ audio: SOUND })).getAudioTracks();
}

/** @param {MediaStream} stream @param {Facing} asked @param {"on"|"refused"|"busy"} microphone @returns {Camera} */
function found(stream, asked, microphone) {
  const video = stream.getVideoTracks()[0];
  if (!video) throw new CameraError("none");
  if ("contentHint" in video) video.contentHint = "motion";
  const mode = video.getSettings?.().facingMode;
  const facing = mode === "user" ? "front" : mode === "environment" ? "rear" : asked;
  const audio = stream.getAudioTracks()[0] ?? null;
  return { stream, video, audio, microphone: audio ? "on" : microphone === "on" ? "busy" : microphone, facing };
}

/** @param {Camera|null} camera */
export function close(camera) {
  camera?.stream.getTracks().forEach((track) => track.stop());
}

/**
 * The other camera. The old one is stopped first: many phones open only one at a time. If the other does not open,
 * the one we had is opened again.
 * @param {Devices} devices
 * @param {Camera} camera
 * @returns {Promise<Camera>} keeps the sound track; rejects with CameraError when neither opens
 */
export async function turn(devices, camera) {
  camera.video.stop();
  const other = camera.facing === "rear" ? "front" : "rear";
  const fresh = await open(devices, other, false).catch(() => open(devices, camera.facing, false));
  if (camera.audio) fresh.stream.addTrack(camera.audio);
  return { ...fresh, audio: camera.audio, microphone: camera.microphone };
}

/** @param {MediaStreamTrack} track */
export function torchable(track) {
  const can = /** @type {{torch?: boolean}} */ (track.getCapabilities?.() ?? {});
  return can.torch === true;
}

/** @param {MediaStreamTrack} track @param {boolean} on @returns {Promise<boolean>} whether the light is now `on` */
export async function torch(track, on) {
  try {
    await track.applyConstraints({ advanced: [/** @type {any} */ ({ torch: on })] });
    return on;
  } catch {
    return false;
  }
}
