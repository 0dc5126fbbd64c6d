// <desk-rings data-board data-person data-url>: two rings and one line for an Immediate that nobody is assigned to after its
// target (whoever may assign) and for an emergency call that was lost (whoever takes calls). Once on a terminal. A call
// that somebody is on here is not rung into: then it is only said. What must not be missed, State 0 and NOT RECORDING,
// sounds all the same.

import { alarmSound } from "../lib/alarm-sound.js";
import { wallTime } from "../lib/clock.js";
import { DeskRings, keyOf } from "../lib/desk-rings.js";
import { firstOf } from "../lib/once.js";
import { answerOf, clock, eachTick, kept, live, untilAnswered } from "../page.js";

const OTHERS_FIRST = 400; // ms: the window with the focus rings
const ON_AIR = "sightline.on-air"; // until when another window of this terminal may be heard by a caller
const ON_AIR_FOR = 4000; // ms
const QUIET = "sightline.no-rings";
const HEARD_THERE = ".covert-line, two-way[data-state='accepted']";

/** @typedef {{incident: string, serial: number, at: string}} Waiting */
/** @typedef {{contact: string, at: string, own: boolean}} Lost */

class DeskRingsElement extends HTMLElement {
  #rings = new DeskRings();
  /** @type {(() => void)[]} */
  #leave = [];
  #until = untilAnswered(() => this.#fetch());
  /** @type {import("../lib/live.js").LiveEvent[]|null} heard while the list is on its way */
  #meanwhile = null;

  connectedCallback() {
    const listener = { event: (/** @type {import("../lib/live.js").LiveEvent} */ event) => this.#hear(event), reload: () => this.#until.ask() };
    this.#leave = [
      live.subscribe(String(this.dataset.board), listener),
      live.subscribe(String(this.dataset.person), listener),
      eachTick(() => this.#look()),
    ];
    this.#until.ask();
  }

  disconnectedCallback() {
    for (const leave of this.#leave) leave();
    this.#until.stop();
  }

  async #fetch() {
    /** @type {import("../lib/live.js").LiveEvent[]} */
    const heard = (this.#meanwhile = []);
    try {
      const answer = await answerOf(String(this.dataset.url), { headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) return;
      /** @type {{waiting: Waiting[], lost: Lost[]}} */
      const { waiting, lost } = await answer.json();
      this.#rings.replace([...waiting.map(ofWaiting), ...lost.map(ofLost)]);
    } finally {
      this.#meanwhile = null;
    }
    for (const event of heard) this.#hear(event);
  }

  /** @param {import("../lib/live.js").LiveEvent} event */
  #hear(event) {
    this.#meanwhile?.push(event);
    const { kind, data, topic } = event;
    if (kind === "call.lost" && this.hasAttribute("data-calls")) {
      this.#rings.set(ofLost({ contact: data.contact, at: data.at, own: topic === this.dataset.person }));
    } else if ((kind === "incident.opened" || kind === "incident.changed") && this.hasAttribute("data-assigns")) {
      if (!data.assign_by) this.#rings.drop(data.incident);
      else if (data.serial) this.#rings.set(ofWaiting({ incident: data.incident, serial: data.serial, at: data.assign_by }));
      else if (!this.#rings.move(data.incident, Date.parse(data.assign_by)) && Date.parse(data.assign_by) > clock.now()) this.#until.ask();
    }
  }

  #look() {
    if (document.querySelector(HEARD_THERE)) sayOnAir();
    const due = this.#rings.take(clock.now());
    if (due.length) setTimeout(() => this.#ring(due), document.hasFocus() ? 0 : OTHERS_FIRST);
  }

  /** @param {import("../lib/desk-rings.js").Ring[]} due */
  #ring(due) {
    const first = firstOf(due.map(keyOf), "sightline.rang", kept());
    const fresh = due.filter((one) => first.includes(keyOf(one)) && !document.querySelector(`#intake input[name=call][value="${CSS.escape(one.id)}"]`));
    if (!fresh.length) return; // another window has, or the form of that call is open here
    dispatchEvent(new CustomEvent("sightline:refused", { detail: { words: fresh.map((one) => one.says(one.at)).join(" ") } }));
    if (!inACall(fresh) && !onAir() && kept().getItem(QUIET) === null) alarmSound.once("desk");
  }
}

/** @param {Waiting} one */
const ofWaiting = ({ incident, serial, at }) => ({ id: incident, at: Date.parse(at), says: (/** @type {number} */ late) => `Incident ${serial}: nobody assigned by its target, ${wallTime(late).time}.` });

/** @param {Lost} one */
const ofLost = ({ contact, at, own }) => ({ id: contact, at: Date.parse(at), says: () => own ? "Your emergency call rang off, and no incident has it." : "An emergency call rang off before anybody answered. Ring back." });

/** Somebody is heard here. A call that was lost just now may stand in the top bar for a moment yet. @param {import("../lib/desk-rings.js").Ring[]} lost */
function inACall(lost) {
  const calls = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("call-pop [data-call]:not([data-rang-off])")]);
  return document.querySelector(HEARD_THERE) !== null || calls.some((call) => !lost.some((one) => one.id === call.dataset.call));
}

function sayOnAir() {
  if (Number(kept().getItem(ON_AIR)) - Date.now() < ON_AIR_FOR / 2) kept().setItem(ON_AIR, String(Date.now() + ON_AIR_FOR));
}

const onAir = () => Number(kept().getItem(ON_AIR)) > Date.now();

for (const box of /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("input[data-no-rings]"))) {
  box.checked = kept().getItem(QUIET) !== null;
  box.addEventListener("change", () => (box.checked ? kept().setItem(QUIET, "1") : kept().removeItem(QUIET)));
}

customElements.define("desk-rings", DeskRingsElement);
