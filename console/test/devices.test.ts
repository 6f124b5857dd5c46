import { expect, test } from "vitest";
import { ageOf, columnsOf, KINDS, reasonsOf, signOf, spanOf, valueOf, type History } from "../src/model/devices";
import { look, NOTHING, type DevicesWord } from "../src/model/spots";
import en from "../src/words/en.json";
import ko from "../src/words/ko.json";

const sources: Record<string, string> = import.meta.glob(["../../src/bongsu/core/*.py", "../../src/bongsu/telemetry/reasons.py"], { query: "?raw", import: "default", eager: true });
const NOW = 1_795_300_000_000;
const history = (more: Partial<History>): History => ({ device: "D1", observed_property: "power", unit: "W", form: "raw", readings: 0, ...more });

test("a value has its unit as people write it, and no digits that say nothing", () => {
  expect(valueOf(12.5, "W")).toBe("12.5 W");
  expect(valueOf(21.12345, "Cel")).toBe("21.123 °C");
  expect(valueOf(1, "1")).toBe("1");
  expect(signOf("mm/s")).toBe("mm/s");
});

test("an age is told in the largest unit that fits, and never in the future", () => {
  expect(ageOf(NOW - 59_999, NOW)).toEqual({ unit: "s", count: 59 });
  expect(ageOf(NOW - 60_000, NOW)).toEqual({ unit: "min", count: 1 });
  expect(ageOf(NOW - 3_600_000, NOW)).toEqual({ unit: "h", count: 1 });
  expect(ageOf(NOW - 49 * 3_600_000, NOW)).toEqual({ unit: "d", count: 2 });
  expect(ageOf(NOW + 5_000, NOW)).toEqual({ unit: "s", count: 0 });
});

test("a history reaches back from now", () => {
  expect(spanOf("day", NOW)).toEqual([NOW - 86_400_000, NOW]);
  expect(spanOf("week", NOW)[0]).toBe(NOW - 7 * 86_400_000);
});

test("a chart gets seconds, and the least and greatest only where spans are told", () => {
  expect(columnsOf(history({ time_ms: [1000, 2500], mean: [1, 2] }))).toEqual([[1, 2.5], [1, 2]]);
  const spans = history({ form: "spans", time_ms: [1000], low: [0], mean: [1], high: [3] });
  expect(columnsOf(spans)).toEqual([[1], [1], [0], [3]]);
  expect(columnsOf(history({}))).toEqual([[], []]);
});

test("the most frequent reason comes first", () => {
  const counts = { late: 1, future: 7, duplicate: 1 };
  expect(reasonsOf({ rows: [], counts, sources: {} })).toEqual([["future", 7], ["duplicate", 1], ["late", 1]]);
});

test("every kind, property and reason the platform knows has a word in both languages", () => {
  const source = (path: string) => sources[`../../src/bongsu/${path}`] ?? "";
  const kinds = [...source("core/device.py").matchAll(/^ {4}[A-Z_]+ = "(\w+)"/gm)].map(([, name]) => name);
  const properties = [...source("core/observed.py").matchAll(/"(\w+)": Observed\(/g)].map(([, name]) => name);
  const reasons = [...source("telemetry/reasons.py").matchAll(/^ {4}([A-Z_]+) = \d+/gm)].map(([, name]) => String(name).toLowerCase());
  expect(kinds).toEqual(KINDS);
  expect(properties.length).toBeGreaterThan(20);
  const keys = [...kinds.map((one) => `devicekind.${one}`), ...properties.map((one) => `property.${one}`), ...reasons.filter((one) => one !== "taken").map((one) => `quarantine.${one}`)];
  for (const words of [ko, en]) expect(keys.filter((key) => !(key in words))).toEqual([]);
});

test("while telemetry is away nothing is in view, and that is said until it answers again", () => {
  const word: DevicesWord = { what: "devices", whole: true, more: false, away: false, id: ["A"], name: [""], lon: [127], lat: [37.5], state: ["fine"], readings: [[]], gone: [] };
  const seen = look(NOTHING, word);
  const lost = look(seen, { ...word, away: true, id: [] });
  expect([lost.spots.size, lost.away]).toEqual([0, true]);
  expect(look(lost, word)).toEqual(seen);
});
