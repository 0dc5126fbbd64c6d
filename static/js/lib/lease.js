// What is left of a reservation, in words and as a level. No DOM: tested with `node --test`.

/**
 * @param {number} until milliseconds since the epoch
 * @param {number} now by the server's clock
 * @returns {{words: string, level: "long"|"amber"|"red", minutes: number}} amber from 15 minutes, red from 5
 */
export function timeLeft(until, now) {
  const minutes = Math.max(0, Math.ceil((until - now) / 60_000));
  if (until <= now) return { words: "Time has run out.", level: "red", minutes: 0 };
  const words = minutes < 60 ? `${minutes} min left.` : `${Math.floor(minutes / 60)} h ${minutes % 60} min left.`;
  return { words, level: minutes <= 5 ? "red" : minutes <= 15 ? "amber" : "long", minutes };
}
