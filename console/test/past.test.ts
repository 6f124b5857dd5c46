import { describe, expect, it } from "vitest";
import { bandsOf } from "../src/model/past";

describe("a past", () => {
  it("shows where there are recordings, and its gaps as nothing", () => {
    const bands = bandsOf({ from_ms: 1000, to_ms: 2000 }, [[900, 1250], [1500, 1750], [3000, 4000]]);
    expect(bands).toEqual([
      { left: 0, width: 25 },
      { left: 50, width: 25 },
    ]);
  });

  it("of no length shows nothing", () => {
    expect(bandsOf({ from_ms: 5, to_ms: 5 }, [[0, 10]])).toEqual([]);
  });
});
