import { describe, expect, it } from "vitest";
import vectors from "../../tests/unit/core/rendezvous.json";
import { ranked, weight } from "../src/model/rendezvous";
import { holdersOf, seatFor, type Seat } from "../src/model/seats";

const shared = vectors as unknown as {
  weights: [string, string, number][];
  ranked: [string[], string, string[]][];
};

const seats = (...alive: boolean[]): Seat[] => alive.map((one, at) => ({ name: `v${at + 1}`, url: `ws://v${at + 1}`, alive: one }));
const cameras = Array.from({ length: 300 }, (_, at) => `C${at}`);

describe("the hash that shares cameras among video processes", () => {
  it("is the server's own", () => {
    for (const [name, camera, expected] of shared.weights) expect(weight(name, camera), `${name} ${camera}`).toBe(expected);
    for (const [names, camera, expected] of shared.ranked) expect(ranked(names, camera), camera).toEqual(expected);
  });

  it("moves only the cameras of the process that died", () => {
    for (const camera of cameras) {
      const before = seatFor(seats(true, true, true), camera)?.name;
      const after = seatFor(seats(true, false, true), camera)?.name;
      if (before !== "v2") expect(after).toBe(before);
      else expect(["v1", "v3"]).toContain(after);
    }
  });
});

describe("where a camera is watched", () => {
  it("is a process that lives, and any one while none is known to", () => {
    expect(new Set(cameras.map((camera) => seatFor(seats(false, true), camera)?.name))).toEqual(new Set(["v2"]));
    expect(new Set(cameras.map((camera) => seatFor(seats(false, false), camera)?.name))).toEqual(new Set(["v1", "v2"]));
    expect(seatFor([], "C1")).toBeUndefined();
  });

  it("goes down the line with every failure, and begins again at its end", () => {
    const line = [0, 1, 2, 3].map((misses) => seatFor(seats(true, true, true), "C1", misses)?.name);
    expect(new Set(line.slice(0, 3)).size).toBe(3);
    expect(line[3]).toBe(line[0]);
  });

  it("is where a recording lies, while that lives", () => {
    for (const camera of cameras.slice(0, 20)) {
      expect(seatFor(seats(true, true, true), camera, 0, ["v3"])?.name).toBe("v3");
      expect(seatFor(seats(true, true, false), camera, 0, ["v3"])?.name).not.toBe("v3");
    }
  });
});

describe("who can replay a time", () => {
  it("is whoever holds the most of it, and everybody who holds as much", () => {
    const at = { v1: [[0, 60_000]], v2: [[0, 59_000]], far: [[50_000, 60_000]] } as const;
    expect(holdersOf(at, 0, 60_000)).toEqual(["v1", "v2"]);
    expect(holdersOf(at, 90_000, 99_000)).toEqual([]);
    expect(holdersOf({}, 0, 1)).toEqual([]);
  });
});
