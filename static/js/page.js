// What every module of a page shares: the live connection, the server's clock, the waiting entries, requests.

import { Again, noAnswer } from "./lib/again.js";
import { ServerClock } from "./lib/clock.js";
import { Drafts } from "./lib/drafts.js";
import { bodyOf, Entries } from "./lib/entries.js";
import { EntrySender } from "./lib/entry-sender.js";
import { LiveSocket } from "./lib/live.js";

const body = document.body;
/** Stands for an incident in an address that the page was given. */
export const NO_ID = "00000000-0000-0000-0000-000000000000";

export const clock = new ServerClock(() => performance.timeOrigin + performance.now());
const rendered = Number(document.querySelector('meta[name="server-time"]')?.getAttribute("content"));
const load = /** @type {PerformanceNavigationTiming|undefined} */ (performance.getEntriesByType("navigation")[0]);
if (rendered && load) {
  // The page was written just before its first byte came; better answers follow over the socket.
  clock.offset = rendered - (performance.timeOrigin + load.responseStart);
}

/** @param {string} path */
export const socketUrl = (path) => `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}${path}`;

export const live = new LiveSocket(socketUrl(body.dataset.live ?? "/ws/live/"));
live.timeListeners.add((serverTime, roundTrip) => clock.learn(serverTime, roundTrip));

export const drafts = new Drafts(localStorage, body.dataset.user ?? "0");
export const entries = new Entries(localStorage, body.dataset.user ?? "0");

/**
 * A request of this page to our own server: with the form token, never cached.
 * @param {string} url
 * @param {RequestInit} [init]
 */
export function ask(url, init = {}) {
  const headers = new Headers(init.headers);
  headers.set("X-CSRFToken", body.dataset.csrf ?? "");
  headers.set("X-Requested-With", "fetch");
  return fetch(url, { credentials: "same-origin", cache: "no-store", ...init, headers });
}

/**
 * A request that counts only when it was answered: throws when the server was away, so that it is asked again.
 * @param {string} url
 * @param {RequestInit} [init]
 */
export async function answerOf(url, init = {}) {
  const response = await ask(url, { signal: AbortSignal.timeout(15_000), ...init });
  if (noAnswer(response.status)) throw new Error(String(response.status));
  return response;
}

/**
 * `work` until it is answered, and at once when the live connection is back.
 * @param {(key: string) => Promise<unknown>} work
 * @param {{always?: boolean}} [how] `always`: once more at each return, also when nothing waits
 */
export function untilAnswered(work, { always = false } = {}) {
  const again = new Again(work);
  let was = live.state;
  const unwatch = live.watch((state) => {
    if (state === "up" && was !== "up") {
      if (always) again.ask();
      again.up();
    }
    was = state;
  });
  return { ask: (key = "") => again.ask(key), stop: () => (unwatch(), again.stop()) };
}

/** What was typed is sent from every page of the console, whichever incident it belongs to. */
export const sender = new EntrySender(entries, postEntry, (entry, html) => {
  dispatchEvent(new CustomEvent("sightline:entry", { detail: { entry, html } }));
  dispatchEvent(new CustomEvent("sightline:entries"));
});

/**
 * @param {import("./lib/entries.js").Entry} entry
 * @returns {Promise<import("./lib/entries.js").Outcome>}
 */
async function postEntry(entry) {
  try {
    const url = String(body.dataset.log).replace(NO_ID, encodeURIComponent(entry.incident));
    const response = await ask(url, { method: "POST", body: bodyOf(entry), headers: { Accept: "application/json, text/html" }, signal: AbortSignal.timeout(15_000) });
    if (response.ok && !response.redirected) return { ok: true, html: await response.text() };
    return { ok: false, retry: response.redirected || response.status === 401 || noAnswer(response.status), why: await wordsOf(response), broken: response.status === 500 };
  } catch {
    return { ok: false, retry: true, why: "No connection." };
  }
}

/** What the windows of this terminal share; nothing where storage is closed. @returns {Pick<Storage, "getItem"|"setItem"|"removeItem">} */
export function kept() {
  try {
    return localStorage;
  } catch {
    return { getItem: () => null, setItem: () => {}, removeItem: () => {} };
  }
}

/** A new random key (UUID version 4), also where the page was not loaded over https. */
export function newKey() {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/**
 * The plain words of a refusal.
 * @param {Response} response
 */
export async function wordsOf(response) {
  try {
    const data = await response.json();
    if (typeof data.message === "string") return data.message;
  } catch {
    // not JSON: the words below
  }
  return response.status === 401 || response.redirected ? "Sign in again." : `The server refused it (${response.status}).`;
}

/**
 * A copy of a template's content as one element.
 * @param {string} id
 * @returns {DocumentFragment}
 */
export function fragment(id) {
  const template = document.getElementById(id);
  if (!(template instanceof HTMLTemplateElement)) throw new Error(`no template ${id}`);
  return /** @type {DocumentFragment} */ (template.content.cloneNode(true));
}

/**
 * Elements of server-rendered HTML. The server escapes; scripts in it would not run.
 * @param {string} html
 * @returns {HTMLElement[]}
 */
export function elementsOf(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return [...holder.content.children].filter((element) => element instanceof HTMLElement);
}

/** @param {string} name @param {Record<string, string>} values */
export function icon(name, values = {}) {
  const sheet = document.querySelector('meta[name="icons"]')?.getAttribute("content") ?? "";
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", `icon ${values.css ?? ""}`);
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sheet}#${name}`);
  svg.append(use);
  return svg;
}

/** @type {Set<() => void>} */
const ticking = new Set();
/**
 * Run `draw` now and about four times a second while the page is open.
 * @param {() => void} draw
 */
export function eachTick(draw) {
  ticking.add(draw);
  draw();
  return () => ticking.delete(draw);
}
setInterval(() => ticking.forEach((draw) => draw()), 250);
