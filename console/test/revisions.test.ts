import { describe, expect, it } from "vitest";
import { bodyOf, differences, isBehind, learnt, listOf } from "../src/model/revisions";
import { aKind, aProcedure, aRevision } from "./builders";

describe("records", () => {
  const records = learnt(new Map(), [aRevision({ id: "theft" }), aRevision({ id: "arson", body: null }), aRevision(), aRevision({ kind: "procedure", id: "sop", body: aProcedure() })]);

  it("are listed by kind and id, the retired last", () => {
    expect(listOf(records, "kind").map((one) => one.id)).toEqual(["robbery", "theft", "arson"]);
  });

  it("give a body only of the kind that was asked for, and none once retired", () => {
    expect(bodyOf(records, "kind", "robbery")?.name).toBe("강도");
    expect(bodyOf(records, "kind", "arson")).toBeNull();
    expect(bodyOf(records, "procedure", "robbery")).toBeNull();
  });

  it("tell that somebody else was first", () => {
    expect([isBehind(1, aRevision()), isBehind(1, aRevision({ version: 2 })), isBehind(0, undefined), isBehind(0, aRevision())]).toEqual([false, true, false, true]);
  });
});

describe("what changed between two versions", () => {
  it("is told field by field, down into tables", () => {
    const terms = (within_m: number, kinds: string[]) => ({ type: "service" as const, terms: { within_m, kinds } });
    expect(differences(terms(500, ["robbery"]), terms(300, ["robbery", "theft"]))).toEqual([
      { path: "terms.within_m", before: "500", after: "300" },
      { path: "terms.kinds", before: "robbery", after: "robbery, theft" },
    ]);
  });

  it("is one line for one changed step of a procedure", () => {
    const before = aProcedure();
    const steps = before.steps.map((step) => (step.id === "look" ? { ...step, within_s: 90 } : step));
    expect(differences(before, aProcedure({ steps }))).toEqual([{ path: "steps.look.within_s", before: "60", after: "90" }]);
  });

  it("is everything for the first version and for a retired one, and nothing for the same", () => {
    expect(differences(null, aKind()).map(({ path }) => path)).toEqual(["name", "name_en"]);
    expect(differences(aKind(), null).every(({ after }) => after === null)).toBe(true);
    expect(differences(aKind(), aKind())).toEqual([]);
  });
});
