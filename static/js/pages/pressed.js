// One queue of pressed States for every part of the page: puts them away, sends them, tells what became of each.

import { isOver, Presses, waitAfter } from "../lib/pressed.js";
import { ask, clock, live, newKey, wordsOf } from "../page.js";

/** @typedef {import("../lib/pressed.js").Press} Press */
/** @typedef {import("../lib/pressed.js").Answer} Answer */

const URL_OF_STATES = "/api/v1/states/mine/";
const ANSWER_WITHIN = 8000;

export const presses = new Presses(localStorage, document.body.dataset.user ?? "0");
/** @type {Set<(press: Press, answer: Answer|null) => void>} null: it waits, or is on its way */
export const listeners = new Set();
let sending = false;
/** @type {ReturnType<typeof setTimeout>|undefined} */
let timer;

/**
 * A State was pressed now.
 * @param {{code: string, sign: string, emergency?: boolean, lat?: number, lon?: number}} said
 * @returns {Press}
 */
export function press({ code, sign, emergency = false, lat, lon }) {
  const at = new Date(clock.now()).toISOString();
  const made = presses.add({ key: newKey(), code, sign, emergency, at, lat, lon });
  tell(made, null);
  void flush();
  return made;
}

/** @param {Press} one @param {Answer|null} answer */
function tell(one, answer) {
  for (const listener of listeners) listener(one, answer);
}

export async function flush() {
  if (sending) return;
  sending = true;
  clearTimeout(timer);
  try {
    for (let next = presses.waiting[0]; next; next = presses.waiting[0]) {
      const answer = await send(next);
      if (isOver(next, answer)) {
        presses.remove(next.key);
        tell(next, answer);
        continue;
      }
      presses.tried(next.key, answer.ok ? "" : answer.why);
      tell(next, null);
      timer = setTimeout(() => void flush(), waitAfter(next));
      break;
    }
  } finally {
    sending = false;
  }
}

/** @param {Press} one @returns {Promise<Answer>} */
async function send(one) {
  const body = JSON.stringify({ state: one.code, at: one.at, key: one.key, lat: one.lat ?? null, lon: one.lon ?? null });
  try {
    const headers = { "Content-Type": "application/json", Accept: "application/json" };
    const response = await ask(URL_OF_STATES, { method: "POST", body, headers, signal: AbortSignal.timeout(ANSWER_WITHIN) });
    if (response.ok && !response.redirected) return { ok: true, sign: String((await response.json().catch(() => ({}))).call_sign ?? "") };
    return { ok: false, status: response.redirected ? 401 : response.status, why: await wordsOf(response) };
  } catch {
    return { ok: false, status: 0, why: "No signal." };
  }
}

live.watch((state) => {
  if (state === "up" && presses.waiting.length) void flush();
});
addEventListener("online", () => void flush());
if (presses.waiting.length) setTimeout(() => void flush());
