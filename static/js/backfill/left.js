// @ts-check
/** A page whose link is over: is there still film on this phone that was never sent? Then the caller is asked. */
import { browser, open } from "./backfill.js";

const timers = { set: (/** @type {() => void} */ run, /** @type {number} */ ms) => setTimeout(run, ms), clear: (/** @type {any} */ timer) => clearTimeout(timer), now: () => Date.now(), random: Math.random };
if (globalThis.indexedDB) void open(browser(timers, () => ""), null);
