// The signalling messages of docs/signalling.md: types, building, parsing and a few pure decisions.
// No DOM, no sockets: tested with `node --test tests/js/`. The server's side is streaming/signalling.py.

/** Largest text frame the server takes, bytes. */
export const MAX_FRAME = 64 * 1024;
/** Longest chat message, characters. */
export const MAX_CHAT = 1000;

/**
 * What a caller's page sends.
 * @typedef {"on"|"muted"|"refused"|"busy"|"off"|"taken"} Microphone taken: by a phone call or another app
 * @typedef {{t: "hello", page: string, locale: string, reason: "first"|"reload"|"reconnect", client_time: number, microphone: Microphone}} Hello
 * @typedef {{t: "offer", id: number, sdp: string}} Offer
 * @typedef {{t: "fix", lat: number, lon: number, accuracy: number, at: number, heading?: number|null, speed?: number|null}} Fix
 * @typedef {{t: "chat", key: string, text: string}} Chat
 * @typedef {{t: "seen", ids: string[]}} Seen
 * @typedef {{t: "device", camera: "rear"|"front"|"off", microphone: Microphone, torch?: boolean, visible?: boolean, frozen?: boolean, why?: ""|"frozen"|"taken"|"ended", battery?: number|null, front?: ""|"dark"|"weather"}} Device
 * @typedef {{t: "stop", keep_location?: boolean}} Stop
 * @typedef {"full"|"thumbnail"|"thumbnail_with_sound"} Rate
 * @typedef {{t: "tune", rate: Rate}} Tune
 * @typedef {{t: "consent", accept: boolean}} Consent
 * @typedef {{t: "see", id: number, sdp: string}} See
 * @typedef {{t: "talk", id: number, sdp: string}} Talk
 * @typedef {{t: "leave"}} Leave
 * @typedef {{t: "prompted", prompt: string, result: "seen"|"done"|"refused"|"impossible", answer?: string}} Prompted
 * @typedef {{t: "typing"}} Typing
 * @typedef {{t: "ping", n: number}} Ping
 * @typedef {Hello|Offer|Fix|Chat|Seen|Device|Stop|Consent|See|Prompted|Typing|Talk|Tune|Leave|Ping} ClientMessage
 */

/**
 * What the server sends to either page. Times are epoch milliseconds, ids UUID text.
 * @typedef {"queued"|"sent"|"delivered"|"opened"|"camera_on"|"live"|"ended"|"failed"} SessionState
 * @typedef {"writing"|"late"|"stalled"|"waiting"|"off"} Recording
 * @typedef {"caller"|"handler"|"revoked"|"expired"|"lost"} EndedBy
 * @typedef {{urls: string|string[], username?: string, credential?: string}} IceServer
 * @typedef {{id: string, from: "police"|"caller", text: string, at: number, key?: string, seen?: boolean, original?: string, answers?: OneTap[]}} ChatLine
 * @typedef {{incident: string, from: number|null, to: number|null, recorded_seconds: number, lost_seconds: number, sound: boolean, seal: string|null}} Receipt
 * @typedef {{t: "answer", id: number, sdp: string, codec: string, stills?: boolean}} Answer
 * @typedef {{t: "ice", ice_servers: IceServer[]}} Ice new relay credentials for the next connection
 * @typedef {{t: "ended", by: EndedBy, receipt?: Receipt}} Ended
 * @typedef {{t: "error", id?: number, key?: string, code: string, message: string, retry_after?: number}} ErrorMessage
 * @typedef {{t: "pong", n: number, server_time: number}} Pong
 */

/**
 * What only the caller's page gets.
 * @typedef {{t: "welcome", state: SessionState, mode: "video"|"location"|"upload", trust_code: string, ice_servers: IceServer[], chat: ChatLine[], recorded_seconds: number, server_time: number}} CallerWelcome
 * @typedef {{t: "status", watched: boolean, recording: Recording, recorded_seconds: number, viewers: number}} Status
 * @typedef {{code: string, say: string, words: string}} OneTap a one-tap answer: `say` in English
 * @typedef {{t: "chat", id: string, from: "police", text: string, at: number, original?: string, answers?: OneTap[]}} PoliceChat
 * @typedef {{t: "chat_words", id: string, text: string, original: string}} ChatWords a translation came later
 * @typedef {{t: "prompt", id: string, kind: string, title: string, words: string, moved: string, answers: OneTap[], x: number|null, y: number|null, frame: number|null, seconds: number}} PromptShown
 * @typedef {{t: "prompt_over", id: string}} PromptOver
 * @typedef {{t: "typing", words: string}} PoliceTyping
 * @typedef {{t: "chat_saved", key: string, id: string, at: number}} ChatSaved
 * @typedef {{t: "chat_seen", ids: string[]}} ChatSeen
 * @typedef {"none"|"asked"|"accepted"|"refused"|"ended"} TwoWayState
 * @typedef {{t: "two_way", state: TwoWayState, who: string, words: Record<string, string>}} TwoWayAsked
 * @typedef {{t: "see_answer", id: number, sdp: string}} SeeAnswer
 * @typedef {CallerWelcome|ChatWords|PromptShown|PromptOver|PoliceTyping|TwoWayAsked|SeeAnswer|Answer|Ice|Status|PoliceChat|ChatSaved|ChatSeen|Ended|ErrorMessage|Pong} CallerServerMessage
 */

/**
 * What only a viewer's page gets. `chat` names the message; the text is fetched through the chat page.
 * @typedef {{t: "welcome", state: SessionState, codec: string|null, has_audio: boolean, alarm: string|null, ice_servers: IceServer[], peer: string, server_time: number}} WatchWelcome
 * @typedef {{t: "source", codec: string, has_audio: boolean}} Source
 * @typedef {{t: "health", at: number, recording: Recording, recorded_seconds: number, last_write_age: number|null, joined: boolean, frame_age: number|null, width: number, height: number, fps: number, bitrate: number, loss: number, rtt: number|null, has_audio: boolean, viewers: number, engine: string}} Health
 * @typedef {{t: "state", state: SessionState}} State
 * @typedef {{t: "fix", id: string, lat: number, lon: number, accuracy: number, at: number, heading: number|null, speed: number|null}} CallerFix
 * @typedef {{t: "device", camera: string, microphone: string, torch: boolean, visible: boolean, frozen: boolean, why: string, battery: number|null, front: string}} CallerDevice
 * @typedef {{what: "camera"|"microphone"|"page", why: string, since: number}} Interruption
 * @typedef {{t: "interrupted", now: Interruption[]}} Interrupted all that last
 * @typedef {{t: "chat", id: string}} ChatNotice
 * @typedef {{t: "alarm", reason: string|null}} Alarm
 * @typedef {{t: "typing"}} CallerTyping
 * @typedef {{t: "noted", what: "marked"|"described"|"prompted"}} Noted what lies over the picture changed
 * @typedef {{t: "two_way", state: TwoWayState, who: string}} TwoWayTold
 * @typedef {{t: "talk_answer", id: number, sdp: string}} TalkAnswer
 * @typedef {WatchWelcome|CallerTyping|Noted|TwoWayTold|TalkAnswer|Source|Answer|Ice|Health|State|CallerFix|CallerDevice|Interrupted|ChatNotice|Alarm|Ended|ErrorMessage|Pong} WatchServerMessage
 */

/** Close codes of the sockets: what the page does next. */
export const CLOSE = Object.freeze({
  BINARY: 1003, TOO_LARGE: 1009, SIGN_IN: 4401, NOT_ALLOWED: 4403, NOT_FOUND: 4404,
  REPLACED: 4409, ENDED: 4410, FLOOD: 4429,
});

/**
 * What a page does after its socket closed.
 * @param {number} code
 * @returns {"retry"|"wait"|"sign_in"|"gone"|"replaced"|"ended"}
 */
export function afterClose(code) {
  if (code === CLOSE.FLOOD) return "wait";
  if (code === CLOSE.SIGN_IN) return "sign_in";
  if (code === CLOSE.NOT_FOUND || code === CLOSE.NOT_ALLOWED) return "gone";
  if (code === CLOSE.REPLACED) return "replaced";
  if (code === CLOSE.ENDED) return "ended";
  return "retry";
}

/**
 * Milliseconds before the next try: at once, then doubling to 8 s, with a quarter of spread so that many
 * phones that lost one mast do not come back in the same instant.
 * @param {number} attempt 0 for the first
 * @param {number} [spread] 0 to 1, from Math.random()
 */
export function retryDelay(attempt, spread = 0.5) {
  if (attempt <= 0) return 0;
  const base = Math.min(8000, 250 * 2 ** Math.min(attempt, 10));
  return Math.round(base * (0.75 + 0.5 * spread));
}

const CALLER_TYPES = ["hello", "offer", "fix", "chat", "seen", "device", "stop", "consent", "see", "prompted", "typing", "ping"];
const WATCH_TYPES = ["offer", "tune", "talk", "typing", "leave", "ping"];
const CLIENT_TYPES = new Set([...CALLER_TYPES, ...WATCH_TYPES]);

/**
 * The text frame of a message; throws RangeError when the server would refuse it.
 * @param {ClientMessage} message
 * @returns {string}
 */
export function build(message) {
  if (!CLIENT_TYPES.has(message.t)) throw new RangeError(`unknown message ${message.t}`);
  if (message.t === "chat" && [...message.text].length > MAX_CHAT) throw new RangeError("chat text too long");
  const text = JSON.stringify(message);
  if (new TextEncoder().encode(text).length > MAX_FRAME) throw new RangeError("message too large");
  return text;
}

/**
 * A position as the Geolocation API gives it, as the message the server takes.
 * Values that are null or not finite are left out; a heading of NaN means standing still.
 * @param {{coords: {latitude: number, longitude: number, accuracy: number, heading?: number|null, speed?: number|null}, timestamp: number}} position
 * @returns {Fix}
 */
export function fixOf(position) {
  const { latitude, longitude, accuracy, heading, speed } = position.coords;
  /** @type {Fix} */
  const fix = { t: "fix", lat: latitude, lon: longitude, accuracy: Math.max(0, accuracy), at: Math.round(position.timestamp) };
  if (typeof heading === "number" && heading >= 0 && heading <= 360) fix.heading = heading;
  if (typeof speed === "number" && speed >= 0 && speed <= 400) fix.speed = speed;
  return fix;
}

/** @typedef {"string"|"number"|"boolean"|"array"|"object"|"string?"|"number?"} Kind */

/** @type {Record<string, Record<string, Kind>>} */
const SHARED = {
  answer: { id: "number", sdp: "string", codec: "string" },
  ice: { ice_servers: "array" },
  ended: { by: "string" },
  error: { code: "string", message: "string" },
  pong: { n: "number", server_time: "number" },
};

/** @type {Record<string, Record<string, Kind>>} */
const FROM_CALLER_SOCKET = {
  ...SHARED,
  welcome: { state: "string", mode: "string", trust_code: "string", ice_servers: "array", chat: "array", recorded_seconds: "number", server_time: "number" },
  status: { watched: "boolean", recording: "string", recorded_seconds: "number", viewers: "number" },
  chat: { id: "string", from: "string", text: "string", at: "number" },
  chat_saved: { key: "string", id: "string", at: "number" },
  chat_seen: { ids: "array" },
  two_way: { state: "string", who: "string", words: "object" },
  see_answer: { id: "number", sdp: "string" },
  chat_words: { id: "string", text: "string", original: "string" },
  prompt: { id: "string", kind: "string", title: "string", words: "string", moved: "string", answers: "array", x: "number?", y: "number?", frame: "number?", seconds: "number" },
  prompt_over: { id: "string" },
  typing: { words: "string" },
};

/** @type {Record<string, Record<string, Kind>>} */
const FROM_WATCH_SOCKET = {
  ...SHARED,
  welcome: { state: "string", codec: "string?", has_audio: "boolean", alarm: "string?", ice_servers: "array", peer: "string", server_time: "number" },
  source: { codec: "string", has_audio: "boolean" },
  health: {
    at: "number", recording: "string", recorded_seconds: "number", last_write_age: "number?", joined: "boolean", frame_age: "number?",
    width: "number", height: "number", fps: "number", bitrate: "number", loss: "number", rtt: "number?", has_audio: "boolean", viewers: "number", engine: "string",
  },
  state: { state: "string" },
  fix: { id: "string", lat: "number", lon: "number", accuracy: "number", at: "number", heading: "number?", speed: "number?" },
  device: { camera: "string", microphone: "string", torch: "boolean", visible: "boolean", frozen: "boolean", battery: "number?", front: "string" },
  interrupted: { now: "array" },
  chat: { id: "string" },
  two_way: { state: "string", who: "string" },
  talk_answer: { id: "number", sdp: "string" },
  alarm: { reason: "string?" },
  typing: {},
  noted: { what: "string" },
};

/**
 * @param {unknown} value
 * @param {Kind} kind
 */
function fits(value, kind) {
  if (kind.endsWith("?")) return value === null || typeof value === kind.slice(0, -1);
  if (kind === "array") return Array.isArray(value);
  return typeof value === kind;
}

/**
 * @param {unknown} text
 * @param {Record<string, Record<string, Kind>>} known
 * @returns {any} the message, or null when it is not one this page knows (a newer server: ignore it)
 */
function parse(text, known) {
  if (typeof text !== "string") return null;
  let data;
  try {
    data = JSON.parse(text);
  } catch {
    return null;
  }
  if (data === null || typeof data !== "object" || typeof data.t !== "string" || !Object.hasOwn(known, data.t)) return null;
  for (const [name, kind] of Object.entries(known[data.t])) {
    if (!fits(data[name], kind)) return null;
  }
  return data;
}

/**
 * The message of one frame from /ws/caller/, or null.
 * @param {unknown} text
 * @returns {CallerServerMessage|null}
 */
export const parseCaller = (text) => parse(text, FROM_CALLER_SOCKET);

/**
 * The message of one frame from /ws/watch/, or null.
 * @param {unknown} text
 * @returns {WatchServerMessage|null}
 */
export const parseWatch = (text) => parse(text, FROM_WATCH_SOCKET);

/**
 * Chat that is still to be saved by the server, in order. Pure: every function returns a new list.
 * A page sends everything in the list again after each `welcome`; the key makes that harmless.
 * @typedef {{key: string, text: string}} Unsent
 */

/**
 * @param {readonly Unsent[]} list
 * @param {string} key
 * @param {string} text
 * @returns {Unsent[]}
 */
export const chatAdded = (list, key, text) => [...list, { key, text }];

/**
 * @param {readonly Unsent[]} list
 * @param {string} key from `chat_saved`
 * @returns {Unsent[]}
 */
export const chatSaved = (list, key) => list.filter((item) => item.key !== key);

/**
 * The unsent list after a `welcome`: what the server already has is taken out.
 * @param {readonly Unsent[]} list
 * @param {readonly ChatLine[]} known
 * @returns {Unsent[]}
 */
export function chatAfterWelcome(list, known) {
  const keys = new Set(known.map((line) => line.key));
  return list.filter((item) => !keys.has(item.key));
}

/**
 * What a caller may be told now. Two facts from two sources; each can go out alone. Nothing older than
 * `staleMs` is repeated as true.
 * @param {Status|null} status
 * @param {number} ageMs since it came
 * @param {number} [staleMs]
 * @returns {{seen: boolean, saved: boolean}}
 */
export function truthOf(status, ageMs, staleMs = 3000) {
  if (!status || ageMs > staleMs) return { seen: false, saved: false };
  return { seen: status.watched, saved: status.recording === "writing" };
}
