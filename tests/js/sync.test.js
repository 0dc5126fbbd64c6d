import assert from "node:assert/strict";
import { test } from "node:test";

import { ago, syncMark } from "../../static/js/lib/sync.js";

test("the mark is honest about silence, whatever the connection believes", () => {
  assert.deepEqual(syncMark("joining", null, 5), { link: "joining", word: "Joining" });
  assert.deepEqual(syncMark("up", 1000, 15_900), { link: "up", word: "Synced" });
  assert.deepEqual(syncMark("up", 1000, 16_001), { link: "offline", word: "Offline" });
  assert.deepEqual(syncMark("down", 1000, 5000), { link: "up", word: "Synced" }, "a blink of the network is no news");
  assert.deepEqual(syncMark("up", 1000, 15_900, true), { link: "late", word: "Not live" });
  assert.deepEqual(syncMark("up", 1000, 16_001, true), { link: "offline", word: "Offline" }, "nothing at all is worse than late");
  assert.deepEqual(syncMark("signed-out", 1000, 1500), { link: "offline", word: "Signed out" });
});

test("how long ago, in words", () => {
  assert.equal(ago(-3), "Less than a minute ago.");
  assert.equal(ago(13 * 60_000 + 5), "13 min ago.");
  assert.equal(ago(3 * 3_600_000), "3 h ago.");
});
