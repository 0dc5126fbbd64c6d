// What a call form does with the server's answer. No DOM.

/**
 * @typedef {{status: number, redirected: boolean, data: any}} Answer `data`: the JSON, null where there is none
 * @typedef {{kind: "go", to: string}
 *   | {kind: "again", words: string}
 *   | {kind: "mend", fields: Record<string, string>, words: string}
 *   | {kind: "other", key: string, words: string}
 *   | {kind: "stop", words: string}} Next
 */

export const NO_CONNECTION = "No connection. It is kept on this terminal and goes out by itself when the server is back.";
const RELOAD = "What you typed is kept: reload this page and send it again.";
const MOST_FALLS = 3;

/**
 * @param {Answer} answer
 * @param {number} falls how often in a row the server fell over this form, this time included
 * @returns {Next}
 */
export function nextOf({ status, redirected, data }, falls) {
  const words = typeof data?.message === "string" ? data.message : "";
  if (redirected || status === 401) return { kind: "stop", words: `Signed out. Sign in again in another window. ${RELOAD}` };
  if (status === 201 && typeof data?.next === "string" && data.next.startsWith("/")) return { kind: "go", to: data.next };
  if (status === 409 && typeof data?.client_key === "string") return { kind: "other", key: data.client_key, words };
  if (status === 422) return { kind: "mend", fields: data?.fields ?? {}, words: words || "Check what is marked red." };
  if (status === 500 && falls >= MOST_FALLS) return { kind: "stop", words: "The server cannot take it as it is. What you typed is kept. Press it again, or use the paper log." };
  if (status >= 500 || status === 429 || status === 408) return { kind: "again", words: "The server is busy or away. It is kept on this terminal and goes out by itself." };
  return { kind: "stop", words: words || `The server refused it (${status}). ${RELOAD}` };
}
