// The offer: H264 before VP8, every candidate inside, within a second.
import assert from "node:assert/strict";
import test from "node:test";

import { gathered, order } from "../../../static/js/caller/sender.js";

test("H264 first, VP8 second, the browser's order inside and after", () => {
  const codecs = ["video/VP8", "video/rtx", "video/VP9", "video/H264", "video/H264", "video/AV1"].map((mimeType, at) => ({ mimeType, at }));
  assert.deepEqual(order(codecs).map((codec) => codec.at), [3, 4, 0, 1, 2, 5]);
});

test("a browser without H264 sends VP8", () => {
  assert.equal(order([{ mimeType: "video/VP9" }, { mimeType: "video/VP8" }])[0].mimeType, "video/VP8");
});

test("gathering that is complete does not wait, gathering that hangs is cut off", async () => {
  const listeners = new Set();
  const pc = { iceGatheringState: "complete", addEventListener: (_, run) => listeners.add(run), removeEventListener: (_, run) => listeners.delete(run) };
  await gathered(pc, 60_000);
  assert.equal(listeners.size, 0);
  pc.iceGatheringState = "gathering";
  await gathered(pc, 1);
  assert.equal(listeners.size, 0);
  const waiting = gathered(pc, 60_000);
  pc.iceGatheringState = "complete";
  listeners.forEach((run) => run());
  await waiting;
  assert.equal(listeners.size, 0);
});
