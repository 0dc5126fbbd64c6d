// The phone of `bench networks`: the caller's page's own modules, with a canvas in the camera's place.
import { Session } from "/static/js/caller/session.js";

const RATE = 30; // pictures a second
const BITS = 20; // of the time at which a picture was taken, in pictures since 1970, drawn as squares along the top
const TILE = 256;

const canvas = /** @type {HTMLCanvasElement} */ (document.getElementById("camera"));
const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
let number = 0;

/** Something that costs bits, as a street at dusk does. */
function texture() {
  const tile = new OffscreenCanvas(2 * TILE, 2 * TILE);
  const brush = /** @type {OffscreenCanvasRenderingContext2D} */ (tile.getContext("2d"));
  let seed = 7;
  const random = () => { seed = (seed * 1103515245 + 12345) % 2147483648; return seed / 2147483648; };
  for (let y = 0; y < 2 * TILE; y += 8) {
    for (let x = 0; x < 2 * TILE; x += 8) {
      brush.fillStyle = `hsl(${200 + 60 * random()} 30% ${30 + 30 * random()}%)`;
      brush.fillRect(x, y, 8, 8);
    }
  }
  return tile;
}

const tile = texture();

/** A hand-held camera moves a little all the time, and something in the picture moves more. */
function draw() {
  number = Math.floor((Date.now() * RATE) / 1000) % 2 ** BITS;
  const sway = (rate, size) => Math.round(size * (1 + Math.sin(number / rate)));
  for (let x = 0; x < canvas.width; x += TILE) {
    for (let y = 0; y < canvas.height; y += TILE) pen.drawImage(tile, sway(17, 60), sway(11, 40), TILE, TILE, x, y, TILE, TILE);
  }
  pen.drawImage(tile, (number * 37) % TILE, (number * 53) % TILE, TILE, TILE, sway(40, 400), 200, 300, 300);
  const side = canvas.width / BITS;
  for (let bit = 0; bit < BITS; bit += 1) {
    pen.fillStyle = Math.floor(number / 2 ** bit) % 2 ? "#fff" : "#000";
    pen.fillRect(bit * side, 0, side, side);
  }
}

/** @type {MediaStream|null} */
let stream = null;

const devices = {
  async getUserMedia() {
    if (!stream) {
      setInterval(draw, 1000 / RATE);
      const audio = new AudioContext();
      const tone = audio.createOscillator();
      const out = audio.createMediaStreamDestination();
      tone.connect(out);
      tone.start();
      stream = new MediaStream([...canvas.captureStream().getTracks(), ...out.stream.getTracks()]);
    }
    return stream.clone();
  },
};

/** @type {any[]} */ const made = [];

class Peer extends RTCPeerConnection {
  /** @param {RTCConfiguration} configuration */
  constructor(configuration) {
    super(configuration);
    made.push(this);
  }
}

const random = () => crypto.randomUUID?.() ?? `${"0".repeat(8)}-0000-4000-8000-${String(Math.random()).slice(2, 14).padEnd(12, "0")}`;

/** @type {Session} */
let session;

const bench = {
  /** @param {number} width @param {number} height */
  size(width, height) { canvas.width = width; canvas.height = height; },

  begin() {
    session = new Session({
      devices: /** @type {any} */ (devices),
      geolocation: undefined,
      Peer,
      socket: (path) => new WebSocket(location.origin.replace(/^http/, "ws") + path),
      timers: { set: (run, ms) => setTimeout(run, ms), clear: (timer) => clearTimeout(timer), now: Date.now, random: Math.random },
      keep: null,
      uuid: random,
      visible: () => true,
      check: async () => 200,
      changed: () => {},
      showing: () => {},
    }, { session: "networks", ws: "/ws" }, { locale: "en", reason: "first", cameraAllowed: true });
    setInterval(() => session.tick(Date.now()), 1000);
    return session.start(true);
  },

  get session() { return session; },

  /** The phone says that its network changed: what `online` and `connection.change` do on the page. */
  nudge() { session.nudge(); },

  /** What the sender believes and does. */
  async sending() {
    const peer = made.at(-1);
    const found = { number, joins: made.length, peer: session.facts.peer, line: session.facts.line };
    if (!peer || peer.connectionState === "closed") return found;
    for (const one of (await peer.getStats()).values()) {
      if (one.type === "candidate-pair" && one.nominated) Object.assign(found, { available: one.availableOutgoingBitrate, rtt: one.currentRoundTripTime });
      if (one.type === "outbound-rtp" && one.kind === "video") {
        Object.assign(found, { bytes: one.bytesSent, target: one.targetBitrate, width: one.frameWidth, height: one.frameHeight, fps: one.framesPerSecond, why: one.qualityLimitationReason, codec: one.codecId, encoder: one.encoderImplementation, keyframes: one.keyFramesEncoded, asked: one.pliCount });
      }
    }
    return found;
  },
};

Object.assign(window, { bench });
