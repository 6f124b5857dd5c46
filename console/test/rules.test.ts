import { describe, expect, it } from "vitest";
import { blank } from "../src/model/revisions";
import { DANGERS, FIELDS, freshTerms, LISTS, RHYTHM, tablesOf, unfinished, UNITS, withField, type Field } from "../src/model/rules";
import en from "../src/words/en.json";
import ko from "../src/words/ko.json";

const sources: Record<string, string> = import.meta.glob("../../src/bongsu/core/{rule,observed}.py", { query: "?raw", import: "default", eager: true });
const rule = sources["../../src/bongsu/core/rule.py"] ?? "";
const observed = sources["../../src/bongsu/core/observed.py"] ?? "";

/** The fields of a class of core/rule.py with their defaults as written there; undefined where there is none. */
function python(name: string): Record<string, string | undefined> {
  const body = rule.split(`class ${name}(`)[1]?.split(/\nclass |\n[A-Z]/)[0] ?? "";
  return Object.fromEntries([...body.matchAll(/^ {4}(\w+): [^=\n]+?(?: = (.+))?$/gm)].map((found) => [found[1] ?? "", found[2]]));
}
const usual = (field: Field): string | undefined => {
  if (field.usual === undefined) return undefined;
  if (field.usual === null) return "None";
  if (typeof field.usual === "boolean") return field.usual ? "True" : "False";
  return typeof field.usual === "string" ? `"${field.usual}"` : String(field.usual);
};
const written = (fields: readonly Field[]) => Object.fromEntries(fields.map((field) => [field.name, usual(field)]));
const numeric = (told: Record<string, string | undefined>) => Object.fromEntries(Object.entries(told).map(([name, value]) => [name, value !== undefined && !Number.isNaN(Number(value)) ? String(Number(value)) : value]));
const without = (told: Record<string, string | undefined>, ...names: string[]) => Object.fromEntries(Object.entries(told).filter(([name]) => !names.includes(name)));

describe("the fields of rules", () => {
  it("are those of the platform, with the same defaults", () => {
    const classes = { threshold: "Threshold", absence: "Absence", geofence: "Geofence", silent: "Silent", drift: "Drift", together: "Together" };
    for (const danger of DANGERS) {
      const lists = ["signs", "limits", "rhythm", "zones", "rings", "conditions"];
      expect(written(FIELDS[danger]), danger).toEqual(numeric(without(python(classes[danger]), ...lists)));
    }
    expect(written(RHYTHM)).toEqual(numeric(python("Rhythm")));
    const inLists = { signs: "Sign", limits: "DayPart", conditions: "Condition" } as Record<string, string>;
    for (const list of Object.values(LISTS).flat()) expect(written(list.fields), list.name).toEqual(numeric(python(inLists[list.name] ?? "")));
  });

  it("know every property and its unit", () => {
    const units = [...observed.matchAll(/"(\w+)": Observed\("([^"]+)"/g)].map((found) => [found[1], found[2]]);
    expect(Object.entries(UNITS)).toEqual(units);
  });

  it("have words and units in both languages", () => {
    const fields = [...Object.values(FIELDS).flat(), ...Object.values(LISTS).flatMap((lists) => lists.flatMap((list) => list.fields)), ...RHYTHM];
    const own = ["", "own", "own_min"];
    const keys = [...fields.map((field) => `rulefield.${field.name}`), ...Object.values(LISTS).flat().map((list) => `rulefield.${list.name}`), ...DANGERS.flatMap((one) => [`danger.${one}`, `dangerwhat.${one}`]), ...fields.filter((field) => !own.includes(field.unit)).map((field) => `ruleunit.${field.unit}`)];
    for (const words of [ko, en]) expect(keys.filter((key) => !(key in words))).toEqual([]);
  });
});

describe("a rule being written", () => {
  const hysteresis = FIELDS.threshold.find((field) => field.name === "hysteresis") as Field;

  it("leaves out what is nothing or usual", () => {
    const terms = freshTerms("threshold");
    expect(withField(terms, hysteresis, 5)).toEqual({ ...terms, hysteresis: 5 });
    for (const value of [Number.NaN, 0, null, ""]) expect(withField({ ...terms, hysteresis: 5 }, hysteresis, value)).toEqual(terms);
  });

  it("is unfinished while something that must be said is not", () => {
    expect(unfinished(freshTerms("drift"))).toBe(true);
    expect(unfinished({ ...freshTerms("drift"), change: 0.5 })).toBe(false);
    expect(unfinished({ danger: "absence", signs: [], limits: [{ from_h: 6, to_h: 22 }] })).toBe(true);
    expect(unfinished(freshTerms("together"))).toBe(false);
  });

  it("begins switched off and as a notice", () => {
    expect(blank("rule")).toEqual({ type: "rule", name: "", terms: freshTerms("threshold") });
    expect(tablesOf(freshTerms("absence"), "signs")).toHaveLength(1);
    expect(tablesOf(freshTerms("absence"), "none")).toEqual([]);
  });
});
