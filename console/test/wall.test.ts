import { describe, expect, it } from "vitest";
import { faces } from "../src/model/ground";
import { around, type Sight } from "../src/model/nearby";
import { best, close, enlarge, follow, isTile, keyOf, NO_WALL, pin, replace, resize, step, type Wall } from "../src/model/wall";
import { aCamera, aGrant, anIncident, aView } from "./builders";

const some = (count: number, prefix = "c"): Sight[] =>
  Array.from({ length: count }, (_, at) => ({ camera: `${prefix}${at}`, name: `${prefix}${at}`, distance_m: at, clear: true, confident: true }));
const shown = (wall: Wall) => wall.places.map((place) => (isTile(place) ? place.sight.camera : place));
const a = (count: number, wall = NO_WALL) => follow(wall, "a", some(count), count);

describe("the wall", () => {
  it("has as many places as the case has cameras: 1, 4, 9, 16", () => {
    expect([1, 2, 4, 5, 9, 10, 40].map((count) => a(count).places.length)).toEqual([1, 4, 4, 9, 9, 16, 16]);
    expect(shown(a(3))).toEqual(["c0", "c1", "c2", "open"]);
  });

  it("shows the cameras of the case chosen now, and keeps of the one before only what is pinned", () => {
    const pinned = pin(a(4), 2);
    const next = follow(pinned, "b", some(6, "d"), 6);
    expect(next.places.filter(isTile).map(keyOf)).toEqual(["a c2", "b d0", "b d1", "b d2", "b d3", "b d4", "b d5"]);
    expect(next.front).toBe(-1);
  });

  it("does not shuffle what is on screen when the ranking of the same case changes", () => {
    const later = follow(a(4), "a", some(4).toReversed(), 4);
    expect(shown(later)).toEqual(["c0", "c1", "c2", "c3"]);
  });

  it("never shows one camera twice", () => {
    const next = follow(pin(a(4), 0), "b", some(4), 4);
    expect(shown(next).slice(0, 4)).toEqual(["c0", "c1", "c2", "c3"]);
    expect(next.places.length).toBe(9);
  });

  it("leaves a closed place empty, and fills it when asked", () => {
    const closed = close(a(4), 1);
    expect(shown(follow(closed, "a", some(6), 4))).toEqual(["c0", "closed", "c2", "c3"]);
    expect(shown(replace(closed, 1, some(6)))).toEqual(["c0", "c4", "c2", "c3"]);
    expect(best(replace(closed, 1, some(5)), some(5))).toBeUndefined();
  });

  it("puts the next best in the place of a camera that is passed over, and does not bring that one back", () => {
    const other = replace(a(4), 0, some(6));
    expect(shown(other)).toEqual(["c4", "c1", "c2", "c3"]);
    expect(shown(replace(other, 0, some(6)))[0]).toBe("c5");
    expect(replace(a(4), 0, some(4))).toEqual(a(4));
  });

  it("brings a tile to the front and back, and steps from one to the next", () => {
    const wall = a(3);
    expect(enlarge(wall, 2).front).toBe(2);
    expect(enlarge(enlarge(wall, 2), 2).front).toBe(-1);
    expect(enlarge(wall, 3).front).toBe(-1);
    expect([step(wall, 1), step(wall, -1), step(enlarge(wall, 2), 1), step(enlarge(wall, 0), -1)].map((one) => one.front)).toEqual([0, 2, 0, 2]);
    expect(step(NO_WALL, 1)).toEqual(NO_WALL);
    expect(close(enlarge(wall, 1), 1).front).toBe(-1);
  });

  it("drops unpinned tiles first when it gets smaller, and takes more when it grows", () => {
    const pinned = pin(pin(a(9), 8), 5);
    expect(shown(resize(pinned, 2, some(9), 9))).toEqual(["c0", "c1", "c5", "c8"]);
    expect(resize(a(4), 4, some(20), 4).places.filter(isTile)).toHaveLength(16);
    expect(resize(resize(a(4), 4, some(20), 4), 0, some(20), 4).places).toHaveLength(4);
  });

  it("is empty while no case is chosen", () => {
    expect(shown(follow(a(4), "", [], 0))).toEqual(["open"]);
  });
});

describe("the cameras around a case", () => {
  const incident = anIncident({ where: { lon: 127.1, lat: 37.5 } });

  it("are those of its grants first, then the nearest that are turned to it, then the others", () => {
    const north = { lon: 127.1, lat: 37.501 };
    const register = new Map([
      ["away", aCamera({ name: "등짐", lon: 127.1, lat: 37.5005, heading_deg: 0 })],
      ["facing", aCamera({ ...north, name: "마주", heading_deg: 180 })],
      ["unknown", aCamera({ lon: 127.1, lat: 37.502, name: "모름", heading_deg: null })],
      ["far", aCamera({ lon: 127.1, lat: 37.6, name: "먼곳", heading_deg: 180 })],
      ["granted", aCamera({ lon: 127.1, lat: 37.503, name: "제공", heading_deg: 0 })],
    ]);
    const found = around(incident, [aGrant({ views: [aView({ camera: "granted" })] })], register);
    expect(found.map((sight) => sight.camera)).toEqual(["granted", "facing", "unknown", "away"]);
    expect(found.map((sight) => sight.clear)).toEqual([true, true, true, false]);
  });

  it("face a place inside their sector, across north as well", () => {
    const camera = aCamera({ heading_deg: 350, hfov_deg: 60 });
    expect(faces(camera, { lon: 127.1003, lat: 37.501 })).toBe(true);
    expect(faces(camera, { lon: 127.1, lat: 37.499 })).toBe(false);
    expect(faces({ ...camera, hfov_deg: 360 }, { lon: 127.1, lat: 37.499 })).toBe(true);
    expect(faces(camera, camera)).toBe(true);
  });
});
