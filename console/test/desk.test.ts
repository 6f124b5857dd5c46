import { describe, expect, it } from "vitest";
import { backlogs, isAbnormal, partStateOf, reasonOf } from "../src/model/delivery";
import { candidates } from "../src/model/merging";
import { closed, faultOf, opened, read, written, type Corner } from "../src/model/ring";
import type { Outgoing } from "../src/model/records";
import { dueInS, linesOf, progressOf } from "../src/model/run";
import { aMoment, anIncident, aProcedure, aRun, NOON } from "./builders";

describe("a procedure at work", () => {
  it("joins each step with its title and tells which ones the desk can answer", () => {
    const lines = linesOf(aRun(), aProcedure());
    expect(lines.map((line) => [line.id, line.state, line.mine])).toEqual([["tell", "done", false], ["look", "open", true], ["call", "waiting", false]]);
    expect(lines[1]?.step?.title).toBe("현장 영상 확인");
  });

  it("leaves an automatic step to the platform even while it is open", () => {
    const run = aRun({ steps: [{ id: "tell", state: "overdue" }] });
    expect(linesOf(run, aProcedure())[0]?.mine).toBe(false);
  });

  it("can be answered while its titles are not known, and not once it is over", () => {
    expect(linesOf(aRun(), null)[1]).toMatchObject({ step: undefined, mine: true });
    const ended = linesOf(aRun({ over: true }), aProcedure());
    expect(ended.map((line) => [line.mine, line.undone, line.dueAt])).toEqual([[false, false, null], [false, true, null], [false, true, null]]);
  });

  it("counts what is done of what has to be done: nobody has to do a step that was passed over", () => {
    const run = aRun({ steps: [{ id: "tell", state: "done" }, { id: "look", state: "overdue" }, { id: "call", state: "passed" }] });
    expect(progressOf(run)).toEqual({ done: 1, all: 2, overdue: 1 });
    expect(progressOf({ ...run, over: true }).overdue).toBe(0);
  });

  it("counts down to its deadline and up from it", () => {
    expect(dueInS(aMoment(60), NOON)).toBe(60);
    expect(dueInS(aMoment(60), NOON + 60_000)).toBe(0);
    expect(dueInS(aMoment(60), NOON + 75_000)).toBe(-15);
    expect(dueInS(null, NOON)).toBeNull();
  });
});

describe("cases that might be one event", () => {
  const here = anIncident();
  const at = (id: string, lon: number, laterS = 0) => anIncident({ id, where: { lon, lat: 37.5 }, occurred_at: aMoment(laterS) });

  it("come the nearest in place and time first, those without a place last", () => {
    const found = candidates(here, [here, anIncident({ id: "nowhere", where: null }), at("far", 127.11), at("late", 127.1, 600), at("near", 127.1005)]);
    expect(found.map(({ incident }) => incident.id)).toEqual(["near", "late", "far", "nowhere"]);
    expect(found.map(({ distance_m }) => distance_m === null)).toEqual([false, false, false, true]);
  });

  it("are open, and never a drill beside the real thing", () => {
    const others = [anIncident({ id: "over", state: "merged" }), anIncident({ id: "drill", status: "Exercise" }), at("one", 127.1)];
    expect(candidates(here, others).map(({ incident }) => incident.id)).toEqual(["one"]);
  });
});

describe("the outline of a zone", () => {
  const square: Corner[] = [[127, 37], [127.1, 37], [127.1, 37.1], [127, 37.1]];

  it("closes on its first corner and opens again", () => {
    expect(closed(square)).toHaveLength(5);
    expect(opened(closed(square))).toEqual(square);
    expect(closed([])).toEqual([]);
  });

  it("needs three different corners and may not cross itself", () => {
    expect(faultOf(square)).toBe("");
    expect(faultOf(square.slice(0, 3))).toBe("");
    expect(faultOf(square.slice(0, 2))).toBe("few");
    expect(faultOf([square[0]!, square[2]!, square[1]!, square[3]!])).toBe("crossed");
  });

  it("reads what it wrote, and nothing that is no place", () => {
    expect(read(written(square))).toEqual(square);
    expect(read("127.1 37.5\n\n127.2,37.5")).toEqual([[127.1, 37.5], [127.2, 37.5]]);
    expect([read("127.1"), read("a, b"), read("181, 0"), read("1, 2, 3")]).toEqual([null, null, null, null]);
  });
});

describe("what was not delivered", () => {
  const letter = (wish: Partial<Outgoing>): Outgoing => ({
    key: "k", agency: "police112", ask: "offer_video", incident: "i1", state: "dead", attempts: 3, next_at: aMoment(), since: aMoment(), detail: "", ...wish,
  });

  it("is told by partner, dead letters first and the oldest first", () => {
    const found = backlogs([
      letter({ key: "w", agency: "fire119", state: "waiting" }),
      letter({ key: "new", since: aMoment(9) }),
      letter({ key: "late", state: "waiting", since: aMoment(-9) }),
      letter({ key: "old" }),
      letter({ key: "gone", agency: "moj", state: "delivered" }),
    ]);
    expect(found.map(({ agency, dead, waiting }) => [agency, dead, waiting])).toEqual([["police112", 2, 1], ["fire119", 0, 1]]);
    expect(found[0]?.rows.map((row) => row.key)).toEqual(["old", "new", "late"]);
  });

  it("says why: a code for our words, and what else was told", () => {
    expect(reasonOf("partner.refused 40301 no such case")).toEqual({ code: "partner.refused", more: "40301 no such case" });
    expect(reasonOf("Connection reset")).toEqual({ code: "", more: "Connection reset" });
    expect(reasonOf("")).toEqual({ code: "", more: "" });
  });
});

describe("the state of a part", () => {
  it("is read with what follows it, and an unknown word is a reason to look", () => {
    expect(partStateOf("ok")).toEqual({ level: "ok", more: "" });
    expect(partStateOf("degraded: 3 dead")).toEqual({ level: "degraded", more: "3 dead" });
    expect(partStateOf("melting")).toEqual({ level: "degraded", more: "melting" });
  });

  it("is abnormal only when somebody should look", () => {
    expect(["ok", "unheard", "degraded:1", "down", "melting"].map(isAbnormal)).toEqual([false, false, true, true, true]);
  });
});
