import { describe, expect, it } from "vitest";
import { ahead, distance, isOld, leftMs, minutes, type CrewWay } from "../src/model/dispatch";

const way: CrewWay = {
  incident: "I-1",
  unit: "E-11",
  at_ms: 100_000,
  number: 1,
  turns: [
    { bend: "start", name: "a", at_m: 0, at_ms: 0, lon: 127, lat: 37 },
    { bend: "left", name: "b", at_m: 400, at_ms: 30_000, lon: 127, lat: 37 },
    { bend: "arrive", name: "b", at_m: 900, at_ms: 70_000, lon: 127, lat: 37 },
  ],
};

describe("the way of a crew", () => {
  it("is old as soon as the line is lost, and when nothing came for long", () => {
    expect(isOld(way, true, 105_000)).toBe(false);
    expect(isOld(way, false, 100_000)).toBe(true);
    expect(isOld(way, true, 115_001)).toBe(true);
  });

  it("counts down from the moment it was worked out, never below zero nor up", () => {
    expect(leftMs(60_000, 100_000, 110_000)).toBe(50_000);
    expect(leftMs(60_000, 100_000, 900_000)).toBe(0);
    expect(leftMs(60_000, 100_000, 99_000)).toBe(60_000);
  });

  it("never promises an earlier minute", () => {
    expect([0, 1, 60_000, 60_001].map(minutes)).toEqual([0, 1, 1, 2]);
  });

  it("says metres as a driver hears them", () => {
    expect([4, 46, 994, 995, 1310].map(distance)).toEqual(["0 m", "50 m", "990 m", "1.0 km", "1.3 km"]);
  });

  it("shows what is ahead, not where the crew stands", () => {
    expect(ahead(way).map((turn) => turn.bend)).toEqual(["left", "arrive"]);
  });
});
