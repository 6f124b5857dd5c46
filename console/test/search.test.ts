import { describe, expect, it } from "vitest";
import { looked } from "../src/model/search";

const MINUTE = 60_000;
const seconds = (from: number, count: number) => Array.from({ length: count }, (_, at) => from + at);

describe("what of a review was looked at", () => {
  const review = { from_ms: 10 * MINUTE, to_ms: 13 * MINUTE + 20_000 };

  it("is nothing while nothing was on the screen, or only what is not of it", () => {
    expect(looked(new Set(), review)).toEqual([]);
    expect(looked(new Set(seconds(0, 600)), review)).toEqual([]);
  });

  it("are the minutes of which half was shown, joined where they touch", () => {
    const shown = new Set([...seconds(600, 30), ...seconds(660, 29), ...seconds(720, 60)]);
    expect(looked(shown, review)).toEqual([
      { from_ms: 10 * MINUTE, to_ms: 11 * MINUTE },
      { from_ms: 12 * MINUTE, to_ms: 13 * MINUTE },
    ]);
    expect(looked(new Set([...shown, 700]), review)).toEqual([{ from_ms: 10 * MINUTE, to_ms: 13 * MINUTE }]);
  });

  it("ends with the review, however short its last minute is", () => {
    expect(looked(new Set(seconds(780, 10)), review)).toEqual([{ from_ms: 13 * MINUTE, to_ms: review.to_ms }]);
  });
});
