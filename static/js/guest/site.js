// What the guest's pages share: their own address, requests with the form token, plain words of a refusal.

/** The guest's own address, with a slash at its end: the cookie goes nowhere else. */
export const here = location.pathname.replace(/[^/]*$/, "");

/**
 * @param {string} name below the guest's own address
 * @param {Record<string, string>} fields
 */
export function send(name, fields = {}) {
  const body = new URLSearchParams(fields);
  return fetch(here + name, { method: "POST", credentials: "same-origin", cache: "no-store", body, headers: { "X-CSRFToken": document.body.dataset.csrf ?? "" } });
}

export const state = () => fetch(`${here}state`, { credentials: "same-origin", cache: "no-store" });

/** @param {Response} response */
export async function wordsOf(response) {
  try {
    const told = await response.json();
    if (typeof told.message === "string" && told.message) return told.message;
  } catch {
    // not JSON: the words below
  }
  return "The police system did not answer. Try again in a moment.";
}

export const NO_NETWORK = "No connection. Check your network, then try again.";
