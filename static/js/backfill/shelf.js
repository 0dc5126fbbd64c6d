// @ts-check
/**
 * What the phone holds of its own recording, in IndexedDB: it survives a reload, and the browser being killed. Bounded by
 * what the phone has room for and by a cap of our own; when it is full the oldest stay, because nothing else has them.
 *
 * @typedef {object} Kept one piece: what is announced of it, and its bytes
 * @property {string} key @property {string} session @property {string} run @property {number} sequence
 * @property {string} sha256 @property {string} previous @property {string} chain @property {number} size @property {string} mime
 * @property {number} started @property {number} ended ms of this phone's clock
 * @property {number} offset @property {number} error of the clock, ms
 * @property {string} id the server's name for it; "" until it was announced
 * @property {ArrayBuffer} bytes
 */

export const NAME = "sightline-film";
const STORE = "pieces";
const CAP = 300 * 1024 * 1024;
/** Of the room that the browser would give us. */
const SHARE = 0.5;

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

/** @param {IDBFactory} factory @param {Pick<StorageManager, "estimate">|undefined} storage @returns {Promise<Shelf>} rejects where the browser keeps nothing (some private windows) */
export async function openShelf(factory, storage) {
  const request = factory.open(NAME, 1);
  request.onupgradeneeded = () => { request.result.createObjectStore(STORE, { keyPath: "key" }); };
  const shelf = new Shelf(await done(request), storage);
  await shelf.count();
  return shelf;
}

export class Shelf {
  /** @param {IDBDatabase} database @param {Pick<StorageManager, "estimate">|undefined} storage */
  constructor(database, storage) {
    this.database = database;
    this.storage = storage;
    this.size = 0;
    this.pieces = 0;
  }

  /** @param {IDBTransactionMode} mode */
  #store(mode) {
    return this.database.transaction(STORE, mode).objectStore(STORE);
  }

  /** All pieces, the oldest first, without their bytes. @returns {Promise<Omit<Kept, "bytes">[]>} */
  async list() {
    const all = /** @type {Kept[]} */ (await done(this.#store("readonly").getAll()));
    return all.map(({ bytes, ...rest }) => rest).sort((a, b) => a.started - b.started || a.sequence - b.sequence);
  }

  /** @param {string} key @returns {Promise<Kept|undefined>} */
  get(key) {
    return done(this.#store("readonly").get(key));
  }

  /** @param {Kept} piece @returns {Promise<boolean>} false: no room, and nothing was put away for it */
  async add(piece) {
    if (this.size + piece.size > await this.#room()) return false;
    try {
      await done(this.#store("readwrite").put(piece));
    } catch {
      return false; // QuotaExceededError comes sooner than any estimate
    }
    this.size += piece.size;
    this.pieces += 1;
    return true;
  }

  /** @param {string} key @param {Partial<Kept>} changes */
  async change(key, changes) {
    const store = this.#store("readwrite");
    const piece = await done(store.get(key));
    if (piece) await done(store.put({ ...piece, ...changes }));
  }

  /** @param {string} key */
  async remove(key) {
    await done(this.#store("readwrite").delete(key));
    await this.count();
  }

  async wipe() {
    await done(this.#store("readwrite").clear());
    this.size = this.pieces = 0;
  }

  async count() {
    const all = await this.list();
    this.pieces = all.length;
    this.size = all.reduce((sum, one) => sum + one.size, 0);
  }

  async #room() {
    try {
      const { quota = CAP, usage = 0 } = (await this.storage?.estimate()) ?? {};
      return Math.min(CAP, this.size + Math.max(0, quota - usage) * SHARE);
    } catch {
      return CAP;
    }
  }
}
