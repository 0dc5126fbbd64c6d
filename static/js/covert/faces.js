// @ts-check
/**
 * What is in front: the page, the black screen, or a weather page of our own. The call goes on behind all three.
 * Brightness changes in steps, nothing moves, and after each change the screen ignores a finger for a moment.
 */
import { Finger, Hold, Series, several } from "./taps.js";
import { forecast } from "./weather.js";

/** @typedef {"page"|"dark"|"weather"} Face */
/** @typedef {{changed: (face: Face) => void, asking: () => boolean, draft: () => boolean, help: () => void, leave: () => void}} Told */

const IDLE_MS = 8000;
const HINT_MS = 3000;
const DEAF_MS = 700;
const WOKEN_MS = 3000;
const now = () => performance.now();
const timers = { set: (/** @type {() => void} */ run, /** @type {number} */ ms) => setTimeout(run, ms), clear: (/** @type {any} */ timer) => clearTimeout(timer) };
/** @param {string} id */
const one = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

export class Faces {
  /** @param {Told} told @param {(key: string) => string} word @param {string} locale */
  constructor(told, word, locale) {
    this.told = told;
    this.word = word;
    this.locale = locale === "en" ? "en-GB" : locale; // the day stands before its month
    /** @type {Face} */ this.face = "page";
    this.since = -Infinity;
    /** @type {any} */ this.idle = null;
    /** @type {any} */ this.hint = null;
    /** @type {any} */ this.mute = null;
    this.finger = new Finger();
    this.series = new Series(timers, (meaning) => this.#means(meaning));
    this.#wireDark();
    this.#wireToday();
    for (const kind of ["pointerdown", "pointerup", "keydown", "input"]) document.addEventListener(kind, () => this.rest(), true);
  }

  /** The screen has just changed: what a finger does now was meant for what stood there before. */
  get deaf() {
    return one("covert").inert;
  }

  /** A tap beside the buttons of the page. */
  beside() {
    if (this.face === "page") this.series.tap(now() - this.since < WOKEN_MS ? "woken" : "page");
  }

  /** Eight seconds from now the questions go black, unless words stand there that were not sent. */
  rest() {
    clearTimeout(this.idle);
    this.idle = setTimeout(() => {
      if (this.face !== "page" || !this.told.asking()) return;
      if (this.told.draft()) this.rest();
      else this.show("dark");
    }, IDLE_MS);
  }

  /** @param {Face} face */
  show(face) {
    this.face = face;
    this.since = now();
    this.finger.forget();
    if (face === "weather") this.#draw();
    if (face === "dark") this.#hint();
    const page = one("covert");
    page.hidden = face !== "page";
    page.inert = true; // not even Leave: the tap that wakes is often two, and Leave has no way back
    clearTimeout(this.mute);
    this.mute = setTimeout(() => { page.inert = false; }, DEAF_MS);
    one("black").hidden = face !== "dark";
    one("weather").hidden = face !== "weather";
    document.documentElement.dataset.face = face;
    const light = face === "weather" && !matchMedia("(prefers-color-scheme: dark)").matches;
    document.querySelector("meta[name=theme-color]")?.setAttribute("content", light ? "#e9f1f9" : "#000000");
    this.rest();
    this.told.changed(face);
  }

  #hint() {
    const { classList } = one("dark");
    classList.remove("quiet");
    clearTimeout(this.hint);
    this.hint = setTimeout(() => classList.add("quiet"), HINT_MS);
  }

  /** @param {import("./taps.js").Meaning} meaning */
  #means(meaning) {
    if (meaning === "help") this.told.help();
    else if (meaning === "leave") this.told.leave();
    else if (meaning === "hint") this.#hint();
    else if (meaning === "wake") this.show("page");
    else {
      this.show("dark");
      one("dark").classList.add("quiet");
    }
  }

  #wireDark() {
    const dark = one("dark");
    dark.addEventListener("pointerdown", (event) => { event.preventDefault(); this.finger.down(event.pointerId, event.timeStamp, event.clientX, event.clientY); });
    dark.addEventListener("pointerup", (event) => { if (this.finger.up(event.pointerId, event.timeStamp, event.clientX, event.clientY)) this.series.tap("dark"); });
    for (const gone of /** @type {const} */ (["pointercancel", "pointerleave"])) dark.addEventListener(gone, (event) => this.finger.cancel(event.pointerId));
    dark.addEventListener("contextmenu", (event) => event.preventDefault());
    dark.addEventListener("click", (event) => { if (!event.detail) this.show("page"); }); // a key or a screen reader
  }

  /** Back from the weather: two seconds on the word, by finger or key; by a screen reader, which has no finger, three times. */
  #wireToday() {
    const today = one("today");
    const back = () => { if (this.face === "weather") this.show("page"); };
    const hold = new Hold(timers, back);
    const three = several(3, 5000, now);
    const key = (/** @type {KeyboardEvent} */ event) => event.key === "Enter" || event.key === " ";
    today.addEventListener("pointerdown", () => hold.begin());
    for (const gone of ["pointerup", "pointercancel", "pointerleave", "blur"]) today.addEventListener(gone, () => hold.end());
    today.addEventListener("contextmenu", (event) => event.preventDefault());
    today.addEventListener("keydown", (event) => { if (key(event)) { event.preventDefault(); if (!event.repeat) hold.begin(); } });
    today.addEventListener("keyup", (event) => { if (key(event)) { event.preventDefault(); hold.end(); } });
    today.addEventListener("click", (event) => { if (!event.detail && three()) back(); });
  }

  #draw() {
    const at = new Date();
    const { now: degrees, feels, wind, days, rise, set } = forecast(at);
    const put = (/** @type {string} */ id, /** @type {string} */ words) => { one(id).textContent = words; };
    put("date", new Intl.DateTimeFormat(`${this.locale}-u-nu-latn`, { weekday: "long", day: "numeric", month: "long" }).format(at));
    put("degrees", `${signed(degrees)}°`);
    put("feels", this.word("feels").replace("{degrees}", signed(feels)));
    put("sun", this.word("daylight").replace("{rise}", rise).replace("{set}", set));
    put("wind", this.word("wind").replace("{speed}", String(wind)));
    const named = new Intl.DateTimeFormat(this.locale, { weekday: "long" });
    document.querySelectorAll("#weather li").forEach((row, nth) => {
      const { date, high, low, sky } = days[nth];
      const name = row.querySelector("span");
      if (name) name.textContent = named.format(date);
      row.querySelector("svg")?.setAttribute("aria-label", this.word(sky));
      row.querySelector("use")?.setAttribute("href", `#sky-${sky}`);
      /** @type {Element} */ (row.querySelector("b")).textContent = `${signed(high)}° / ${signed(low)}°`;
    });
  }
}

/** @param {number} degrees */
function signed(degrees) {
  return degrees < 0 ? `−${-degrees}` : String(degrees);
}
