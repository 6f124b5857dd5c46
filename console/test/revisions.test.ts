import { describe, expect, it } from "vitest";
import { bodyOf, CORRELATION, differences, isBehind, learnt, listOf, sparse } from "../src/model/revisions";
import { procedureIn } from "../src/model/sop";
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

describe("a procedure as it is typed", () => {
  it("is taken when it can be shown, whether it is sound or not", () => {
    const { type: _, ...told } = aProcedure();
    expect(procedureIn(JSON.stringify(told))).toEqual({ procedure: aProcedure() });
    expect(procedureIn('{"name":"","kinds":[],"steps":[]}')).toHaveProperty("procedure");
  });

  it("is refused in words when it is no JSON, or no procedure", () => {
    expect(procedureIn("{")).toMatchObject({ fault: "json" });
    const shapes = ["null", "[]", '{"name":"a","kinds":"robbery","steps":[]}', '{"name":"a","kinds":[],"steps":[{"title":"no id"}]}', '{"name":"a","kinds":[],"steps":[{"id":"a","after":["b"]}]}'];
    expect(shapes.map((text) => "fault" in procedureIn(text) && procedureIn(text))).toEqual(shapes.map(() => ({ fault: "shape", why: "" })));
  });
});

it("says of the correlation only what was said before or differs from the usual", () => {
  const before = { type: "correlation" as const, tau_s: 110 };
  expect(sparse({ tau_s: 110, prior: 0.5, same_kind: 0.8 }, before)).toEqual({ type: "correlation", tau_s: 110, same_kind: 0.8 });
});

it("takes for usual what the platform does", () => {
  const whole = Object.values(import.meta.glob<string>("../../src/bongsu/core/revision.py", { query: "?raw", import: "default", eager: true }))[0] ?? "";
  const told = whole.slice(whole.indexOf("class Correlation("), whole.indexOf("\nRecord ="));
  const usual = [...told.matchAll(/^ {4}(\w+): float = ([\d.]+)$/gm)].map(([, name, value]) => [name, Number(value)]);
  expect(CORRELATION).toEqual(Object.fromEntries(usual));
});
