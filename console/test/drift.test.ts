import { describe, expect, it } from "vitest";
import { admit, pace } from "../src/model/drift";

describe("a decoder", () => {
  it("decodes what comes while it keeps up, and the cached group it begins with", () => {
    expect(admit(true, true, 0, 0)).toBe("decode");
    expect(admit(false, false, 30, 2_000)).toBe("decode");
    expect(admit(true, false, 3, 5_000)).toBe("decode");
  });

  it("leaves everything out until a keyframe once it starves", () => {
    expect(admit(false, false, 46, 100)).toBe("skip");
    expect(admit(false, true, 0, 0)).toBe("skip");
  });

  it("throws away what waits when a keyframe comes and it is late", () => {
    expect(admit(true, true, 46, 100)).toBe("restart");
    expect(admit(true, false, 20, 1_500)).toBe("restart");
    expect(admit(true, false, 20, 500)).toBe("decode");
  });

  it("never falls more than a group behind, however slow it is", () => {
    const [gop, perTick] = [15, 0.4]; // decodes 40 % of what comes
    let [queued, needsKey, shown, worst] = [0, true, 0, 0];
    for (let at = 0; at < 3_000; at++) {
      const deed = admit(at % gop === 0, needsKey, Math.floor(queued), (at - shown) * 67);
      if (deed === "restart") [queued, shown] = [0, at];
      if (deed !== "skip") queued += 1;
      needsKey = deed === "skip";
      queued = Math.max(0, queued - perTick);
      shown = Math.max(shown, at - queued);
      worst = Math.max(worst, queued);
    }
    expect(worst).toBeLessThanOrEqual(46);
  });
});

describe("a buffered player", () => {
  it("plays at its own speed while it is near its target, and a little faster when it is behind", () => {
    expect(pace(0.3, 1, true)).toEqual({ rate: 1, jump_s: null });
    expect(pace(0.7, 1, true).rate).toBe(1);
    expect(pace(1, 1, true)).toEqual({ rate: 1.05, jump_s: null });
    expect(pace(3, 1, true)).toEqual({ rate: 1.1, jump_s: null });
  });

  it("goes on hurrying until it is back at its target, so that it does not waver", () => {
    expect(pace(0.7, 1.05, true).rate).toBe(1.05);
    expect(pace(0.39, 1.05, true).rate).toBe(1);
  });

  it("jumps only when it is far behind, or before anything was shown", () => {
    expect(pace(5.9, 1.1, true).jump_s).toBeNull();
    expect(pace(6.1, 1.1, true)).toEqual({ rate: 1, jump_s: 0.4 });
    expect(pace(2, 1, false).jump_s).toBe(0.4);
    expect(pace(0.2, 1, false).jump_s).toBeNull();
  });

  it("comes back from a stall of four seconds without a jump", () => {
    let [behind, rate, jumps, seconds] = [4, 1, 0, 0];
    while (behind > 0.4 && seconds < 120) {
      const next = pace(behind, rate, true);
      jumps += next.jump_s === null ? 0 : 1;
      rate = next.rate;
      behind -= (rate - 1) * 0.1;
      seconds += 0.1;
    }
    expect(jumps).toBe(0);
    expect(seconds).toBeLessThan(60);
  });
});
