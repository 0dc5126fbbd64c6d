// @ts-check
/** The part of an upload link's page that sends files; loaded when the caller has tapped. */
import { Panel } from "./panel.js";
import { Queue } from "./queue.js";
import { sha256Of } from "./sha256.js";
import { openShelf, wipe } from "./shelf.js";

/**
 * @param {string} session
 * @param {import("../caller/line.js").Timers} timers
 * @param {() => string} uuid
 */
export async function open(session, timers, uuid) {
  const part = /** @type {HTMLElement} */ (document.getElementById("files"));
  const pick = /** @type {HTMLInputElement} */ (document.getElementById("files-pick"));
  const panel = new Panel(document, (key) => void queue.remove(key));
  const queue = new Queue(await openShelf(globalThis.indexedDB), {
    session, timers, uuid, hash: sha256Of, fetch: (...given) => fetch(...given),
    most: { files: Number(part.dataset.mostFiles), bytes: Number(part.dataset.mostBytes) },
    token: () => /(?:^|; )sl_csrf=([^;]*)/.exec(document.cookie)?.[1] ?? "",
    changed: () => panel.draw(queue),
  });
  pick.addEventListener("change", () => {
    const chosen = [...(pick.files ?? [])];
    pick.value = ""; // the same file may be chosen again
    void queue.add(chosen);
  });
  document.getElementById("files-choose")?.addEventListener("click", () => pick.click());
  await queue.resume();
  return { nudge: () => queue.nudge(), end: () => { queue.end(); part.hidden = true; }, wipe: () => { queue.end(); wipe(globalThis.indexedDB); } };
}
