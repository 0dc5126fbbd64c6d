// State 0: SOS held for two seconds, by finger or key, also above an open sheet. The press is put away before it is
// sent; the page says what is true: waiting, sent, answered.

import { wallTime, span } from "../lib/clock.js";
import { Hold } from "../lib/hold.js";
import { clock, eachTick, live } from "../page.js";
import { listeners, press, presses } from "../pages/pressed.js";

const button = /** @type {HTMLElement|null} */ (document.querySelector("[data-sos]"));
const ring = /** @type {HTMLElement|null} */ (document.querySelector("[data-sos-hold]"));
const panel = /** @type {HTMLElement|null} */ (document.querySelector("[data-sos-said]"));
const FIX_WITHIN = 60_000;

if (button && ring && panel) {
  const hold = new Hold();
  /** The unit they are booked on with; off duty none, whatever call sign their account has. */
  let unit = document.querySelector('[data-duty="on"] .duty-open > b')?.textContent ?? "";
  /** Under which call sign control knows this call for help. */
  let sign = unit;
  let known = -Infinity; // when the page last heard of a call for help, by its own clock
  /** @type {GeolocationPosition|null} */
  let fix = null;
  /** @type {number|null} when it was pressed */
  let since = null;

  /** Where it is, while the finger is down; nobody is asked for a permission now. */
  const place = async () => {
    try {
      const allowed = await navigator.permissions.query({ name: "geolocation" });
      if (allowed.state !== "granted") return;
      navigator.geolocation.getCurrentPosition((found) => (fix = found), () => {}, { enableHighAccuracy: true, timeout: 5000, maximumAge: FIX_WITHIN });
    } catch {
      // no position: the unit's last one counts
    }
  };

  const draw = () => {
    if (!hold.held) return;
    const at = performance.now();
    const part = hold.part(at);
    ring.style.setProperty("--part", String(Math.round(part * 100)));
    const left = ring.querySelector("[data-sos-left]");
    if (left) left.textContent = ((1 - part) * hold.length / 1000).toFixed(1);
    if (hold.done(at)) {
      letGo();
      pressed();
    } else requestAnimationFrame(draw);
  };
  const begin = () => {
    if (hold.held) return;
    hold.down(performance.now());
    ring.hidden = false;
    if (typeof ring.showPopover === "function") ring.showPopover(); // above an open sheet
    void place();
    requestAnimationFrame(draw);
  };
  const letGo = () => {
    hold.up();
    if (typeof ring.hidePopover === "function" && ring.matches(":popover-open")) ring.hidePopover();
    ring.hidden = true;
  };
  const pressed = () => {
    navigator.vibrate?.([600]);
    const near = fix && Date.now() - fix.timestamp < FIX_WITHIN ? fix.coords : null;
    const sheet = /** @type {HTMLDialogElement|null} */ (document.querySelector("dialog[open]"));
    sheet?.close();
    press({ code: String(button.dataset.code), sign, emergency: true, lat: near?.latitude, lon: near?.longitude });
  };

  // A modal sheet makes the bar inert: the place of the button counts, whatever lies over it.
  /** @param {PointerEvent} event */
  const onButton = (event) => {
    const box = button.getBoundingClientRect();
    return event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  };
  document.addEventListener("pointerdown", (event) => {
    if (!onButton(event) || event.button !== 0) return;
    event.preventDefault();
    begin();
  }, { capture: true });
  document.addEventListener("click", (event) => {
    if (event instanceof PointerEvent && event.detail > 0 && onButton(event)) event.stopImmediatePropagation(); // no sheet closes under a call for help
  }, { capture: true });
  for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) document.addEventListener(end, letGo, { capture: true });
  button.addEventListener("contextmenu", (event) => event.preventDefault()); // a long press is ours
  button.addEventListener("keydown", (event) => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
    if (!event.repeat) begin(); // a key that stays down after the two seconds does not call again
  });
  button.addEventListener("keyup", letGo);
  button.addEventListener("blur", letGo);
  addEventListener("blur", letGo);
  document.addEventListener("visibilitychange", letGo);

  /** @param {string} name @param {string} words @param {boolean} done */
  const step = (name, words, done) => {
    const line = panel.querySelector(`[data-step="${name}"]`);
    const text = line?.querySelector(`[data-sos-${name}]`);
    line?.toggleAttribute("data-done", done);
    if (text && text.textContent !== words) text.textContent = words;
  };
  /** @param {number} at @param {string} of */
  const open = (at, of) => {
    since = at;
    known = performance.now();
    panel.hidden = false;
    const named = panel.querySelector("[data-sos-sign]");
    if (named) named.textContent = of;
    panel.querySelector("[data-sos-close]")?.toggleAttribute("hidden", true);
  };
  const time = (/** @type {number} */ at) => wallTime(at).time;
  /** @param {string} words */
  const over = (words) => {
    since = null;
    step("heard", words, true);
    panel.querySelector("[data-sos-close]")?.toggleAttribute("hidden", false);
  };

  listeners.add((one, answer) => {
    if (!one.emergency) return;
    if (panel.hidden || !answer) open(Date.parse(one.at), one.sign);
    if (!answer) {
      const tried = one.tries > 0 || !navigator.onLine || live.state !== "up";
      step("sent", tried ? `Not sent yet, pressed ${time(Date.parse(one.at))}. Use your radio. It is sent as soon as there is signal.` : "Sending", false);
    } else if (answer.ok) {
      known = performance.now();
      if (answer.sign && answer.sign !== sign) open(Date.parse(one.at), (sign = answer.sign)); // off duty: control knows them by this
      step("sent", `Sent. Pressed ${time(Date.parse(one.at))}.`, true);
    } else {
      step("sent", `Not taken: ${answer.why} Use your radio.`, false);
      over("Control did not get it");
    }
  });
  live.subscribe(String(panel.dataset.topic), {
    event: (event) => {
      const of = String(event.data.call_sign);
      if (event.kind !== "emergency.changed" || !of || (of !== sign && of !== unit)) return;
      sign = of;
      hear(String(event.data.status), Date.parse(event.data.at));
    },
    reload: () => document.dispatchEvent(new CustomEvent("sightline:missed")),
  });
  /** @param {string} status @param {number} raised */
  const hear = (status, raised) => {
    if (status === "OVER") {
      if (!panel.hidden) over("It is over: control has ended it");
      return;
    }
    open(raised, sign);
    if (!waits()) step("sent", `Sent. Pressed ${time(raised)}.`, true);
    const heard = status === "ACKNOWLEDGED";
    step("heard", heard ? "Control has heard you" : "Control has not answered yet", heard);
  };
  const waits = () => presses.waiting.some((one) => one.emergency);
  document.addEventListener("sightline:own-unit", (event) => {
    const said = /** @type {CustomEvent} */ (event).detail;
    unit = String(said.unit ?? "");
    if (said.emergencyCode) button.dataset.code = said.emergencyCode;
    if (said.emergency) {
      sign = String(said.emergencyOf);
      hear(said.emergency, Date.parse(said.emergencyAt));
    } else if (since === null) sign = unit;
    else if (said.asked > known && !waits()) hear("OVER", since); // it ended while nothing was heard
  });
  panel.querySelector("[data-sos-close]")?.addEventListener("click", () => (panel.hidden = true));
  for (const one of presses.waiting) if (one.emergency) for (const listener of listeners) listener(one, null);
  eachTick(() => {
    const shown = panel.querySelector("[data-sos-clock]");
    if (since !== null && shown) shown.textContent = span((clock.now() - since) / 1000);
  });
}
