// @ts-check
/**
 * What the control room puts on the caller's screen: a ring and an arrow on the preview with a phrase, a request to the
 * phone, one-tap answers to a question, "Police are writing". Loaded when the first of them comes; the words come with
 * it, in the page's language. The phone does what its browser allows, and what gives the caller away only after a tap.
 */
import { sameShape, toElement } from "../lib/point.js";

/**
 * @typedef {{code: string, say: string, words: string}} Answer
 * @typedef {{t: string, id?: string, kind?: string, title?: string, words?: string, moved?: string, answers?: Answer[], x?: number|null, y?: number|null, frame?: number|null, seconds?: number}} Message
 * @typedef {{session: import("../caller/session.js").Session, preview: HTMLVideoElement, main: HTMLElement}} World
 * @typedef {"seen"|"done"|"refused"|"impossible"} Result
 */

const NOTE_SECONDS = 8;
const WRITING_MS = 5000;
const RING = 34; // px, half of it

/** @type {World} */
let world;
/** @type {Message|null} */
let now = null;
/** @type {any} */
let timer = null;
/** What was said of each prompt: said again when it comes again. @type {Map<string, {result: Result, answer: string}>} */
const said = new Map();

const link = document.createElement("link");
link.rel = "stylesheet";
link.href = new URL("../../css/prompts.css", import.meta.url).href;
document.head.append(link);

const box = element("section", "prompt");
box.hidden = true;
box.setAttribute("role", "alert");
const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
svg.setAttribute("class", "prompt-ring");
svg.setAttribute("aria-hidden", "true");
for (const [tag, kind] of [["path", "outline"], ["path", "line"], ["circle", "outline"], ["circle", "line"]]) {
  const shape = document.createElementNS(svg.namespaceURI, tag);
  shape.setAttribute("class", kind);
  svg.append(shape);
}
svg.toggleAttribute("hidden", true);

/** @param {Message} message @param {World} from */
export function heard(message, from) {
  world = from;
  if (!box.isConnected) {
    document.getElementById("chip")?.after(box);
    world.main.append(svg);
    addEventListener("resize", place);
    world.preview.addEventListener("resize", place);
    document.addEventListener("visibilitychange", seen);
  }
  if (message.t === "prompt") return show(message);
  if (message.t === "prompt_over" && now?.id === message.id) return close();
  if (message.t === "typing") return writing(message.words ?? "");
}

/** @param {Message} message */
function show(message) {
  const before = said.get(message.id ?? "");
  if (before && before.result !== "seen") return tell(before.result, before.answer, message);
  close();
  now = message;
  if (byItself(message)) return;
  const phrase = element("p", "phrase", message.words);
  phrase.dir = "auto";
  const title = message.kind === "point" ? [] : [element("small", "", message.title)];
  const answers = element("div", "answers");
  for (const one of message.answers ?? []) answers.append(button(one));
  box.replaceChildren(...title, phrase, answers);
  box.dataset.kind = message.kind;
  box.hidden = false;
  place();
  seen();
  navigator.vibrate?.(40);
  timer = setTimeout(close, (message.seconds ?? 10) * 1000);
}

/** What costs the caller nothing, or only less sound, is done at once and said. @param {Message} message */
function byItself(message) {
  const { facts } = world.session;
  if (message.kind === "torch_on" || message.kind === "torch_off") {
    if (!facts.torchable) return over("impossible");
    if (facts.torch === (message.kind === "torch_on")) return over("done");
    return false;
  }
  if (message.kind === "flip" && facts.camera !== "on") return over("impossible");
  if (message.kind === "silence") {
    if (facts.microphone === "on") world.session.mute(); // never the other way round: only a tap starts sound
    note(message);
    return over("done", true);
  }
  if (message.kind === "quality_low" || message.kind === "quality_full") {
    const small = message.kind === "quality_low";
    const wanted = small ? { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 15 } } : { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
    const track = world.session.camera?.video;
    if (!track?.applyConstraints) return over("impossible");
    track.applyConstraints(wanted).then(() => { note(message); tell("done", "", message); }, () => tell("impossible", "", message));
    return true;
  }
  return false;
}

/** @param {Result} result @param {boolean} [stay] the note stays for a moment @returns {true} */
function over(result, stay = false) {
  tell(result);
  if (!stay) close();
  return true;
}

/** One line that needs no answer. @param {Message} message */
function note(message) {
  if (now !== message) return;
  box.replaceChildren(element("small", "", message.title), element("p", "phrase", message.words));
  box.dataset.kind = "note";
  box.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(close, NOTE_SECONDS * 1000);
}

/** @param {Answer} answer */
function button(answer) {
  const made = /** @type {HTMLButtonElement} */ (element("button", "", answer.words));
  made.type = "button";
  made.addEventListener("click", () => void tapped(answer.code));
  return made;
}

/** @param {string} code */
async function tapped(code) {
  const message = now;
  if (!message) return;
  close();
  if (code === "cannot" || (message.kind !== "point" && code === "no")) return tell("refused", code, message);
  tell(await obey(message), code, message);
}

/** @param {Message} message @returns {Promise<Result>} */
async function obey(message) {
  const { session } = world;
  if (message.kind === "flip") {
    const before = session.facts.facing;
    await session.turn();
    return session.facts.facing === before ? "impossible" : "done";
  }
  if (message.kind === "torch_on" || message.kind === "torch_off") {
    const wanted = message.kind === "torch_on";
    if (session.facts.torch !== wanted) await session.light();
    return session.facts.torch === wanted ? "done" : "impossible";
  }
  return "done";
}

/** The words are on a screen that is looked at. */
function seen() {
  if (now?.id && !box.hidden && document.visibilityState === "visible" && !said.has(now.id)) tell("seen");
}

/** @param {Result} result @param {string} [answer] @param {Message|null} [message] */
function tell(result, answer = "", message = now) {
  if (!message?.id) return;
  said.set(message.id, { result, answer });
  /** @type {any} */
  const told = { t: "prompted", prompt: message.id, result };
  if (answer) told.answer = answer;
  world.session.line.send(told);
}

function close() {
  clearTimeout(timer);
  now = null;
  box.hidden = true;
  svg.toggleAttribute("hidden", true);
}

/** The ring at the same place of the scene. A phone that was turned since shows another frame: then the words alone. */
function place() {
  const { preview } = world;
  const { videoWidth: width, videoHeight: height } = preview;
  const pointed = now && now.kind === "point" && typeof now.x === "number" && typeof now.y === "number";
  const fits = pointed && width > 0 && sameShape(width / height, now?.frame ?? 0);
  svg.toggleAttribute("hidden", !fits);
  box.querySelector(".moved")?.remove();
  if (pointed && !fits) box.append(element("small", "moved", now?.moved));
  if (!fits || !now) return;
  const area = preview.getBoundingClientRect();
  const at = toElement({ x: Number(now.x), y: Number(now.y) }, area, { width, height }, "cover", preview.classList.contains("front"), RING + 6);
  const side = at.x < area.width / 2 ? 1 : -1;
  const below = at.y < area.height * 0.45 ? 1 : -1;
  const tip = { x: at.x + side * RING * 0.9, y: at.y + below * RING * 0.9 };
  const tail = { x: tip.x + side * 56, y: tip.y + below * 78 };
  const path = `M${tail.x} ${tail.y}L${tip.x} ${tip.y}M${tip.x + side * 4} ${tip.y + below * 26}L${tip.x} ${tip.y}L${tip.x + side * 27} ${tip.y + below * 9}`;
  svg.dataset.inside = String(at.inside);
  for (const shape of svg.children) {
    if (shape.tagName === "path") shape.setAttribute("d", path);
    else for (const [name, value] of [["cx", at.x], ["cy", at.y], ["r", RING]]) shape.setAttribute(String(name), String(value));
  }
}

/** Kept answers of the page, put back when a question has none of its own. @type {Map<Element, Node[]>} */
const kept = new Map();
let shownFor = "";

/** One-tap answers of the police's last question. @param {{id: string, answers?: {say: string, words: string}[]}|null} card */
export function choices(card) {
  const id = card?.answers ? card.id : "";
  if (id === shownFor) return;
  shownFor = id;
  for (const place of document.querySelectorAll("#answers, [data-sheet=chat] .answers")) {
    if (!kept.has(place)) kept.set(place, [...place.childNodes]);
    place.replaceChildren(...(id && card?.answers ? card.answers.map(choice) : kept.get(place) ?? []));
  }
}

/** @param {{say: string, words: string}} answer */
function choice(answer) {
  const made = /** @type {HTMLButtonElement} */ (element("button", "", answer.words));
  made.type = "button";
  made.dataset.say = answer.say;
  return made;
}

/** @type {any} */
let writingTimer = null;

/** @param {string} words */
function writing(words) {
  let line = /** @type {HTMLElement|null} */ (document.getElementById("writing"));
  if (!line) {
    line = element("p", "muted");
    line.id = "writing";
    line.setAttribute("role", "status");
    document.getElementById("write")?.before(line);
  }
  line.textContent = words;
  clearTimeout(writingTimer);
  writingTimer = setTimeout(() => { if (line) line.textContent = ""; }, WRITING_MS);
}

/** @param {string} tag @param {string} kind @param {string} [words] @returns {HTMLElement} */
function element(tag, kind, words = "") {
  return Object.assign(document.createElement(tag), { className: kind, textContent: words });
}
