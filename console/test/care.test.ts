import { describe, expect, it } from "vitest";
import { careOf, chartOf, distancesOf, driftOf, middleOf, nearestOf, rhythmOf } from "../src/model/care";
import { isFlag, lengthOf, shownOf, type History } from "../src/model/devices";
import { tryingOf, verdictOf, type Tried } from "../src/model/trial";
import type { Rule } from "../src/model/terms";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Midnight in Korea. */
const MIDNIGHT = Date.parse("2026-11-22T00:00:00+09:00");
const history = (more: Partial<History>): History => ({ device: "M-1", observed_property: "motion", unit: "1", form: "raw", readings: 1, ...more });

describe("a care case", () => {
  it("is about the site our own rule found something at", () => {
    expect(careOf({ kind: "room_fire", occurrence: "room-fire:room-1:1795300000000" })).toMatchObject({ service: "room_fire", subject: "room-1", beganMs: 1795300000000 });
    expect(careOf({ kind: "elder_help", occurrence: "help:동:home:7:12" })?.subject).toBe("동:home:7");
  });
  it("is none where a partner told of it, or where it is of another kind", () => {
    expect(careOf({ kind: "room_fire", occurrence: "119-2026-17" })).toBeNull();
    expect(careOf({ kind: "robbery", occurrence: "rule:site:12" })).toBeNull();
  });
  it("draws the first property its device tells", () => {
    const care = careOf({ kind: "structure_drift", occurrence: "tilt:wall:1" });
    expect(care && chartOf(care, ["crack_width", "temperature"])).toBe("crack_width");
    expect(care && chartOf(care, ["temperature"])).toBe("");
  });
});

describe("the rhythm of a home", () => {
  it("is the share of other days with activity in each hour, today apart", () => {
    const at = (day: number, hour: number) => MIDNIGHT - day * DAY_MS + hour * HOUR_MS;
    const times = [at(2, 7), at(2, 12), at(1, 7), at(0, 7)];
    const rhythm = rhythmOf(history({ time_ms: times, mean: [1, 1, 1, 1] }), MIDNIGHT + 8 * HOUR_MS);
    expect([rhythm.usual[7], rhythm.usual[12], rhythm.usual[3]]).toEqual([1, 0.5, 0]);
    expect([rhythm.today[7], rhythm.today[12]]).toEqual([true, false]);
    expect([rhythm.days, rhythm.lastMs]).toEqual([2, MIDNIGHT + 7 * HOUR_MS]);
  });
  it("counts a quiet day, and no reading that says nothing moved", () => {
    const rhythm = rhythmOf(history({ time_ms: [MIDNIGHT - HOUR_MS], mean: [0] }), MIDNIGHT + HOUR_MS);
    expect([rhythm.days, rhythm.lastMs, Math.max(...rhythm.usual)]).toEqual([1, 0, 0]);
  });
  it("goes by the most that a span held", () => {
    const rhythm = rhythmOf(history({ form: "spans", time_ms: [MIDNIGHT + HOUR_MS], mean: [0.1], high: [1] }), MIDNIGHT + 2 * HOUR_MS);
    expect(rhythm.today[1]).toBe(true);
  });
});

describe("what is worked out of a history", () => {
  it("is how far it drifted, and nothing of a few readings", () => {
    expect(driftOf(history({ mean: [1, 1, 1, 5, 2, 2, 2] }))).toBe(1);
    expect(driftOf(history({ mean: [1, 2, 3] }))).toBeNull();
  });
  it("is how far somebody went from the middle of a zone", () => {
    const middle = middleOf([[127, 37.5], [127.002, 37.5], [127.002, 37.502], [127, 37.502], [127, 37.5]]);
    expect(middle?.lon).toBeCloseTo(127.001, 9);
    const far = distancesOf(history({ observed_property: "position", lon: [127.001, 127.001], lat: [37.501, 37.511] }), { lon: 127.001, lat: 37.501 });
    expect(far.mean?.map(Math.round)).toEqual([0, 1112]);
    expect(far.unit).toBe("m");
    expect(middleOf([])).toBeNull();
  });
  it("names the nearest places first, and one without a name by its id", () => {
    const places = { id: ["H1", "H2", "H3"], name: ["", "둘", "셋"], lon: [127.001, 127.01, 127.1], lat: [37.5, 37.5, 37.5] };
    expect(nearestOf(places, { lon: 127, lat: 37.5 }, 2).map((one) => one.name)).toEqual(["H1", "둘"]);
  });
});

describe("readings for readers", () => {
  it("are a share of a hundred, yes or no, or a figure", () => {
    expect(shownOf({ observed_property: "fill", unit: "1", result: 0.425 })).toBe("42.5 %");
    expect(shownOf({ observed_property: "door_open", unit: "1", result: 0 })).toBe(false);
    expect(shownOf({ observed_property: "temperature", unit: "Cel", result: 21.5 })).toBe("21.5 °C");
    expect([isFlag("motion"), isFlag("power")]).toEqual([true, false]);
    expect(lengthOf(90_000)).toEqual({ unit: "min", count: 1 });
  });
});

describe("a trial", () => {
  const rule = { type: "rule", name: "과열", terms: { danger: "threshold", property: "power", above: 5 } } as Rule;
  const tried = (more: Partial<Tried>): Tried => ({ rang: [], times: 0, near: 0, missed: [], rows: 9, ...more });
  it("reaches back from now over whole days", () => {
    expect(tryingOf(rule, 7, 8 * DAY_MS)).toEqual({ rule, from_ms: DAY_MS, to_ms: 8 * DAY_MS });
  });
  it("told, stayed silent, or had nothing to look at", () => {
    expect([verdictOf(tried({ times: 2 })), verdictOf(tried({})), verdictOf(tried({ rows: 0 }))]).toEqual(["told", "silent", "empty"]);
  });
});
