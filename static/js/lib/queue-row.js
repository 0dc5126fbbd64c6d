// What an event alone changes in a row of the queue, so that a busy board asks the server for nothing. No DOM.

/**
 * @typedef {{label: string, colour: string, sort: number, emergency: boolean}} Grade
 * @typedef {{version: number, words: string, sort: string, mine: boolean}} Shown what the row shows now
 * @typedef {{status: string, grade: string, units: number, version: number, unit?: string, step?: string,
 *   attend_by?: string|null, attended_at?: string|null, words?: string}} Changed
 * @typedef {{section: "unassigned_immediate"|"mine"|"others", sort: string, version: number, code: string, grade: Grade,
 *   units: string, attendBy: string|null, attendedAt: string|null}} Fresh
 */

const STEPS = /** @type {Record<string, string>} */ ({ ASSIGNED: "assigned", EN_ROUTE: "en route", AT_SCENE: "at scene" });

/**
 * How the row stands after the event; "known" when it shows that already, "gone" when it leaves the queue, "ask" when
 * the event is not enough and the row must be fetched.
 * @param {Shown} shown
 * @param {Changed} event
 * @param {Record<string, Grade>} grades
 * @param {string} callSign of the person looking, empty for none
 * @returns {Fresh|"known"|"gone"|"ask"}
 */
export function rowAfter(shown, event, grades, callSign) {
  if (shown.version >= event.version) return "known";
  if (event.status === "CLOSED") return "gone";
  const grade = grades[event.grade];
  const step = STEPS[event.step ?? ""];
  if (!grade || !event.words || event.words !== shown.words) return "ask";
  if (event.units === 1 && (!event.unit || !step)) return "ask";
  if (callSign && event.units > 1) return "ask"; // whether one of them is this person's own unit is not in the event
  const sent = callSign !== "" && event.units === 1 && event.unit === callSign;
  return {
    section: grade.emergency && !event.units ? "unassigned_immediate" : shown.mine || sent ? "mine" : "others",
    sort: `${String(grade.sort).padStart(3, "0")}${shown.sort.slice(3)}`,
    version: event.version,
    code: event.grade,
    grade,
    units: event.units > 1 ? `${event.units} units` : event.units === 1 ? `${event.unit} ${step}` : "No unit",
    attendBy: event.attend_by ?? null,
    attendedAt: event.attended_at ?? null,
  };
}
