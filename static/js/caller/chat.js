// @ts-check
/**
 * The conversation. What the caller writes is kept, with its key, until the server says it is saved; it is sent again
 * after every reconnection and stored there once.
 *
 * @typedef {{id: string, key: string, from: "police"|"me", text: string, at: number, state: "pending"|"saved"|"seen", answers?: {say: string, words: string}[]}} Item
 * @typedef {Pick<Storage, "getItem"|"setItem"|"removeItem">} Keep
 */
import { moment } from "./state.js";

export class Chat {
  /** @param {string} session @param {Keep|null} keep survives a reload of this tab */
  constructor(session, keep) {
    this.slot = `chat-${session}`;
    this.keep = keep;
    /** @type {Item[]} */
    this.items = [];
    /** @type {string[]} */
    this.told = [];
    try { this.items = JSON.parse(keep?.getItem(this.slot) ?? "[]"); } catch { /* private mode, or not ours */ }
  }

  /** @param {string} key @param {string} text @param {number} at @returns {Item} */
  write(key, text, at) {
    /** @type {Item} */
    const item = { id: "", key, from: "me", text, at, state: "pending" };
    this.items.push(item);
    this.#store();
    return item;
  }

  /** @returns {Item[]} what the server has not confirmed */
  pending() {
    return this.items.filter((item) => item.state === "pending");
  }

  /** @param {string} key @param {string} id @param {string|number} at */
  saved(key, id, at) {
    const item = this.items.find((one) => one.key === key);
    if (!item) return;
    this.items = this.items.filter((one) => one === item || one.id !== id); // the welcome may have brought it already
    Object.assign(item, { id, at: moment(at) || item.at, state: item.state === "seen" ? "seen" : "saved" });
    this.#store();
  }

  /** A message that can never be saved (the server said why). @param {string} key */
  refused(key) {
    this.items = this.items.filter((item) => item.key !== key);
    this.#store();
  }

  /** @param {string[]} ids */
  seen(ids) {
    for (const item of this.items) if (item.from === "me" && ids.includes(item.id)) item.state = "seen";
  }

  /** One message of the police, or of us from an earlier page. @param {{id: string, from: string, text: string, at: string|number, seen?: boolean, original?: string, answers?: {say: string, words: string}[]}} message @returns {boolean} whether it is new */
  take(message) {
    if (this.items.some((item) => item.id === message.id)) return false;
    this.items.push({ id: message.id, key: "", from: message.from === "police" ? "police" : "me", text: message.text + (message.original ? `\n${message.original}` : ""), at: moment(message.at), state: message.seen ? "seen" : "saved", answers: message.answers });
    this.items.sort((a, b) => a.at - b.at);
    return true;
  }

  /** A translation that came after its message: both are kept, the caller's language first. @param {string} id @param {string} text @param {string} original */
  translated(id, text, original) {
    const item = this.items.find((one) => one.id === id);
    if (item) item.text = `${text}\n${original}`;
  }

  /** Ids of police messages that were on the screen and not yet reported. @returns {string[]} */
  unreported() {
    return this.items.filter((item) => item.from === "police" && !this.told.includes(item.id)).map((item) => item.id).slice(-100);
  }

  /** @param {string[]} ids */
  reported(ids) {
    this.told.push(...ids);
  }

  /** The order on the screen: the last message of the police, until it is answered. @returns {Item|null} */
  card() {
    const last = this.items[this.items.length - 1];
    return last && last.from === "police" ? last : null;
  }

  #store() {
    const pending = JSON.stringify(this.pending());
    try { pending === "[]" ? this.keep?.removeItem(this.slot) : this.keep?.setItem(this.slot, pending); } catch { /* full or forbidden */ }
  }
}
