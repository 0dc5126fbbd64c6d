// What a call form decides without a page: whether an offer still says something new, and whether to look again for the
// same incident. Nothing here writes into a field.

/** @param {string} text */
const plain = (text) => text.normalize("NFC").toLowerCase().replace(/[\s,.]+/g, " ").trim();

/** Digits of a number with the country's code: "07700 900862" and "+447700900862" are one. @param {string} text */
const digits = (text) => text.replace(/[^\d+]/g, "").replace(/^\+44/, "0").replace(/^0044/, "0");

/**
 * Whether an offered value differs from what stands in the field.
 * @param {string} field
 * @param {string} typed
 * @param {string} offered
 */
export function isNews(field, typed, offered) {
  if (!offered.trim()) return false;
  return field === "caller_number" ? digits(typed) !== digits(offered) : plain(typed) !== plain(offered);
}

/**
 * The promise in words. An agreed time is agreed once the incident is open: this says the latest it may be.
 * @param {{minutes: number, until: number}|null} promise
 * @param {string} time of day of its end
 * @param {string} [clock]
 */
export function promiseWords(promise, time, clock) {
  if (!promise) return "No attendance target";
  const length = promise.minutes < 120 ? `${promise.minutes} min` : `${promise.minutes / 60} h`;
  return clock === "AGREED" ? `Agree a time on the Grade tab, within ${length}` : `Attend by ${time}, ${length}`;
}

/**
 * What the chosen grade promises, as the server counts it when the incident opens; null when it promises nothing.
 * @param {{target?: string, rural?: string, clock?: string}} grade the force's table: minutes, and from when they run
 * @param {boolean} rural
 * @param {{received: number, now: number}} at milliseconds since the epoch
 * @returns {{minutes: number, until: number}|null}
 */
export function promiseOf(grade, rural, at) {
  const minutes = (rural && grade.rural) || grade.target;
  if (!minutes) return null;
  return { minutes: Number(minutes), until: (grade.clock === "GRADED" ? at.now : at.received) + Number(minutes) * 60_000 };
}

const LOOKED_AT = ["location_text", "description", "category_code", "caller_number", "lat", "lon", "call"];

/**
 * What the search for the same incident goes by, as one text: equal texts need no second search. Empty when too little
 * is said to look for.
 * @param {Iterable<[string, FormDataEntryValue]>} fields
 */
export function said(fields) {
  /** @type {Record<string, string>} */
  const known = {};
  for (const [name, value] of fields) if (LOOKED_AT.includes(name) && typeof value === "string" && value.trim()) known[name] = value.trim();
  const enough = (known.location_text ?? "").length >= 4 || (known.description ?? "").length >= 8 || (known.caller_number ?? "").length >= 8 || known.lat !== undefined || known.call !== undefined;
  return enough ? JSON.stringify(known) : "";
}

/** What of the form an attached call takes into the incident's log: in the order that the log has it. */
const CARRIED = /** @type {[string, RegExp][]} */ ([
  ["the caller", /^(caller_(number|name|role)|callback_number|safe_number|alarm_urn|on_behalf_of|language|interpreter|anonymous_requested|willing_to_be_contacted|abandoned|silent_55)$/],
  ["the place", /^location_text$/],
  ["what is happening", /^description$/],
  ["grade", /^(grade_code|rural|criteria)$/],
  ["category", /^category_code$/],
  ["THRIVE", /^(threat|harm|risk|investigation|vulnerability|engagement|prevention_intervention)(_score)?$/],
  ["safeguarding", /^rara_/],
  ["flags", /^flags$/],
]);
const OWN = ["grade", "category", "THRIVE", "safeguarding", "flags"]; // the incident has these itself

/**
 * What attaching would do with what stands on the form now, in words.
 * @param {Iterable<[string, FormDataEntryValue]>} fields
 */
export function carried(fields) {
  const given = [...fields].filter(([, value]) => typeof value === "string" && value.trim()).map(([name]) => name);
  const goes = CARRIED.filter(([, names]) => given.some((name) => names.test(name))).map(([words]) => words);
  const link = given.includes("caller_agrees") ? " No link is sent: send it from there." : "";
  if (!goes.length) return `Attaching takes over the call alone: nothing is typed yet.${link}`;
  const stays = goes.some((words) => OWN.includes(words)) ? " It keeps its own grade, category and risk." : "";
  return `Attaching writes to its log: ${goes.join(", ")}.${stays}${link}`;
}
