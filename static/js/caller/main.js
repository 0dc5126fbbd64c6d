// @ts-check
/** The caller's page: joins taps, the session and the screen. */
import { claim } from "./claim.js";
import { Frames } from "./frames.js";
import { Session } from "./session.js";
import * as sheets from "./sheets.js";
import { guard } from "./state.js";
import * as view from "./view.js";

const main = /** @type {HTMLElement} */ (document.getElementById("caller"));
const form = /** @type {HTMLFormElement} */ (document.getElementById("claim"));
const preview = /** @type {HTMLVideoElement} */ (document.getElementById("preview"));
const text = /** @type {HTMLInputElement} */ (document.getElementById("text"));
const now = () => Date.now();
const once = guard(() => performance.now());
const canVideo = main.dataset.mode === "video";
const hasCamera = typeof (/** @type {MediaDevices|undefined} */ (navigator.mediaDevices)?.getUserMedia) === "function"; // not in old web views, nor without https
/** @type {Session|null} */
let session = null;
/** @type {Frames|null} */
let frames = null;
/** What the phone records by itself while the connection is down; loaded when it may be needed. @type {import("../backfill/backfill.js").Backfill|null|undefined} */
let film;
/** What sends photos and films; only on an upload link's page. @type {Awaited<ReturnType<typeof import("../upload/files.js").open>>|null} */
let files = null;
/** What the control room puts on the screen; loaded when it first does. @type {typeof import("../prompts/shown.js")|null} */
let prompts = null;
let typedAt = 0;
const timers = { set: (/** @type {() => void} */ run, /** @type {number} */ ms) => setTimeout(run, ms), clear: (/** @type {any} */ timer) => clearTimeout(timer), now, random: Math.random };

view.learn();
if (main.dataset.start === "app" || (canVideo && !hasCamera)) {
  view.screen("app");
  if (hasCamera) main.querySelectorAll("[data-do=here]").forEach((one) => { /** @type {HTMLElement} */ (one).hidden = false; });
}

function draw() {
  if (session) view.render(session, now(), { sheet: sheets.current(), canVideo });
  prompts?.choices(session?.chat.card() ?? null);
}

/** crypto.randomUUID is missing before Safari 15.4. */
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** Will the browser ask? Where it cannot be known (Safari before 16), it will. @returns {Promise<boolean>} */
async function cameraAllowed() {
  try {
    return (await navigator.permissions.query({ name: /** @type {PermissionName} */ ("camera") })).state === "granted";
  } catch {
    return false;
  }
}

/** @param {boolean} busy */
function busy(busy) {
  form.querySelectorAll("button").forEach((button) => (busy ? button.setAttribute("aria-disabled", "true") : button.removeAttribute("aria-disabled")));
  view.say("trouble", busy ? view.word("connecting") : "");
}

/** @param {"video"|"location"} mode */
async function begin(mode) {
  if (form.querySelector("[aria-disabled]")) return;
  busy(true);
  const answer = await claim(form, { mode });
  busy(false);
  if ([404, 409, 410].includes(answer.status)) return location.reload(); // the server's page says why
  if (answer.status !== 200 || !answer.ws) return view.say("trouble", view.word(answer.status === 429 ? "claim_wait" : "claim_failed"));
  await start(mode, answer);
}

/** @param {"video"|"location"} mode @param {import("./claim.js").Answer} answer */
async function start(mode, answer) {
  const allowed = mode === "location" || (await cameraAllowed());
  session = new Session({
    devices: navigator.mediaDevices,
    geolocation: navigator.geolocation,
    Peer: RTCPeerConnection,
    socket: (path) => new WebSocket(location.origin.replace(/^http/, "ws") + path),
    timers,
    keep: keep(),
    uuid,
    visible: () => document.visibilityState === "visible",
    check: async () => (await claim(form, { mode })).status,
    changed: draw,
    showing: (camera) => {
      preview.srcObject = camera.stream;
      preview.play().catch(() => {});
      frames ??= new Frames(preview, now);
      frames.reset();
      keepFilm(answer.session);
    },
    pong: (message) => film?.pong(/** @type {any} */ (message)),
    twoWay: async (message) => (await import("../two-way/seen.js")).heard(message, { host: main, Peer: RTCPeerConnection, servers: () => session?.servers ?? [], send: (said) => session?.line.send(/** @type {any} */ (said)) }),
    prompts: async (message) => {
      prompts ??= await import("../prompts/shown.js");
      if (session) prompts.heard(/** @type {any} */ (message), { session, preview, main });
      draw();
    },
  }, answer, { locale: main.dataset.locale ?? "en", reason: main.dataset.start === "resume" ? "reload" : "first", cameraAllowed: allowed });
  session.facts.screen = allowed ? "live" : "asking";
  session.facts.wanted = mode === "video";
  draw();
  awake();
  battery();
  setInterval(second, 1000);
  if (main.dataset.start === "resume") keepFilm(answer.session); // what an earlier page left behind
  if (main.dataset.mode === "upload") sendFiles(answer.session);
  await session.start(mode === "video");
}

/** Again until the code has come: without it nothing can be chosen. @param {string} id */
async function sendFiles(id) {
  try {
    files = await (await import("../upload/files.js")).open(id, timers, uuid);
  } catch {
    setTimeout(() => sendFiles(id), 2000);
  }
}

/** Once for each page, and again if the code did not come. @param {string} id */
async function keepFilm(id) {
  if (film !== undefined || !session) return;
  film = null;
  try {
    const { browser, open } = await import("../backfill/backfill.js");
    film = await open(browser(timers, uuid), Object.assign(session, { id }));
  } catch {
    film = undefined;
  }
}

function keep() {
  try { return window.sessionStorage; } catch { return null; }
}

/** @type {any} */
let lock = null;

/** Keep the screen on: a locked phone has no camera. */
async function awake() {
  if (!session || session.facts.screen === "ended" || document.visibilityState !== "visible" || (lock && !lock.released)) return;
  try { lock = await /** @type {any} */ (navigator).wakeLock?.request("screen"); } catch { lock = null; }
}

async function battery() {
  try {
    const level = await /** @type {any} */ (navigator).getBattery?.();
    if (session && level) session.battery = Math.round(level.level * 100) / 100;
  } catch { /* most browsers do not tell */ }
}

function second() {
  film?.tick();
  if (!session) return;
  if (session.facts.screen === "ended") { files?.end(); lock?.release?.(); lock = null; sheets.close(); return; }
  const watching = document.visibilityState === "visible" && session.facts.camera !== "off";
  if (watching && frames) frames.frozen() ? session.paused("frozen") : session.flowing();
  session.tick(now());
  draw();
}

/** @param {string} from English, so that the handler can read it @param {string} shown */
function answerWith(from, shown) {
  session?.say(shown === from ? from : `${shown} (${from})`);
}

async function copy() {
  const address = /** @type {HTMLInputElement} */ (main.querySelector(".address"));
  try {
    await navigator.clipboard.writeText(address.value);
  } catch {
    address.focus();
    address.select();
    address.setSelectionRange(0, address.value.length);
    if (!document.execCommand("copy")) return;
  }
  for (const place of ["copy-word", "copied"]) view.say(place, view.word("copied"));
}

function save() {
  if (!session) return;
  const lines = view.receipt(session.facts).map((line) => line.join(": "));
  if (session.facts.receipt?.seal) lines.push(session.facts.receipt.seal);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([`${document.title}\n${lines.join("\n")}\n`], { type: "text/plain;charset=utf-8" }));
  link.download = "receipt.txt";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

async function clear() {
  await film?.wipe();
  files?.wipe();
  try { sessionStorage.clear(); } catch { /* nothing kept */ }
  await claim(form, { forget: "1" });
  location.replace("about:blank");
}

/** What only opens and closes may be tapped as fast as one likes. */
const OPENERS = ["chat", "place", "stop", "close"];

/** @type {Record<string, (button: HTMLElement) => unknown>} */
const actions = {
  video: () => session?.show(),
  location: () => { if (session) { session.facts.screen = "live"; session.start(false); } },
  here: () => view.screen("first"),
  copy, save, clear,
  turn: () => session?.turn(),
  light: () => session?.light(),
  mute: () => session?.mute(),
  picture: () => { if (session) { session.facts.pictureCard = false; draw(); } },
  chat: () => sheets.open("chat"),
  place: () => sheets.open("place"),
  stop: () => sheets.open("stop"),
  close: () => sheets.close(),
  wrong: (button) => { answerWith(button.dataset.say ?? "", button.innerText.trim()); sheets.open("chat"); },
  end: () => { sheets.close(); session?.stop(false); },
  keep: () => { sheets.close(); session?.stop(true); },
};

document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  if (target.matches(".shade")) { sheets.close(); return draw(); }
  const button = /** @type {HTMLElement|null} */ (target.closest("button"));
  if (!button) return;
  const { do: action, say } = button.dataset;
  if (button.getAttribute("name") === "mode") event.preventDefault();
  if (button.getAttribute("aria-disabled") === "true" || (!action && !say && button.getAttribute("name") !== "mode")) return;
  if (!OPENERS.includes(action ?? "") && !once(action ?? say ?? "begin")) return;
  if (button.getAttribute("name") === "mode") begin(button.getAttribute("value") === "location" ? "location" : "video");
  else if (action) actions[action]?.(button);
  else answerWith(say ?? "", button.innerText.trim());
  draw();
});
document.getElementById("write")?.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!text.value.trim() || !once("write")) return;
  session?.say(text.value);
  text.value = "";
});
text.addEventListener("input", () => {
  if (!text.value || now() - typedAt < 3000) return;
  typedAt = now();
  session?.line.send({ t: "typing" });
});
form.addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("keydown", (event) => { sheets.keys(event); draw(); });

function back() {
  frames?.reset();
  awake();
  session?.nudge();
  files?.nudge();
  draw();
}
document.addEventListener("visibilitychange", back);
addEventListener("pageshow", (event) => { if (event.persisted) back(); });
addEventListener("online", back);
/** @type {any} */ (navigator).connection?.addEventListener?.("change", back);
