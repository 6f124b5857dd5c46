import { describe, expect, it } from "vitest";
import { drawnModes, slotsAt, type WatchPlan } from "../src/model/pursuit";
import { change, follow, isTile, NO_WALL, pin, type Wall } from "../src/model/wall";
import type { Sight } from "../src/model/nearby";

const sight = (camera: string): Sight => ({ camera, name: camera, distance_m: 0, clear: true, confident: true });
const shown = (wall: Wall) => wall.places.map((place) => (isTile(place) ? place.sight.camera : place));
const slot = (at: number) => ({ from_ms: at * 30_000, to_ms: (at + 1) * 30_000, cameras: [{ camera: `C${at}`, adds: 0.1 }] });
const plan = (fields: Partial<WatchPlan>): WatchPlan => ({
  incident: "I1", at_ms: 0, since_ms: 0, number: 0, modes: {}, seen: 0, slots: [], replay: [], exits: [], reach: [], explained: true, cold: false, where: null, problem: "", ...fields,
});

describe("a watch plan", () => {
  it("has the half minute it is now and the next, and neither once its time is over", () => {
    const found = plan({ slots: [slot(0), slot(1)] });
    expect(slotsAt(found, 29_999).map((one) => one?.cameras[0]?.camera)).toEqual(["C0", "C1"]);
    expect(slotsAt(found, 30_000).map((one) => one?.cameras[0]?.camera)).toEqual(["C1", undefined]);
    expect(slotsAt(found, 60_000)).toEqual([undefined, undefined]);
  });

  it("draws the reach of the most probable mode first", () => {
    const reach = ["car", "foot", "foot"].map((mode) => ({ mode, by_ms: 0, surface: [] }));
    expect(drawnModes(plan({ reach, modes: { car: 0.3, foot: 0.7 } }))).toEqual(["foot", "car"]);
  });
});

describe("the wall that follows a watch plan", () => {
  const first = follow({ ...NO_WALL, side: 2 }, "I1", ["a", "b", "c", "d"].map(sight), 4);

  it("keeps the cameras that are still planned in their places and gives the others' places to the new ones", () => {
    expect(shown(change(first, "I1", ["c", "x", "a"].map(sight)))).toEqual(["a", "x", "c", "open"]);
  });

  it("leaves what is pinned, and shows again what was closed in the half minute before", () => {
    const pinned = pin(first, 1);
    expect(shown(change({ ...pinned, passed: ["y"] }, "I1", ["y", "z"].map(sight)))).toEqual(["y", "b", "z", "open"]);
  });
});
