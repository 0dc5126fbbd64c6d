// Covers over pictures, wherever one is shown: [data-veil="covered|softened|clear"] around a video. The server writes what
// a picture opens with, so nothing flashes before this module runs. R reveals, B covers; looking is counted.

import { Looking, grey, levelOf, lookedWords, reveal, sizeOf } from "../lib/veil.js";
import { ask, eachTick, live } from "../page.js";

/** @typedef {import("../lib/veil.js").Level} Level */

const COPIED = ["veil", "session", "incident", "veilUrl", "graphic", "counts", "elsewhere"];
const looking = new Looking();
/** what this screen shows of an incident's pictures, once it has shown one @type {Map<string, Level>} */
const chosen = new Map();
/** @type {Set<string>} */
const followed = new Set();
let asked = false;

/** @returns {HTMLElement[]} */
const hosts = () => [...document.querySelectorAll("[data-veil]")].filter((one) => one instanceof HTMLElement);
/** @param {HTMLElement} host */
const levelAt = (host) => levelOf(host.dataset.veil);

/** New pictures take the level of this screen: a part of the page that came anew changes nothing under anybody's eyes. */
function meet() {
  const stage = /** @type {HTMLElement|null} */ (document.querySelector("[data-stage][data-veil]"));
  const large = /** @type {HTMLElement|null} */ (document.querySelector("wall-feed[data-large]"));
  if (stage && large && stage.dataset.session !== large.dataset.session) for (const name of COPIED) copy(large, stage, name);
  for (const host of hosts()) {
    const incident = host.dataset.incident ?? "";
    if (!incident) continue;
    const level = chosen.get(incident);
    if (level === undefined) chosen.set(incident, levelAt(host));
    else if (host.dataset.veil !== level) host.dataset.veil = level;
    follow(incident);
    draw(host);
  }
}

/** @param {HTMLElement} from @param {HTMLElement} to @param {string} name */
function copy(from, to, name) {
  const value = from.dataset[name];
  if (value === undefined) delete to.dataset[name];
  else to.dataset[name] = value;
}

/** @param {string} incident */
function follow(incident) {
  if (followed.has(incident)) return;
  followed.add(incident);
  live.subscribe(`incident.${incident}`, { event: (event) => event.kind === "video.exposure_changed" && told(event.data), reload: () => {} });
}

/** Another screen chose, or marked the pictures. This one keeps what it shows. @param {any} data */
function told(data) {
  for (const host of hosts()) {
    if (host.dataset.incident !== data.incident) continue;
    host.dataset.elsewhere = levelOf(data.level);
    marked(host, data);
  }
}

/** @param {HTMLElement} host @param {{graphic: boolean, counts: boolean}} found */
function marked(host, found) {
  const begins = found.counts && !host.hasAttribute("data-counts");
  host.toggleAttribute("data-graphic", found.graphic);
  host.toggleAttribute("data-counts", found.counts);
  if (begins) void beat([]); // one's own line is there from now on, so that nothing jumps later
}

// --- drawing

/** @param {HTMLElement} host */
function draw(host) {
  const level = levelAt(host);
  const place = host.querySelector(".feed-picture") ?? host;
  let canvas = /** @type {HTMLCanvasElement|null} */ (place.querySelector(":scope > canvas.veil"));
  words(host, level);
  if (level === "clear") return void canvas?.remove();
  if (!canvas) {
    canvas = document.createElement("canvas");
    canvas.className = "veil";
    canvas.setAttribute("aria-hidden", "true");
    const last = [...place.querySelectorAll(":scope > video, :scope > canvas")].pop();
    if (last) last.after(canvas);
    else place.prepend(canvas);
  }
  const source = picture(place);
  const size = source && sizeOf(level, source.width, source.height);
  if (!source || !size || document.hidden) return;
  if (canvas.width !== size.width || canvas.height !== size.height) Object.assign(canvas, size);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  if (!pen) return;
  pen.drawImage(source.from, 0, 0, size.width, size.height);
  if (level !== "covered") return;
  const pixels = pen.getImageData(0, 0, size.width, size.height);
  grey(pixels.data);
  pen.putImageData(pixels, 0, 0);
}

/** What would be seen: the earlier picture, the last one that was kept, the live one. @param {Element} place */
function picture(place) {
  const kept = /** @type {HTMLCanvasElement|null} */ (place.querySelector(":scope > canvas[data-kept]"));
  const video = /** @type {HTMLVideoElement|null} */ (place.querySelector(":scope > video[data-back]") ?? place.querySelector(":scope > video"));
  if (kept && !kept.hidden && !place.querySelector(":scope > video[data-back]")) return { from: kept, width: kept.width, height: kept.height };
  return video && video.readyState >= 2 ? { from: video, width: video.videoWidth, height: video.videoHeight } : null;
}

/** @param {HTMLElement} host @param {Level} level */
function words(host, level) {
  const other = host.dataset.elsewhere;
  put(host.querySelector("[data-veil-title]"), level === "covered" ? "Covered" : "Softened");
  put(host.querySelector("[data-veil-elsewhere]"), other && other !== level ? `${other === "clear" ? "Clear" : other === "softened" ? "Softened" : "Covered"} on another screen` : "");
  const panel = host.closest(".panel");
  panel?.querySelector('[data-act="blur"]')?.setAttribute("aria-pressed", String(level === "covered"));
  panel?.querySelector("[data-graphic-mark]")?.setAttribute("aria-pressed", String(host.hasAttribute("data-graphic")));
}

/** @param {Element|null} place @param {string} text */
function put(place, text) {
  if (place && place.textContent !== text) place.textContent = text;
}

// --- choosing

/** @param {HTMLElement} host @param {Record<string, string>} body */
async function send(host, body) {
  try {
    const answer = await ask(String(host.dataset.veilUrl), { method: "POST", body: new URLSearchParams(body) });
    if (!answer.ok) return;
    const found = await answer.json();
    for (const one of hosts()) if (one.dataset.incident === host.dataset.incident) marked(one, found);
  } catch {
    // without a network the cover is this screen's own; the next choice is told again
  }
}

/** @param {HTMLElement} host @param {Level} level */
function choose(host, level) {
  chosen.set(host.dataset.incident ?? "", level);
  for (const one of hosts()) if (one.dataset.incident === host.dataset.incident) delete one.dataset.elsewhere;
  meet();
  void send(host, { level });
}

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest('button[data-act="reveal"], button[data-act="blur"], button[data-veil-to], button[data-graphic-mark]') : null;
  if (!button) return;
  const host = /** @type {HTMLElement|null} */ (button.closest("[data-veil]") ?? button.closest(".panel")?.querySelector("[data-veil]"));
  if (!host?.dataset.veilUrl) return;
  event.preventDefault();
  if (button.hasAttribute("data-graphic-mark")) void send(host, { graphic: host.hasAttribute("data-graphic") ? "off" : "on" });
  else if (button instanceof HTMLElement && button.dataset.veilTo) choose(host, levelOf(button.dataset.veilTo));
  else choose(host, button.matches('[data-act="blur"]') ? "covered" : reveal(levelAt(host)));
});

// --- looking

/** @returns {string[]} sessions that are uncovered before somebody, and counted */
function seen() {
  if (document.hidden) return [];
  const found = hosts().filter((host) => host.hasAttribute("data-counts") && levelAt(host) !== "covered" && host.offsetParent !== null);
  return [...new Set(found.filter((host) => host.dataset.picture === "live").map((host) => String(host.dataset.session)))];
}

/** @param {string[]} sessions */
async function beat(sessions) {
  const body = new URLSearchParams();
  for (const one of sessions) body.append("session", one);
  try {
    const answer = await ask("/video/look/", { method: "POST", body });
    if (answer.ok && !answer.redirected) figure(await answer.json());
  } catch {
    // what could not be told is not counted
  }
}

/** One's own figure, for nobody else on this screen. @param {{seconds: number, mark: string}} found */
function figure(found) {
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-looked]"))) {
    place.hidden = found.seconds < 1 && !document.querySelector("[data-counts]");
    place.dataset.mark = found.mark;
    put(place.querySelector("[data-looked-words]"), `You: ${lookedWords(found.seconds)} of graphic pictures this shift`);
    put(place.querySelector("[data-looked-ask]"), found.mark === "hand_over" ? "Time to hand over. Your supervisor knows." : found.mark === "ask" ? "Are you all right? Cover it with B, or ask to hand over." : "");
  }
}

/** @param {any} event */
function mine(event) {
  if (event.kind === "video.exposure_reached") void beat([]);
  if (event.kind !== "video.handed_over") return;
  const mineNow = String(event.data.to_user) === document.body.dataset.user;
  const here = hosts().find((host) => host.dataset.session === event.data.session);
  if (!mineNow && here) {
    chosen.set(event.data.incident, "covered"); // only here: the incident's level is not this hand-over's to change
    meet();
  }
  say(mineNow ? "A supervisor handed you a live video: its chat and its log are yours now." : "Your live video was handed over. Here it is covered. Take the time you need.", `/incidents/${event.data.incident}/`);
}

/** @param {string} text @param {string} address of the incident */
function say(text, address) {
  const place = document.getElementById("care-word");
  if (!place) return;
  place.hidden = false;
  put(place.querySelector("[data-care-words]"), text);
  place.querySelector("a")?.setAttribute("href", address);
}

document.getElementById("care-word")?.querySelector("button")?.addEventListener("click", (event) => {
  /** @type {HTMLElement} */ (event.currentTarget).closest("#care-word")?.setAttribute("hidden", "");
});
if (document.body.dataset.user) live.subscribe(`person.${document.body.dataset.user}`, { event: mine, reload: () => {} });
document.body.addEventListener("htmx:afterSwap", meet);
const wall = document.querySelector("video-wall");
if (wall) new MutationObserver(meet).observe(wall, { subtree: true, attributeFilter: ["data-large"], childList: true });
eachTick(() => {
  meet();
  const sessions = seen();
  if (looking.tick(performance.now(), sessions.length > 0)) void beat(sessions);
  if (!asked && document.querySelector("[data-looked]")) {
    asked = true;
    void beat([]);
  }
});
