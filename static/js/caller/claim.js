// @ts-check
/**
 * The tap that spends the link. Nothing is sent before it; a page that is only opened changes nothing.
 *
 * @typedef {{status: number, session: string, ws: string}} Answer `status` 0: no network
 */

const WAIT_MS = 12000;

/** @param {HTMLFormElement} form @param {Record<string, string>} extra @returns {Promise<Answer>} */
export async function claim(form, extra) {
  const body = new FormData(form);
  for (const [name, value] of Object.entries(extra)) body.set(name, value);
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), WAIT_MS);
  try {
    const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin", signal: stop.signal });
    const data = response.ok ? await response.json().catch(() => ({})) : {};
    return { status: response.status, session: data.session ?? "", ws: data.ws ?? "" };
  } catch {
    return { status: 0, session: "", ws: "" };
  } finally {
    clearTimeout(timer);
  }
}
