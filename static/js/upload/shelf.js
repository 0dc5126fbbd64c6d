// @ts-check
/**
 * The chosen files, in IndexedDB until police have them, so that a reload goes on where it stopped. A browser that keeps
 * nothing (a private window, no room) still sends; after a reload the caller is asked to choose the file again.
 *
 * @typedef {{key: string, session: string, name: string, size: number, sha256: string, file: Blob}} Kept
 * @typedef {{list: (session: string) => Promise<Kept[]>, put: (kept: Kept) => Promise<void>, remove: (key: string) => Promise<void>}} Shelf
 */

export const NAME = "sightline-files";
const STORE = "files";

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

/** @type {Shelf} */
export const NO_SHELF = { list: async () => [], put: async () => undefined, remove: async () => undefined };

/** @param {IDBFactory|undefined} factory @returns {Promise<Shelf>} */
export async function openShelf(factory) {
  try {
    const request = /** @type {IDBFactory} */ (factory).open(NAME, 1);
    request.onupgradeneeded = () => { request.result.createObjectStore(STORE, { keyPath: "key" }); };
    const database = await done(request);
    const store = (/** @type {IDBTransactionMode} */ mode) => database.transaction(STORE, mode).objectStore(STORE);
    return {
      list: async (session) => (await done(store("readonly").getAll())).filter((/** @type {Kept} */ one) => one.session === session),
      put: async (kept) => { await done(store("readwrite").put(kept)).catch(() => undefined); }, // no room: it stays in this page
      remove: async (key) => { await done(store("readwrite").delete(key)).catch(() => undefined); },
    };
  } catch {
    return NO_SHELF;
  }
}

/** Nothing of it stays on this phone. @param {IDBFactory|undefined} factory */
export function wipe(factory) {
  try { factory?.deleteDatabase(NAME); } catch { /* nothing was kept */ }
}
