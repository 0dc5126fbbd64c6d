// @ts-check
/**
 * The weather page's numbers: made up on the phone, because asking anybody for real ones would tell them where it is.
 * The same day always gets the same numbers, so that the page does not change between two looks. No place is named: the
 * force's own would point at it, and another would be seen to be wrong. Now it is cloudy, the sky that a look out of the
 * window contradicts least. No DOM.
 *
 * @typedef {"rain"|"cloud"|"sun"} Sky
 * @typedef {{date: Date, high: number, low: number, sky: Sky}} Day
 */

/** Usual highest and lowest of each month in Britain, °C. */
const HIGH = [7, 8, 10, 13, 16, 19, 21, 21, 18, 14, 10, 8];
const LOW = [2, 2, 3, 4, 7, 10, 12, 12, 10, 7, 4, 2];
/** @type {Sky[]} */
const SKIES = ["rain", "cloud", "cloud", "sun", "rain", "cloud", "sun"];
const LATITUDE = 53;
const NOON = 12 * 60 + 6; // of the sun in the middle of Britain, by Greenwich
const DAYS = 5;

/** @param {Date} at */
export function forecast(at) {
  const days = Array.from({ length: DAYS }, (_, after) => day(new Date(at.getFullYear(), at.getMonth(), at.getDate() + after)));
  const [today] = days;
  const warmth = (1 + Math.cos(((at.getHours() + at.getMinutes() / 60 - 15) / 24) * 2 * Math.PI)) / 2; // at its best at three
  const now = Math.round(today.low + (today.high - today.low) * warmth);
  const wind = 6 + (noise(today.date) % 12);
  return { now, feels: now - 1 - Math.floor(wind / 6), wind, days, ...sun(at) };
}

/** @param {Date} date @returns {Day} */
function day(date) {
  const some = noise(date);
  const high = HIGH[date.getMonth()] + (some % 5) - 2;
  const low = Math.min(high - 2, LOW[date.getMonth()] + ((some >> 4) % 5) - 2);
  return { date, high, low, sky: SKIES[(some >> 8) % SKIES.length] };
}

/** A number of the day, the same every time. @param {Date} date */
function noise(date) {
  let some = Math.imul(date.getFullYear() * 512 + date.getMonth() * 32 + date.getDate(), 0x9e3779b1);
  some = Math.imul(some ^ (some >>> 15), 0x85ebca6b);
  return (some ^ (some >>> 13)) >>> 8;
}

/** When the sun rises and sets that day, as "07:42". @param {Date} at @returns {{rise: string, set: string}} */
function sun(at) {
  const turn = (2 * Math.PI) / 360;
  const nth = Math.round((Date.UTC(at.getFullYear(), at.getMonth(), at.getDate()) - Date.UTC(at.getFullYear(), 0, 0)) / 86_400_000);
  const tilt = -23.44 * turn * Math.cos((2 * Math.PI * (nth + 10)) / 365);
  const half = Math.acos((Math.sin(-0.833 * turn) - Math.sin(LATITUDE * turn) * Math.sin(tilt)) / (Math.cos(LATITUDE * turn) * Math.cos(tilt))) / turn * 4;
  const b = (2 * Math.PI * (nth - 81)) / 364;
  const early = 9.87 * Math.sin(2 * b) - 7.53 * Math.cos(b) - 1.5 * Math.sin(b);
  const summer = at.getTimezoneOffset() === -60 ? 60 : 0; // a phone still set to another country shows Greenwich
  const noon = NOON - early + summer;
  return { rise: clock(noon - half), set: clock(noon + half) };
}

/** @param {number} minutes of the day */
function clock(minutes) {
  const whole = Math.round(minutes);
  return [Math.floor(whole / 60), whole % 60].map((part) => String(part).padStart(2, "0")).join(":");
}
