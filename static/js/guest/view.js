// What was shared: the live picture or a chosen film, the place, a line to the control room. The guest's name and the
// time are in the pixels that come; nothing is drawn here. The page asks every few seconds whether the link is still open;
// when it is not, everything closes and the page says why.

import { span } from "../lib/clock.js";
import { Watcher } from "../lib/watcher.js";
import { NO_NETWORK, here, send, state, wordsOf } from "./site.js";

const ASK_EVERY = 3000;
const OVER = Object.freeze({
  revoked: ["Your access was withdrawn", "The police have ended what they shared with you. Ask their control room if you still need it."],
  expired: ["Your time is over", "The police shared this for a limited time. Ask their control room for a new link if you still need it."],
  closed: ["The incident is closed", "The police have closed this incident, and what they shared with you has ended. Ask their control room if you still need it."],
  left: ["You have left", "Open the link again and ask for a new code if you need it once more."],
  unknown: ["This link is not open", "Ask the police control room for a new one."],
});

/** @template {HTMLElement} T @param {string} selector @returns {T} */
const the = (selector) => /** @type {T} */ (document.querySelector(selector));
const stage = /** @type {HTMLElement} */ (the("[data-stage]"));
const video = /** @type {HTMLVideoElement} */ (stage.querySelector("video"));
const sources = document.querySelector("[data-sources]");

let offset = Number(document.body.dataset.server) - Date.now();
let until = Number(document.body.dataset.until) * 1000;
let over = false;
let framesAt = 0;
/** @type {Watcher|null} */
let watcher = null;
/** @type {string} the live session or the film that is looked at */
let chosen = "";
const now = () => Date.now() + offset;
const fixRow = /** @type {HTMLElement|null} */ (document.querySelector("[data-fix-at]"));

/** @param {string} title @param {string} more */
function say(title, more) {
  the("[data-title]").textContent = title;
  the("[data-more]").textContent = more;
}

/** @param {"waiting"|"live"|"lost"|"ended"|"film"} picture */
function show(picture) {
  stage.dataset.picture = picture;
  the("[data-live]").hidden = picture !== "live";
}

function stop() {
  watcher?.stop();
  watcher = null;
  video.pause();
  video.srcObject = null;
  video.removeAttribute("src");
  video.load();
  framesAt = 0;
}

/** @param {string} id of a live session */
function watch(id) {
  stop();
  chosen = id;
  press();
  show("waiting");
  say("Waiting for the picture", "It appears here by itself.");
  const url = `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}${here}live/${id}/`;
  watcher = new Watcher(url, {
    message: (message) => {
      if (message.t === "fix") place(message);
      if (message.t === "answer") the("[data-live-words]").textContent = message.stills ? "One picture a second: many partners are watching" : "LIVE";
      if (message.t === "error" && message.code === "full" && stage.dataset.picture !== "live") say("No place for a picture", message.message);
      if (message.t === "ended") {
        show("ended");
        say("The video has ended", "The caller or the police ended it.");
        void ask();
      }
    },
    stream: (stream) => {
      video.srcObject = stream;
      void video.play().catch(() => {});
      frames();
    },
    link: (link) => {
      if (link === "closed") void ask();
    },
  });
  watcher.start();
}

function frames() {
  if (typeof video.requestVideoFrameCallback !== "function") {
    video.ontimeupdate = () => (framesAt = performance.now());
    return;
  }
  const next = () => {
    framesAt = performance.now();
    if (stage.dataset.picture !== "film" && watcher) video.requestVideoFrameCallback(next);
  };
  video.requestVideoFrameCallback(next);
}

/** @param {HTMLElement} button */
function play(button) {
  stop();
  chosen = String(button.dataset.film);
  press();
  show("waiting");
  say("Making the film ready", "");
  void ready(chosen);
}

/**
 * The film that is shown is the guest's own copy with their name in it: asked for until it is made.
 * @param {string} film
 */
async function ready(film) {
  let pause = 2;
  try {
    const answer = await fetch(`${film}?ready=1`, { credentials: "same-origin", cache: "no-store" });
    if (over || chosen !== film) return;
    if (answer.ok) {
      show("film");
      video.src = film;
      void video.play().catch(() => {});
      return;
    }
    if (answer.status === 404) return ask();
    const told = await answer.json();
    pause = Number(answer.headers.get("Retry-After")) || pause;
    say(typeof told.percent === "number" ? `Making the film ready: ${told.percent} %` : "The film is not ready", String(told.message ?? ""));
  } catch {
    say("The film is not ready", NO_NETWORK);
  }
  setTimeout(() => { if (!over && chosen === film && !video.getAttribute("src")) void ready(film); }, Math.min(pause, 60) * 1000);
}

function press() {
  for (const button of document.querySelectorAll("[data-sources] button")) {
    const of = /** @type {HTMLElement} */ (button).dataset;
    button.setAttribute("aria-pressed", String((of.film ?? of.picture) === chosen));
  }
  const film = chosen.includes("/film/");
  the('[data-tool="play"]').hidden = !film;
  the("[data-seek-field]").hidden = !film;
  the("[data-position]").textContent = "";
}

/** @param {{lat: number, lon: number, accuracy: number, at: number}} fix */
function place(fix) {
  const at = document.querySelector("[data-position-fix]");
  const radius = document.querySelector("[data-radius]");
  if (at) at.textContent = `${fix.lat.toFixed(5)}, ${fix.lon.toFixed(5)}`;
  if (radius) radius.textContent = `${Math.round(fix.accuracy)} m, caller's phone`;
  if (fixRow) fixRow.dataset.fixAt = String(fix.at / 1000);
  age();
}

/** A position is never shown without how old it is. */
function age() {
  if (!fixRow?.dataset.fixAt) return;
  fixRow.hidden = false;
  const words = `${span(Math.max(0, (now() - Number(fixRow.dataset.fixAt) * 1000) / 1000))} ago`;
  const shown = fixRow.querySelector("dd");
  if (shown && shown.textContent !== words) shown.textContent = words;
}

/** @param {{id: string, source: string}[]} pictures */
function offer(pictures) {
  const known = new Set(pictures.map(({ id }) => id));
  for (const button of document.querySelectorAll("[data-sources] [data-picture]"))
    if (!known.has(String(/** @type {HTMLElement} */ (button).dataset.picture))) button.remove();
  for (const { id, source } of pictures.toReversed()) {
    if (document.querySelector(`[data-sources] [data-picture="${id}"]`)) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn";
    button.dataset.picture = id;
    button.textContent = source;
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => watch(id));
    sources?.prepend(button);
  }
  const newest = pictures.at(-1);
  if (newest && (!chosen || (stage.dataset.picture === "ended" && !known.has(chosen)))) watch(newest.id);
}

async function ask() {
  if (over) return;
  let answer;
  try {
    answer = await state();
  } catch {
    return; // the network: asked again soon, the picture says for itself whether it is there
  }
  if (answer.status === 404) return close((await answer.json()).why);
  if (!answer.ok) return;
  const told = await answer.json();
  offset = told.now - Date.now();
  until = told.until;
  offer(told.pictures);
}

/** @param {keyof typeof OVER} why */
function close(why) {
  if (over) return;
  over = true;
  stop();
  if (document.fullscreenElement) void document.exitFullscreen();
  stage.classList.remove("fills");
  show("ended");
  const [title, more] = OVER[why] ?? OVER.unknown;
  say(title, "");
  the("[data-over-title]").textContent = title;
  the("[data-over-more]").textContent = more;
  document.body.dataset.closed = why;
  document.querySelector(".guest-side")?.remove(); // what was shown leaves the page, too
  the("h1").textContent = "Closed";
  the("[data-left]").textContent = "0:00";
  const dialog = /** @type {HTMLDialogElement} */ (the("[data-over]"));
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.showModal();
}

function tick() {
  if (over) return;
  const left = Math.max(0, Math.floor((until - now()) / 1000));
  the("[data-left]").textContent = left >= 3600 ? `${Math.floor(left / 3600)} h ${String(Math.floor((left % 3600) / 60)).padStart(2, "0")} min` : `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  if (left === 0) void ask();
  age();
  if (watcher && framesAt) {
    const age = performance.now() - framesAt;
    if (age < 3000) show("live");
    else if (stage.dataset.picture === "live") {
      show("lost");
      say("No picture at the moment", "The last picture is hidden. Trying again.");
    }
  }
  if (watcher && video.paused && video.srcObject) void video.play().catch(() => {});
}

for (const button of document.querySelectorAll("[data-film]")) button.addEventListener("click", () => play(/** @type {HTMLElement} */ (button)));
video.addEventListener("contextmenu", (event) => event.preventDefault());
stage.addEventListener("contextmenu", (event) => event.preventDefault());
video.addEventListener("error", () => {
  if (!chosen.includes("/film/") || !video.getAttribute("src")) return;
  show("ended");
  say("The film could not be played", "Choose it again in a moment.");
  void ask();
});
const seek = /** @type {HTMLInputElement} */ (the("[data-seek]"));
const clock = (/** @type {number} */ seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
video.addEventListener("timeupdate", () => {
  if (!chosen.includes("/film/") || !Number.isFinite(video.duration)) return;
  seek.value = String(Math.round((video.currentTime / video.duration) * 1000));
  the("[data-position]").textContent = `${clock(video.currentTime)} of ${clock(video.duration)}`;
});
seek.addEventListener("input", () => {
  if (Number.isFinite(video.duration)) video.currentTime = (Number(seek.value) / 1000) * video.duration;
});
const playing = the('[data-tool="play"]');
playing.addEventListener("click", () => (video.paused ? void video.play() : video.pause()));
for (const name of ["play", "pause"])
  video.addEventListener(name, () => {
    playing.setAttribute("aria-pressed", String(!video.paused));
    const label = playing.querySelector("span");
    if (label) label.textContent = video.paused ? "Play" : "Pause";
  });
the('[data-tool="sound"]').addEventListener("click", (event) => {
  video.muted = !video.muted;
  /** @type {HTMLElement} */ (event.currentTarget).setAttribute("aria-pressed", String(!video.muted));
});
// A phone that puts only the bare video on its full screen gets the whole window instead.
the('[data-tool="fullscreen"]').addEventListener("click", () => {
  if (document.fullscreenElement) void document.exitFullscreen();
  else if (stage.requestFullscreen) void stage.requestFullscreen();
  else stage.classList.toggle("fills");
});
stage.addEventListener("click", () => stage.classList.remove("fills"));
the("[data-leave]").addEventListener("click", async () => {
  await send("leave").catch(() => {});
  close("left");
});

const form = /** @type {HTMLFormElement} */ (the("[data-line]"));
const text = /** @type {HTMLTextAreaElement} */ (form.querySelector("textarea"));
const said = the("[data-line-said]");
let key = crypto.randomUUID?.() ?? "";
text.addEventListener("input", () => (the("[data-room]").textContent = String(500 - text.value.length)));
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const words = text.value.trim();
  if (!words || over) return;
  said.textContent = "Sending…";
  said.removeAttribute("data-wrong");
  try {
    const answer = await send("line", { text: words, key });
    if (!answer.ok) throw new Error(await wordsOf(answer));
    key = crypto.randomUUID();
    const line = document.createElement("li");
    line.textContent = words;
    the("[data-lines]").prepend(line);
    text.value = "";
    said.textContent = "It is in the log.";
    the("[data-room]").textContent = "500";
  } catch (error) {
    said.setAttribute("data-wrong", "");
    said.textContent = error instanceof TypeError ? NO_NETWORK : /** @type {Error} */ (error).message;
  }
});

setInterval(tick, 1000);
setInterval(() => void ask(), ASK_EVERY);
addEventListener("pagehide", () => watcher?.stop());
tick();
void ask();
