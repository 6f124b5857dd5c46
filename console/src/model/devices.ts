/** Devices and what they told, as the server tells it (doors.md), and as a chart wants it. */

export interface Reading {
  readonly observed_property: string;
  /** UCUM */
  readonly unit: string;
  readonly result: number;
  readonly time_ms: number;
}

export interface DeviceRecord {
  readonly id: string;
  readonly kind: string;
  readonly name?: string;
  readonly observes: readonly string[];
  readonly site?: string;
  readonly ward?: string;
}

export interface DeviceState {
  readonly device: DeviceRecord;
  readonly readings?: readonly Reading[];
  readonly stand?: { readonly lon: number; readonly lat: number; readonly time_ms: number };
  readonly heard_ms?: number;
  readonly trouble?: string;
  /** It protects a ward: what it told is left out. */
  readonly withheld?: boolean;
}

export interface DevicePage {
  readonly devices: readonly DeviceState[];
  readonly total: number;
  /** Where the next page begins; "" there is none. */
  readonly after: string;
  readonly now_ms: number;
}

export interface History {
  readonly device: string;
  readonly observed_property: string;
  readonly unit: string;
  readonly form: "raw" | "spans";
  readonly readings: number;
  readonly time_ms?: readonly number[];
  readonly low?: readonly number[];
  readonly mean?: readonly number[];
  readonly high?: readonly number[];
  readonly lon?: readonly number[];
  readonly lat?: readonly number[];
  readonly erased_ms?: number;
}

export interface Quarantined {
  readonly at_ms: number;
  readonly reason: string;
  readonly source?: string;
  readonly device?: string;
  readonly observed_property?: string;
  readonly result?: number | null;
  readonly detail?: string;
}

export interface QuarantineList {
  readonly rows: readonly Quarantined[];
  readonly counts: Readonly<Record<string, number>>;
  readonly sources: Readonly<Record<string, number>>;
}

export interface Erased {
  readonly ward: string;
  /** Whether there was any. */
  readonly found: boolean;
  readonly at_ms: number;
}

/** Why one may look at a ward's devices: an open case about them, or a reason. */
export interface Ground {
  readonly incident?: string;
  readonly reason?: string;
}

export interface Wanted {
  readonly kind: string;
  readonly text: string;
  readonly troubled: boolean;
}

export type Reach = "hours" | "day" | "week" | "month";

const DAY_MS = 86_400_000;
const REACH_MS: Readonly<Record<Reach, number>> = { hours: DAY_MS / 8, day: DAY_MS, week: 7 * DAY_MS, month: 31 * DAY_MS };

export const REACHES: readonly Reach[] = ["hours", "day", "week", "month"];

export const KINDS: readonly string[] = [
  "activity", "door", "power_meter", "water_meter", "wearable", "bus", "tag_reader", "bin", "structure", "fire_detector", "traffic_detector", "phone", "other",
];

/** The time a history reaches over, up to now: [from, to) in Unix milliseconds. */
export function spanOf(reach: Reach, nowMs: number): readonly [number, number] {
  return [nowMs - REACH_MS[reach], nowMs];
}

/** UCUM codes as people write them. */
const SIGNS: Readonly<Record<string, string>> = { "1": "", Cel: "°C", m3: "m³", "kW.h": "kWh", "[ppm]": "ppm", deg: "°" };

export function signOf(unit: string): string {
  return SIGNS[unit] ?? unit;
}

/** "12.5 W"; at most three digits behind the point, and none that say nothing. */
export function valueOf(result: number, unit: string): string {
  const figure = String(Math.round(result * 1000) / 1000);
  const sign = signOf(unit);
  return sign === "" ? figure : `${figure} ${sign}`;
}

const SHARES = ["fill", "battery"];
const FLAGS = ["motion", "door_open", "flame", "boarded", "alighted", "ignition", "help", "away"];

/** Of these only whether it is so counts, not how much. */
export const isFlag = (property: string): boolean => FLAGS.includes(property);

/** What a result is for a reader: a share of a hundred, whether something is so, or a figure. */
export function shownOf({ observed_property, result, unit }: Omit<Reading, "time_ms">): string | boolean {
  if (isFlag(observed_property)) return result > 0.5;
  return SHARES.includes(observed_property) ? `${Math.round(result * 1000) / 10} %` : valueOf(result, unit);
}

export interface Age {
  readonly unit: "s" | "min" | "h" | "d";
  readonly count: number;
}

/** A length of time in the largest unit that fits; none is negative. */
export function lengthOf(ms: number): Age {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return { unit: "s", count: seconds };
  if (seconds < 3_600) return { unit: "min", count: Math.floor(seconds / 60) };
  if (seconds < 86_400) return { unit: "h", count: Math.floor(seconds / 3_600) };
  return { unit: "d", count: Math.floor(seconds / 86_400) };
}

/** How long ago something was; 0 s for what seems to be ahead of us. */
export function ageOf(atMs: number, nowMs: number): Age {
  return lengthOf(nowMs - atMs);
}

/** Columns for a chart: seconds, the result or mean, and the least and greatest where spans are told. */
export type Columns = readonly [number[], number[], number[], number[]] | readonly [number[], number[]];

export function columnsOf({ form, time_ms = [], mean = [], low = [], high = [] }: History): Columns {
  const seconds = time_ms.map((ms) => ms / 1000);
  return form === "spans" ? [seconds, [...mean], [...low], [...high]] : [seconds, [...mean]];
}

/** Reasons with how often each, the most frequent first. */
export function reasonsOf({ counts }: QuarantineList): readonly (readonly [string, number])[] {
  return Object.entries(counts).toSorted((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
}
