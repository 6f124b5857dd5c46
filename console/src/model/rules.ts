/** The rules of the telemetry plane: which fields a danger has, in which unit, and what a field left out means. */
import type { Danger, RuleTerms, Term } from "./terms";

export const DANGERS: readonly Danger[] = ["threshold", "absence", "geofence", "silent", "drift", "together"];

export const SEVERITIES = ["Extreme", "Severe", "Moderate", "Minor", "Unknown"] as const;

/** "own" is the unit of the property beside it. */
export type Unit = "own" | "own_min" | "s" | "h" | "clock" | "m" | "weeks" | "readings" | "times" | "";
export interface Field {
  readonly name: string;
  readonly form: "number" | "switch" | "property";
  readonly unit: Unit;
  /** What it is where it is left out: null for nothing, undefined where it must be given. */
  readonly usual?: number | boolean | string | null;
}
export interface List {
  readonly name: string;
  readonly fields: readonly Field[];
  readonly fresh: Readonly<Record<string, Term>>;
}

const number = (name: string, unit: Unit, usual?: number | null): Field => ({ name, form: "number", unit, ...(usual === undefined ? {} : { usual }) });
const property: Field = { name: "property", form: "property", unit: "" };
const rise = [number("rise_per_min", "own_min", null), number("rise_over_s", "s", 60)];
const limits = [number("above", "own", null), number("below", "own", null)];

export const FIELDS: Readonly<Record<Danger, readonly Field[]>> = {
  threshold: [property, ...limits, number("hysteresis", "own", 0), number("for_s", "s", 0), ...rise],
  absence: [],
  geofence: [
    { name: "enter", form: "switch", unit: "", usual: false },
    { name: "exit", form: "switch", unit: "", usual: false },
    number("dwell_s", "s", null),
    number("margin_m", "m", 20),
    number("settle_s", "s", 0),
  ],
  silent: [number("silent_s", "s", null), { ...property, usual: "" }, number("stuck_s", "s", null), number("stuck_readings", "readings", 10)],
  drift: [property, number("change", "own"), number("hysteresis", "own", 0), number("mean_h", "h", 6), number("settle_h", "h", 72), number("baseline_h", "h", 0)],
  together: [number("within_s", "s", 300)],
};

export const LISTS: Readonly<Record<Danger, readonly List[]>> = {
  threshold: [],
  absence: [
    { name: "signs", fields: [property, number("above", "own", null), number("change", "own", null)], fresh: { property: "motion", above: 1 } },
    { name: "limits", fields: [number("from_h", "clock"), number("to_h", "clock"), number("limit_h", "h")], fresh: { from_h: 0, to_h: 24, limit_h: 24 } },
  ],
  geofence: [],
  silent: [],
  drift: [],
  together: [{ name: "conditions", fields: [property, ...limits, ...rise], fresh: { property: "smoke", above: 0.5 } }],
};

export const RHYTHM: readonly Field[] = [
  number("improbable", "", 1e-6),
  number("memory_weeks", "weeks", 6),
  number("known_weeks", "weeks", 2),
  number("margin", "times", 0.5),
  number("at_least_h", "h", 3),
];

/** The unit of each property (UCUM), as the platform has it. */
export const UNITS: Readonly<Record<string, string>> = {
  motion: "1",
  door_open: "1",
  light: "lx",
  power: "W",
  energy: "kW.h",
  water_volume: "m3",
  water_flow: "L/h",
  temperature: "Cel",
  humidity: "%",
  smoke: "1",
  flame: "1",
  gas: "[ppm]",
  fill: "1",
  tilt: "deg",
  crack_width: "mm",
  vibration: "mm/s",
  water_level: "m",
  battery: "1",
  heart_rate: "/min",
  steps: "1",
  boarded: "1",
  alighted: "1",
  ignition: "1",
  help: "1",
  speed: "m/s",
  aboard: "1",
  away: "1",
};

const FRESH: Readonly<Record<Danger, RuleTerms>> = {
  threshold: { danger: "threshold", property: "temperature" },
  absence: { danger: "absence", signs: [{ property: "motion", above: 1 }], limits: [{ from_h: 0, to_h: 24, limit_h: 24 }] },
  geofence: { danger: "geofence", exit: true },
  silent: { danger: "silent" },
  drift: { danger: "drift", property: "tilt" },
  together: { danger: "together", conditions: [{ property: "smoke", above: 0.5 }, { property: "temperature", rise_per_min: 5 }] },
};

/** The terms of a danger nobody has filled in yet: what only a person can say is left out. */
export function freshTerms(danger: Danger): RuleTerms {
  return FRESH[danger];
}

/** A table with one field set; what is nothing, or what it would be anyway, is left out. */
export function withField<T extends Readonly<Record<string, Term>>>(table: T, field: Field, value: Term): T {
  const rest = Object.fromEntries(Object.entries(table).filter(([name]) => name !== field.name));
  const isNothing = value === null || value === "" || Number.isNaN(value) || value === field.usual;
  return (isNothing ? rest : { ...rest, [field.name]: value }) as T;
}

/** The tables of a list in the terms; none where it is left out. */
export function tablesOf(terms: RuleTerms, list: string): readonly Readonly<Record<string, Term>>[] {
  const held = terms[list];
  return Array.isArray(held) ? (held as Readonly<Record<string, Term>>[]) : [];
}

/** A field that must be given and is not. */
export function missing(table: Readonly<Record<string, Term>>, fields: readonly Field[]): boolean {
  return fields.some((field) => field.usual === undefined && !(field.name in table));
}

/** Whether the terms cannot be sent as they are. */
export function unfinished(terms: RuleTerms): boolean {
  return missing(terms, FIELDS[terms.danger]) || LISTS[terms.danger].some(({ name, fields }) => tablesOf(terms, name).some((one) => missing(one, fields)));
}
