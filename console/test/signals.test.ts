import { describe, expect, it } from "vitest";
import { inTrouble, shownFirst, type Junction } from "../src/model/signals";

const junction = (id: string, more: Partial<Junction> = {}): Junction => ({ id, name: id, name_en: "", trouble: "", mode: "coordinated", asks: [], waiting: [], ...more });
const ask = { unit: "F-01", incident: "I1", state: "active", arrives_ms: 2, acknowledged: true, green_from_ms: 1 };

describe("junctions with signals", () => {
  it("are shown where something is asked of them or wrong with them, held ones first", () => {
    const all = [junction("quiet"), junction("dead", { trouble: "signal.silent" }), junction("waits", { waiting: [{ unit: "F-02", incident: "I2", why: "yielded" }] }), junction("held", { asks: [ask] })];
    expect(shownFirst(all).map((one) => one.id)).toEqual(["held", "waits", "dead"]);
  });

  it("are in trouble when their line is, or when they flash", () => {
    expect([junction("a"), junction("b", { mode: "flash" }), junction("c", { trouble: "signal.locked" })].map(inTrouble)).toEqual([false, true, true]);
  });
});
