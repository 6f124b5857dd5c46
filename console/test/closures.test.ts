import { describe, expect, it } from "vitest";
import { heldNow, holds } from "../src/model/closures";
import { learnt } from "../src/model/revisions";
import type { Closure } from "../src/model/terms";

const NOON = Date.parse("2026-11-23T03:00:00Z");
const works = (more: Partial<Closure>): Closure => ({ type: "closure", name: "공사", at: [[127.1, 37.5], [127.2, 37.5]], ...more });
const at = (hours: number) => new Date(NOON + hours * 3_600_000).toISOString();

describe("closures", () => {
  it("hold from their beginning on and no longer at their end", () => {
    expect(holds(works({}), NOON)).toBe(true);
    expect(holds(works({ since: at(0), until: at(1) }), NOON)).toBe(true);
    expect(holds(works({ since: at(1) }), NOON)).toBe(false);
    expect(holds(works({ until: at(0) }), NOON)).toBe(false);
  });

  it("are every place of those that hold now; the retired and the announced close nothing", () => {
    const version = { version: 1, at: at(-1), by: "u-op", kind: "closure" } as const;
    const records = learnt(new Map(), [
      { ...version, id: "now", body: works({}) },
      { ...version, id: "later", body: works({ since: at(1) }) },
      { ...version, id: "gone", body: null },
    ]);
    expect(heldNow(records, NOON)).toEqual([{ name: "공사", place: [127.1, 37.5] }, { name: "공사", place: [127.2, 37.5] }]);
  });
});
