import { describe, expect, it } from "vitest";
import { clockwork, extendedBy, secondsLeft, secondsSince } from "../src/model/countdown";
import { box, circle, distanceM, wedge } from "../src/model/ground";
import { dayOf, timeOf, weekdayOf } from "../src/model/moment";
import { sights } from "../src/model/nearby";
import { waitMs } from "../src/model/patience";
import { order, passes } from "../src/model/priority";
import { bins, MINUTES } from "../src/model/timeline";
import { aCamera, aGrant, aMoment, anIncident, aView, NOON } from "./builders";

describe("the countdown", () => {
  it("rounds up, so that 00:00 means over and nothing else", () => {
    expect(secondsLeft(aMoment(10), NOON)).toBe(10);
    expect(secondsLeft(aMoment(10), NOON + 9_001)).toBe(1);
    expect(secondsLeft(aMoment(10), NOON + 10_000)).toBe(0);
    expect(secondsLeft(aMoment(-10), NOON)).toBe(0);
  });

  it("reads like a clock", () => {
    expect(clockwork(1781)).toBe("29:41");
    expect(clockwork(5)).toBe("00:05");
    expect(clockwork(3909)).toBe("1:05:09");
  });

  it("asks for what is left and more, because the server counts an extension from now", () => {
    expect(extendedBy(aMoment(600), NOON, 1800)).toBe(2400);
    expect(extendedBy(aMoment(3000), NOON, 1800)).toBe(3600);
  });

  it("counts the age of a case from zero", () => {
    expect(secondsSince(aMoment(-42), NOON)).toBe(42);
    expect(secondsSince(aMoment(42), NOON)).toBe(0);
  });
});

describe("the order of cases", () => {
  it("puts the urgent first, then the newest", () => {
    const cases = [
      anIncident({ id: "low", priority: "low", opened_at: aMoment(50) }),
      anIncident({ id: "old", opened_at: aMoment(-90) }),
      anIncident({ id: "new", opened_at: aMoment(-9) }),
      anIncident({ id: "high", priority: "high", severity: "Minor" }),
    ];
    expect(order(cases).map((one) => one.id)).toEqual(["new", "old", "high", "low"]);
    expect(order(cases.toReversed()).map((one) => one.id)).toEqual(["new", "old", "high", "low"]);
  });

  it("filters by what a seat asks for", () => {
    const mine = anIncident({ state: "accepted", accepted_by: "kim" });
    const over = anIncident({ state: "merged", accepted_by: "kim" });
    expect((["all", "waiting", "mine", "over"] as const).map((filter) => passes(mine, filter, "kim"))).toEqual([true, false, true, false]);
    expect((["all", "waiting", "mine", "over"] as const).map((filter) => passes(over, filter, "kim"))).toEqual([false, false, false, true]);
  });
});

describe("the last hour", () => {
  it("counts into sixty minutes that end with the running one", () => {
    const counts = bins([NOON, NOON + 59_999, NOON - 1, NOON - 59 * 60_000, NOON - 59 * 60_000 - 1, NOON + 60_000], NOON + 30_000);
    expect(counts).toHaveLength(MINUTES);
    expect(counts.at(-1)?.count).toBe(2);
    expect(counts.at(-2)?.count).toBe(1);
    expect(counts[0]).toMatchObject({ count: 1, fromMs: NOON - 59 * 60_000 });
    expect(counts.reduce((sum, bin) => sum + bin.count, 0)).toBe(4);
  });

  it("calls more than ten in ten minutes a flood, and ten not", () => {
    const each = (count: number) => Array.from({ length: count }, (_, at) => NOON - at * 50_000);
    expect(bins(each(10), NOON).some((bin) => bin.flood)).toBe(false);
    expect(bins(each(11), NOON).some((bin) => bin.flood)).toBe(true);
  });
});

describe("sights on a case", () => {
  const register = new Map([
    ["c1", aCamera()],
    ["c2", aCamera({ name: "시장-102", lon: 127.1005, heading_deg: null })],
    ["far", aCamera({ lon: 127.2 })],
  ]);

  it("follow the grant's own ranking, each camera once", () => {
    const grants = [aGrant({ views: [aView({ camera: "c2", distance_m: 44 }), aView()] }), aGrant({ id: "g2", views: [aView()] })];
    expect(sights(anIncident(), grants, register).map((sight) => sight.camera)).toEqual(["c2", "c1"]);
    expect(sights(anIncident(), grants, register)[0]?.name).toBe("시장-102");
  });

  it("tell cameras on one pole apart by their ids", () => {
    const pole = new Map([["c1", aCamera()], ["c2", aCamera()]]);
    const names = sights(anIncident(), [aGrant({ views: [aView(), aView({ camera: "c2" })] })], pole).map((sight) => sight.name);
    expect(names).toEqual(["c1 · 달빛-017", "c2 · 달빛-017"]);
  });

  it("are simply the nearest cameras when nobody was granted anything", () => {
    const found = sights(anIncident(), [], register);
    expect(found.map((sight) => sight.camera)).toEqual(["c1", "c2"]);
    expect(found.map((sight) => sight.confident)).toEqual([true, false]);
    expect(sights(anIncident({ where: null }), [], register)).toEqual([]);
  });
});

describe("flat geometry", () => {
  it("opens a wedge to both sides of the heading, as far as the camera reaches", () => {
    const ring = wedge(aCamera({ heading_deg: 90, hfov_deg: 60, reach_m: 100 })) ?? [];
    expect(ring[0]).toEqual([127.1, 37.5]);
    expect(ring.at(-1)).toEqual(ring[0]);
    for (const [lon, lat] of ring.slice(1, -1)) {
      expect(distanceM({ lon: 127.1, lat: 37.5 }, { lon, lat })).toBeCloseTo(100, 0);
      expect(lon).toBeGreaterThan(127.1);
    }
  });

  it("draws all round for a dome and nothing for an unknown heading", () => {
    expect(wedge(aCamera({ hfov_deg: 360, heading_deg: null }))).toHaveLength(33);
    expect(wedge(aCamera({ heading_deg: null }))).toBeNull();
    expect(circle({ lon: 127, lat: 37 }, 50).at(-1)).toEqual(circle({ lon: 127, lat: 37 }, 50)[0]);
  });

  it("boxes places with a margin, and nothing is no box", () => {
    const [west, south, east, north] = box([{ lon: 127, lat: 37 }, { lon: 127.1, lat: 37.2 }], 500) ?? [0, 0, 0, 0];
    expect(distanceM({ lon: west, lat: 37.1 }, { lon: 127, lat: 37.1 })).toBeCloseTo(500, -1);
    expect([south < 37, east > 127.1, north > 37.2]).toEqual([true, true, true]);
    expect(box([], 10)).toBeNull();
  });
});

it("waits longer after each failure, up to a bound, with jitter on both sides", () => {
  expect([0, 1, 2, 9].map((attempt) => waitMs(attempt, 0.5))).toEqual([500, 1000, 2000, 8000]);
  expect([waitMs(0, 0), waitMs(0, 0.999)]).toEqual([375, 625]);
});

it("shows Korean time whatever the machine is set to", () => {
  expect([dayOf(NOON), weekdayOf(NOON, "ko"), timeOf(NOON)]).toEqual(["2026-11-22", "일", "12:00:00"]);
});
