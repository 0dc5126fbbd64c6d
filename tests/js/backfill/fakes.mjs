// A phone of our own: IndexedDB as far as the shelf uses it, a recorder that makes what a test says, and a server.
import { webcrypto } from "node:crypto";

globalThis.crypto ??= webcrypto;

/** An IndexedDB of one store; `quota` bytes, then it refuses as a browser does. */
export class Database {
  rows = new Map();
  quota = Infinity;

  open() {
    const request = {};
    queueMicrotask(() => {
      request.result = {
        createObjectStore: () => {},
        transaction: () => ({ objectStore: () => this.store() }),
      };
      request.onupgradeneeded?.();
      request.onsuccess?.();
    });
    return request;
  }

  store() {
    const answer = (run) => {
      const request = {};
      queueMicrotask(() => {
        try { request.result = run(); request.onsuccess?.(); } catch (error) { request.error = error; request.onerror?.(); }
      });
      return request;
    };
    return {
      getAll: () => answer(() => [...this.rows.values()]),
      get: (key) => answer(() => this.rows.get(key)),
      put: (row) => answer(() => {
        const used = [...this.rows.values()].reduce((sum, one) => sum + (one.key === row.key ? 0 : one.size), 0);
        if (used + row.size > this.quota) throw new Error("QuotaExceededError");
        this.rows.set(row.key, row);
      }),
      delete: (key) => answer(() => this.rows.delete(key)),
      clear: () => answer(() => this.rows.clear()),
    };
  }
}

export class Recorder {
  static made = [];
  static types = ["video/webm;codecs=vp8,opus", "video/webm"];
  static fails = false;
  static isTypeSupported(type) { return Recorder.types.includes(type); }
  state = "inactive";

  constructor(stream, options) {
    if (Recorder.fails) throw new Error("NotSupportedError");
    Object.assign(this, { stream, options, mimeType: options.mimeType ?? "" });
    Recorder.made.push(this);
  }
  start() { this.state = "recording"; this.onstart?.(); }
  stop() {
    this.state = "inactive";
    this.ondataavailable?.({ data: new Blob([`film ${Recorder.made.indexOf(this)} of `, this.stream.name]) });
    this.onstop?.();
  }
  static get running() { return Recorder.made.filter((one) => one.state === "recording"); }
  static reset() { Recorder.made = []; Recorder.fails = false; }
}

/** The upload API of streaming/views/chunks.py, as far as the page sees it. `down`: no network. */
export class Server {
  pieces = new Map();
  requests = [];
  down = false;
  refuses = null; // (method, path) → status to answer with, or undefined
  chunk = null; // called before each chunk: may throw, as a connection that breaks does

  fetch = async (path, init = {}) => {
    const method = init.method ?? "GET";
    this.requests.push({ method, path, init });
    if (this.down) throw new TypeError("Failed to fetch");
    const status = this.refuses?.(method, path);
    if (status) return answer(status, { code: "refused" }, status === 429 ? { "Retry-After": "7" } : {});
    const [, , session, id] = path.split("/");
    if (method === "POST") {
      const { pieces } = JSON.parse(init.body);
      return answer(200, { pieces: pieces.map((one) => this.announced(session, one)) });
    }
    if (method === "GET") return answer(200, { pieces: [...this.pieces.values()].filter((one) => one.session === session).map(told) });
    const piece = this.pieces.get(id);
    if (!piece || piece.session !== session) return answer(404, { code: "not_found" });
    if (method === "DELETE") { piece.state = "withdrawn"; return answer(200, told(piece)); }
    this.chunk?.(piece);
    const at = Number(init.headers["Upload-Offset"]);
    if (at !== piece.bytes.length || !["announced", "receiving"].includes(piece.state)) return answer(409, told(piece));
    piece.bytes = Buffer.concat([piece.bytes, Buffer.from(init.body)]);
    piece.state = piece.bytes.length === piece.size ? "received" : "receiving";
    return answer(200, told(piece));
  };

  announced(session, one) {
    const same = [...this.pieces.values()].find((piece) => piece.run === one.run && piece.sequence === one.sequence);
    if (same) return told(same);
    const piece = { id: `id-${this.pieces.size + 1}`, session, ...one, bytes: Buffer.alloc(0), state: "announced" };
    this.pieces.set(piece.id, piece);
    return told(piece);
  }

  /** The evidence store has everything that is here. */
  register() {
    for (const piece of this.pieces.values()) if (piece.state === "received") piece.state = "registered";
  }
  of(method) { return this.requests.filter((one) => one.method === method); }
}

const told = ({ id, run, sequence, state, bytes }) => ({ id, run, sequence, state, offset: bytes.length });
const answer = (status, body, headers = {}) => ({ status, ok: status < 300, json: async () => body, text: async () => "", headers: { get: (name) => headers[name] ?? null } });
