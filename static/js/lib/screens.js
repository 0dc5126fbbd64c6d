// Windows of one person on several screens, kept in step. A panel that is torn off lives in a window of its own; the
// others know from its word that it is there. No DOM: messages come in by `hear` and go out by `post`.

/**
 * @typedef {"queue"|"incident"|"video"|"map"|""} Only what a window shows; "" is the whole console
 * @typedef {{t: "here", id: string, only: Only, incident: string, ask?: boolean, came?: boolean}} Here
 * @typedef {{t: "gone", id: string}} Gone
 * @typedef {{t: "open", to: string, url: string}} Open
 * @typedef {{t: "close", to: string}} Close
 * @typedef {Here|Gone|Open|Close} Message
 * @typedef {object} Told
 * @property {() => void} changed windows came or went
 * @property {(incident: string) => void} follow the console went to another incident
 * @property {(url: string) => void} open another window asks this one to
 * @property {() => void} close another window takes this one's panel back
 */

export const SAY_EVERY = 2000; // ms
export const FORGOTTEN_AFTER = 75_000; // ms without a word: a hidden window may speak only once a minute

const ONLY = new Set(["", "queue", "incident", "video", "map"]);
const PAGE = /^\/incidents\/[0-9a-f-]{36}\/(?:#entry-\d+)?$/;

export class Screens {
  /**
   * @param {{id: string, only: Only, incident: string}} self
   * @param {(message: Message) => void} post
   * @param {Told} told
   * @param {() => number} now ms
   */
  constructor(self, post, told, now) {
    this.self = self;
    this.post = post;
    this.told = told;
    this.now = now;
    /** @type {Map<string, Here & {at: number}>} */
    this.others = new Map();
  }

  /** This window has opened: who else is there? */
  come() {
    this.post({ t: "here", ...this.self, ask: true, came: true });
  }

  /** It is still there, and forgets those who are not. */
  say() {
    this.post({ t: "here", ...this.self });
    let lost = false;
    for (const [id, other] of this.others) {
      if (this.now() - other.at <= FORGOTTEN_AFTER) continue;
      this.others.delete(id);
      lost = true;
    }
    if (lost) this.told.changed();
  }

  leave() {
    this.post({ t: "gone", id: this.self.id });
  }

  /**
   * The window that shows nothing but this panel, of the incident that is open here.
   * @param {Only} only
   */
  alone(only) {
    return [...this.others.values()].find((other) => other.only === only && (only === "queue" || only === "map" || other.incident === this.self.incident)) ?? null;
  }

  /**
   * Hand a page to the window where incidents are read. False: there is none.
   * @param {string} url
   */
  hand(url) {
    const all = [...this.others.values()];
    const to = all.find((other) => other.only === "") ?? all.find((other) => other.only === "incident");
    if (!to) return false;
    this.post({ t: "open", to: to.id, url });
    return true;
  }

  /** @param {Only} only */
  takeBack(only) {
    const other = this.alone(only);
    if (!other) return;
    this.others.delete(other.id);
    this.post({ t: "close", to: other.id });
    this.told.changed();
  }

  /** @param {any} message of another window of ours, or of an older version of this page */
  hear(message) {
    if (typeof message !== "object" || message === null) return;
    if (message.t === "here" && typeof message.id === "string" && ONLY.has(message.only) && typeof message.incident === "string") this.#met(message);
    else if (message.t === "gone" && this.others.delete(message.id)) this.told.changed();
    else if (message.to !== this.self.id) return;
    else if (message.t === "close") this.told.close();
    else if (message.t === "open" && PAGE.test(message.url)) this.told.open(message.url);
  }

  /** @param {Here} here */
  #met(here) {
    const known = this.others.get(here.id);
    this.others.set(here.id, { ...here, at: this.now() });
    if (here.ask) this.post({ t: "here", ...this.self });
    if (!known || known.only !== here.only || known.incident !== here.incident) this.told.changed();
    const follows = this.self.only === "incident" || this.self.only === "video";
    // Only a console that has just been opened leads: two consoles that stand still would pull at one window.
    if (follows && here.came && here.only === "" && here.incident && here.incident !== this.self.incident) this.told.follow(here.incident);
  }
}
