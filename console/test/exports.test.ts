import { describe, expect, it } from "vitest";
import { firstSpan, inputOf, isMoving, momentOf, sizeOf, type Listed } from "../src/model/exports";

const NOON = Date.parse("2026-11-22T12:00:00+09:00");

describe("evidence", () => {
  it("writes Korean time into a field and reads it back, wherever the machine is", () => {
    expect(inputOf(NOON)).toBe("2026-11-22T12:00:00");
    expect(momentOf("2026-11-22T12:00:00")).toBe(NOON);
    expect(momentOf("")).toBeNaN();
  });

  it("proposes from before it happened until after, and never the future", () => {
    expect(firstSpan(NOON, NOON + 3_600_000)).toEqual([NOON - 120_000, NOON + 300_000]);
    const [from, to] = firstSpan(NOON, NOON + 10_000);
    expect(to).toBeLessThan(NOON + 10_000);
    expect(from).toBeLessThan(to);
    expect(firstSpan(NOON, NOON + 3_600_000, NOON - 59_500)[0]).toBe(NOON - 59_000);
  });

  it("says sizes as a disk's label does", () => {
    expect([0, 999, 1_500_000, 4_900_000_000].map(sizeOf)).toEqual(["0 B", "999 B", "1.5 MB", "4.9 GB"]);
  });

  it("looks again soon only while something moves by itself", () => {
    const moving = (state: string) => isMoving({ export: { state } } as Listed);
    expect(["asked", "approved", "building", "ready"].map(moving)).toEqual([false, true, true, false]);
  });
});
