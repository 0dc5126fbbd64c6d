import assert from "node:assert/strict";
import { test } from "node:test";

import { MOVES_EVERY, covers, places, words } from "../../static/js/lib/watermark.js";

const AT = new Date(2026, 10, 22, 14, 5, 9).getTime();

test("the words are the viewer's name and the time, to the second", () => {
  assert.equal(words("J. Smith, Northmere Ambulance", AT), "J. Smith, Northmere Ambulance · 22/11/2026 14:05:09");
});

test("every part of a picture has the words on it, on a phone and on a wall", () => {
  for (const [width, height] of [[350, 197], [1280, 720], [3840, 2160]]) {
    const found = places(width, height, 320, AT);
    for (const [x, y] of [[-width / 2, -height / 2], [0, 0], [width / 2, height / 2]])
      assert.ok(found.some((place) => Math.abs(place.x - x) <= 400 && Math.abs(place.y - y) <= 90), `${width} ${x} ${y}`);
  }
});

test("they stand elsewhere a few seconds later", () => {
  assert.notDeepEqual(places(640, 360, 320, AT), places(640, 360, 320, AT + MOVES_EVERY));
  assert.deepEqual(places(640, 360, 320, MOVES_EVERY * 7), places(640, 360, 320, MOVES_EVERY * 7 + 1));
});

test("a watermark that was taken off, hidden or made small does not cover the picture", () => {
  const whole = { connected: true, display: "block", visibility: "visible", opacity: "1", width: 640, height: 360, stageWidth: 640, stageHeight: 360 };
  assert.ok(covers(whole));
  for (const change of [{ connected: false }, { display: "none" }, { visibility: "hidden" }, { opacity: "0" }, { width: 1 }, { height: 0 }])
    assert.ok(!covers({ ...whole, ...change }), JSON.stringify(change));
});
