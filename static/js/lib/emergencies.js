// State 0 without a page: what to say, once, and whether to sound. The sound goes on until a person has acknowledged.

/** @typedef {{id: string, sign: string, status: string}} Emergency */

export class Emergencies {
  /** @type {Map<string, Emergency>} */
  byId = new Map();
  /** @type {Set<string>} what was said already: "id status" */
  #said = new Set();

  /** All that are open now. @param {Emergency[]} list @returns {string} what to say, "" when it is no news */
  replace(list) {
    this.byId = new Map(list.map((one) => [one.id, one]));
    return list.map((one) => this.#say(one)).filter(Boolean).join(" ");
  }

  /** One event, before the list is fetched. @param {Record<string, any>} data @returns {string} */
  hear(data) {
    const one = { id: String(data.emergency), sign: String(data.call_sign), status: String(data.status) };
    const known = this.byId.get(one.id);
    if (known && known.status !== "RAISED" && one.status === "RAISED") return ""; // an old event, heard again
    if (one.status === "OVER") this.byId.delete(one.id);
    else this.byId.set(one.id, one);
    return this.#say(one);
  }

  get sounds() {
    return [...this.byId.values()].some((one) => one.status === "RAISED");
  }

  /** @param {Emergency} one */
  #say(one) {
    const key = `${one.id} ${one.status}`;
    if (this.#said.has(key)) return "";
    this.#said.add(key);
    if (one.status === "RAISED") return `State 0. ${one.sign} calls for emergency assistance.`;
    return one.status === "OVER" ? `State 0 of ${one.sign} is over.` : `State 0 of ${one.sign} acknowledged.`;
  }
}
