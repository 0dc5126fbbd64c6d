// @ts-check
/**
 * The covert page: the same call as the caller's page, without a sound, a picture or a trace. Nothing is kept on the
 * phone, nothing is asked before a tap, and leaving takes one tap, Escape, or three taps beside the buttons.
 */
import { claim } from "../caller/claim.js";
import { Session } from "../caller/session.js";
import { answered, pressed, question, reply } from "./answers.js";
import { Faces } from "./faces.js";

const main = /** @type {HTMLElement} */ (document.getElementById("covert"));
const form = /** @type {HTMLFormElement} */ (document.getElementById("claim"));
const preview = /** @type {HTMLVideoElement} */ (document.getElementById("preview"));
const help = /** @type {HTMLElement} */ (document.querySelector(".help"));
const text = /** @type {HTMLInputElement} */ (document.getElementById("text"));
const exit = main.dataset.exit ?? "about:blank";

/** @type {Session|null} */
let session = null;
let gone = false;
let busy = false;
/** The camera's and the place's question of the phone are behind us. */
let asking = false;
let asked = "";
/** @type {any} */
let lock = null;

/** @param {string} key */
function word(key) {
  return /** @type {HTMLTemplateElement} */ (document.getElementById("words")).content.querySelector(`[data-w="${key}"]`)?.textContent ?? "";
}

/** @param {string} id @param {string} words */
function say(id, words) {
  const place = document.getElementById(id);
  if (place && place.textContent !== words) place.textContent = words;
}

/** Not randomUUID: it is missing before Safari 15.4. */
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

// --- leaving

/** Nothing stays on the screen, in this tab's storage or in its history; the server is told on the way out. @param {boolean} [chosen] by the caller */
function leave(chosen = true) {
  if (gone) return;
  gone = true;
  const body = new FormData(form);
  body.set("forget", "1");
  body.set("left", chosen ? "1" : "2");
  if (!navigator.sendBeacon?.(form.action, body)) void fetch(form.action, { method: "POST", body, keepalive: true }).catch(() => {});
  for (const track of session?.camera?.stream?.getTracks() ?? []) track.stop();
  lock?.release?.().catch?.(() => {});
  try { sessionStorage.clear(); localStorage.clear(); } catch { /* nothing was kept */ }
  document.title = "";
  document.body.replaceChildren();
  location.replace(exit);
}

addEventListener("keydown", (event) => { if (event.key === "Escape") leave(); });
addEventListener("pageshow", (event) => { if (event.persisted) location.replace(exit); });

// --- what is in front

const faces = new Faces({
  asking: () => asking && !gone,
  draft: () => text.value.trim() !== "",
  help: () => { if (session) session.say(words(help)); else leave(); },
  leave,
  changed: (face) => {
    if (face !== "page") text.blur();
    else if (document.fullscreenElement) void document.exitFullscreen().catch(() => {});
    session?.seen();
    draw();
    void awake();
  },
}, word, main.dataset.locale ?? "en");

async function awake() {
  if (!session || document.visibilityState !== "visible" || (lock && !lock.released)) return;
  try { lock = await /** @type {any} */ (navigator).wakeLock?.request("screen"); } catch { lock = null; }
}

// --- the call

/** @type {HTMLButtonElement[]} */
const answers = [...document.querySelectorAll("[data-say]")].map((one) => /** @type {HTMLButtonElement} */ (one));

/** @param {HTMLElement} button */
function words(button) {
  return reply(button.dataset.say ?? "", button.querySelector("span")?.textContent ?? "");
}

/** @param {"video"|"location"|"answers"} how */
async function begin(how) {
  if (busy || gone) return;
  busy = true;
  say("trouble", word("connecting"));
  const mode = how === "video" ? "video" : "location";
  const got = await claim(form, { mode });
  busy = false;
  if ([404, 409, 410].includes(got.status)) return location.replace(exit);
  if (got.status !== 200 || !got.ws) return say("trouble", word("failed"));
  session = new Session({
    devices: navigator.mediaDevices,
    geolocation: how === "answers" ? undefined : navigator.geolocation,
    Peer: RTCPeerConnection,
    socket: (path) => new WebSocket(location.origin.replace(/^http/, "ws") + path),
    timers: { set: (/** @type {() => void} */ run, /** @type {number} */ ms) => setTimeout(run, ms), clear: (/** @type {any} */ timer) => clearTimeout(timer), now: () => Date.now(), random: Math.random },
    keep: null, // nothing of the chat stays on this phone
    uuid,
    visible: () => document.visibilityState === "visible",
    check: async () => (await claim(form, { mode })).status,
    front: () => (faces.face === "page" ? "" : faces.face),
    changed: draw,
    showing: (camera) => { preview.srcObject = camera.stream; },
  }, got, { locale: main.dataset.locale ?? "en", reason: main.dataset.start === "resume" ? "reload" : "first", cameraAllowed: true });
  const seen = session.seen.bind(session);
  session.seen = () => { if (faces.face === "page") seen(); }; // what came in the dark, or behind the weather, was not read
  session.facts.wanted = mode === "video";
  for (const part of main.querySelectorAll("[data-part]")) /** @type {HTMLElement} */ (part).hidden = /** @type {HTMLElement} */ (part).dataset.part !== "ask";
  main.dataset.screen = "ask";
  void awake();
  setInterval(() => { session?.tick(Date.now()); draw(); }, 1000);
  await session.start(mode === "video");
  if (session.facts.screen === "refused") await session.start(false); // without a camera the answers still work
  asking = true;
  faces.rest();
}

function draw() {
  if (!session || gone) return;
  const { facts, chat } = session;
  if (facts.screen === "ended") return faces.face === "dark" ? undefined : leave(false); // the dark does not light up by itself
  if (question(chat.items) !== asked) faces.rest(); // time to read it
  say("question", asked = question(chat.items));
  const fresh = facts.status && Date.now() - facts.status.at < 4000 ? facts.status : null;
  const live = facts.camera === "on" && facts.peer === "up" && fresh?.watched ? `${word("see")}. ${fresh.recording === "writing" ? `${word("saved")}.` : ""}` : facts.place === "on" ? `${word("where")}.` : "";
  const typed = answers.map(answeredBy).every((state) => state === "none") && answered(chat.items) === "sent";
  say("state", [facts.line === "open" ? live : facts.line === "lost" ? word("weak") : word("connecting"), typed ? `${word("sent")}.` : ""].filter(Boolean).join(" "));
}

/** The tapped button stays one shade apart and keeps its word; "Sent" stands under it once it is. @param {HTMLButtonElement} button */
function answeredBy(button) {
  const state = pressed(session?.chat.items ?? [], words(button));
  button.setAttribute("aria-pressed", String(state !== "none"));
  button.classList.toggle("sent", state === "sent");
  return state;
}

document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  if (faces.face !== "page") return;
  if (faces.deaf) return event.preventDefault();
  const button = /** @type {HTMLElement|null} */ (target.closest("button"));
  if (!button) {
    if (!target.closest("input")) faces.beside();
    return;
  }
  faces.series.drop();
  const { go, say: said, do: act } = button.dataset;
  if (act === "leave") leave();
  else if (act === "hide") faces.show("weather");
  else if (act === "dark") {
    faces.show("dark");
    void document.documentElement.requestFullscreen?.({ navigationUI: "hide" }).catch(() => {});
  }
  else if (go) void begin(go === "video" ? "video" : go === "location" ? "location" : "answers");
  else if (said) session?.say(words(button));
});
document.getElementById("write")?.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!text.value.trim()) return;
  session?.say(text.value);
  text.value = "";
});
form.addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("visibilitychange", () => { void awake(); session?.nudge(); });
addEventListener("online", () => session?.nudge());
