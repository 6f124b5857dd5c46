/** What a case of the care services is about, in the service's own terms: which properties say it, and how they are read. */
import { distanceM } from "./ground";
import type { History, Reach } from "./devices";
import type { Incident, Where } from "./records";

export interface CareView {
  readonly service: string;
  /** What matters of a device here, in this order. */
  readonly properties: readonly string[];
  /** Drawn over time: the first of these that a device of the case tells. "position" is drawn as the distance from the safe zone. */
  readonly charts: readonly string[];
  readonly reach: Reach;
  readonly also: "rhythm" | "drift" | "nearest" | "";
}

const ELDER: CareView = { service: "elder_care", properties: ["motion", "door_open", "power", "help", "away", "water_flow"], charts: ["motion", "door_open", "power", "water_flow"], reach: "week", also: "rhythm" };
const WANDERING: CareView = { service: "wandering", properties: ["battery", "heart_rate", "help", "speed"], charts: ["position"], reach: "hours", also: "" };
const BUS: CareView = { service: "childcare", properties: ["aboard", "ignition", "boarded", "alighted"], charts: ["aboard"], reach: "hours", also: "" };
const TAG: CareView = { ...BUS, charts: [] };
const WATER: CareView = { service: "water_meters", properties: ["water_flow", "water_volume"], charts: ["water_flow"], reach: "day", also: "" };
const BIN: CareView = { service: "smart_bins", properties: ["fill", "temperature", "smoke", "battery"], charts: ["fill"], reach: "day", also: "" };
const BIN_FIRE: CareView = { ...BIN, properties: ["temperature", "smoke", "fill", "battery"], charts: ["temperature"], reach: "hours", also: "nearest" };
const STRUCTURE: CareView = { service: "structures", properties: ["tilt", "crack_width", "vibration", "temperature"], charts: ["tilt", "crack_width"], reach: "month", also: "drift" };
const ROOM: CareView = { service: "room_fire", properties: ["smoke", "temperature", "gas", "humidity"], charts: ["temperature", "smoke"], reach: "hours", also: "nearest" };

const VIEWS: Readonly<Record<string, CareView>> = {
  elder_inactive: ELDER,
  elder_help: ELDER,
  water_no_use: { ...ELDER, properties: ["water_flow", "water_volume", "away"], charts: ["water_flow"] },
  wandering: WANDERING,
  wandering_night: WANDERING,
  child_left_behind: BUS,
  child_boarded: TAG,
  child_alighted: TAG,
  water_leak: WATER,
  water_burst: WATER,
  bin_full: BIN,
  bin_fire: BIN_FIRE,
  structure_drift: STRUCTURE,
  structure_danger: STRUCTURE,
  room_fire: ROOM,
  room_gas: { ...ROOM, properties: ["gas", "smoke", "temperature"], charts: ["gas", "smoke"] },
};

export interface CareCase extends CareView {
  /** The site or device our own rules found something at. */
  readonly subject: string;
  readonly beganMs: number;
}

/** What to show of a case; null where it is no care case, or nothing of ours detected it. */
export function careOf({ kind, occurrence }: Pick<Incident, "kind" | "occurrence">): CareCase | null {
  const view = VIEWS[kind];
  const [, subject, began] = /^[^:]+:(.+):(\d+)$/.exec(occurrence) ?? [];
  return view === undefined || subject === undefined ? null : { ...view, subject, beganMs: Number(began) };
}

/** The property to draw of a device that tells these; "" where there is none. Every device tells its place. */
export function chartOf({ charts }: CareView, observes: readonly string[]): string {
  return charts.find((one) => one === "position" || observes.includes(one)) ?? "";
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const KST_MS = 9 * HOUR_MS;

export interface Rhythm {
  /** Of each hour of the day, the share of the days before today in which something moved. */
  readonly usual: readonly number[];
  readonly today: readonly boolean[];
  readonly days: number;
  /** 0: none in the history. */
  readonly lastMs: number;
}

/** When something moves at a home, by hour of the (Korean) day: as usual, and today. Movement is any result over one half. */
export function rhythmOf({ time_ms = [], mean = [], high }: History, nowMs: number): Rhythm {
  const dayOf = (ms: number) => Math.floor((ms + KST_MS) / DAY_MS);
  const now = dayOf(nowMs);
  const seen = Array.from({ length: 24 }, () => new Set<number>());
  const days = new Set<number>();
  let lastMs = 0;
  time_ms.forEach((ms, at) => {
    if (dayOf(ms) < now) days.add(dayOf(ms));
    if ((high?.[at] ?? mean[at] ?? 0) <= 0.5) return;
    seen[Math.floor(((ms + KST_MS) % DAY_MS) / HOUR_MS)]?.add(dayOf(ms));
    lastMs = Math.max(lastMs, ms);
  });
  const usual = seen.map((told) => (days.size === 0 ? 0 : [...told].filter((day) => day < now).length / days.size));
  return { usual, today: seen.map((told) => told.has(now)), days: days.size, lastMs };
}

/** How far the newest of a history has gone from its beginning, each as the mean of three; null where there are too few to say. */
export function driftOf({ mean = [] }: History): number | null {
  const middle = (part: readonly number[]) => part.reduce((sum, one) => sum + one, 0) / part.length;
  return mean.length < 6 ? null : middle(mean.slice(-3)) - middle(mean.slice(0, 3));
}

/** A history of places as one of distances from a place, in metres. */
export function distancesOf(history: History, from: Where): History {
  const { lon = [], lat = [], low: _, high: __, ...rest } = history;
  return { ...rest, unit: "m", form: "raw", mean: lon.map((east, at) => distanceM(from, { lon: east, lat: lat[at] ?? 0 })) };
}

/** The middle of a ring's corners; null of none. */
export function middleOf(ring: readonly (readonly [number, number])[]): Where | null {
  const corners = ring.slice(1); // the last repeats the first
  if (corners.length === 0) return null;
  const mean = (axis: 0 | 1) => corners.reduce((sum, corner) => sum + corner[axis], 0) / corners.length;
  return { lon: mean(0), lat: mean(1) };
}

export interface Near {
  readonly name: string;
  readonly distance_m: number;
}

export interface PlaceColumns {
  readonly id: readonly string[];
  readonly name: readonly string[];
  readonly lon: readonly number[];
  readonly lat: readonly number[];
}

/** The nearest of some places, at most so many. */
export function nearestOf({ id, name, lon, lat }: PlaceColumns, where: Where, most: number): Near[] {
  return id
    .map((one, at) => ({ name: name[at] || one, distance_m: distanceM(where, { lon: lon[at] ?? 0, lat: lat[at] ?? 0 }) }))
    .toSorted((a, b) => a.distance_m - b.distance_m)
    .slice(0, most);
}
