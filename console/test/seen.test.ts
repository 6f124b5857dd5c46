import { describe, expect, it } from "vitest";
import { worthSaying, type Seen } from "../src/model/seen";

const one = (what: string, result: Seen["result"], ageS: number): Seen => ({ what, result, at_ms: 1_000_000 - ageS * 1000, feature: "" });

describe("what a camera reported", () => {
  it("is shown while it is so, the newest first, and what has just ended after it", () => {
    const told = [one("motion", false, 5), one("tamper", true, 300), one("loitering", true, 20)];
    expect(worthSaying(told, 1_000_000).map(({ what }) => what)).toEqual(["loitering", "tamper"]);
    expect(worthSaying(told.slice(0, 2), 1_000_000).map(({ what }) => what)).toEqual(["tamper", "motion"]);
  });

  it("is forgotten when it ended a while ago, happened long ago, or counts nothing", () => {
    expect(worthSaying([one("motion", false, 61), one("face.seen", true, 601), one("objects.count", 0, 1)], 1_000_000)).toEqual([]);
  });
});
