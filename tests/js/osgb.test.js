// The grid in the browser says what the server's grid says.

import assert from "node:assert/strict";
import { test } from "node:test";

import { covers, fromGrid, letters, reference, toGrid } from "../../static/js/lib/osgb.js";

// The Ordnance Survey's own test points for OSTN15.
const POINTS = [
  [91492.146, 11318.804, 49.9222639373, -6.29977752014],
  [449816.371, 75335.861, 50.57563665, -1.2978227724],
  [530624.974, 178388.464, 51.4893656495, -0.1199255718],
  [339921.145, 556034.761, 54.8954234042, -2.93827741149],
  [639821.835, 169565.858, 51.3744702555, 1.44454730409],
];

test("degrees to metres and back, within five metres of the survey's points", () => {
  for (const [east, north, lat, lon] of POINTS) {
    const [e, n] = toGrid(lat, lon);
    assert.ok(Math.hypot(e - east, n - north) < 5);
    const [backLat, backLon] = fromGrid(e, n);
    assert.ok(Math.abs(backLat - lat) < 2e-6 && Math.abs(backLon - lon) < 2e-6);
  }
});

test("references as they are read out", () => {
  assert.equal(letters(530087, 180483), "TQ");
  assert.equal(letters(216600, 771200), "NN");
  assert.equal(letters(-1, 5), "");
  const [lat, lon] = fromGrid(530087.5, 180483.5);
  assert.equal(reference(lat, lon), "TQ 30087 80483");
  assert.equal(reference(lat, lon, 3), "TQ 300 804");
  assert.equal(reference(48.85, 2.35), "");
  assert.equal(covers(54.6, -5.9), true); // the sea round Belfast: covered, though Ireland has a grid of its own
});
