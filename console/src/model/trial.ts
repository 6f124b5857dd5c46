/** A rule tried on recorded days, as the server tells it (doors.md). */
import type { Rule } from "./terms";

export interface Rang {
  readonly site: string;
  readonly began_ms: number;
  readonly at_ms: number;
  readonly over_ms?: number | null;
  /** The number of the real case it was near; none is left out. */
  readonly real?: number | null;
}

export interface Tried {
  readonly rang: readonly Rang[];
  readonly times: number;
  readonly near: number;
  readonly missed: readonly number[];
  readonly rows: number;
}

export interface Trying {
  readonly rule: Rule;
  readonly from_ms: number;
  readonly to_ms: number;
}

export const TRIAL_DAYS = [1, 7, 14, 30, 90] as const;
/** A list longer than this is not read by anybody: the rest is counted. */
export const RANG_SHOWN = 100;
const DAY_MS = 86_400_000;

export function tryingOf(rule: Rule, days: number, nowMs: number): Trying {
  return { rule, from_ms: nowMs - days * DAY_MS, to_ms: nowMs };
}

/** Which sentence tells of it. */
export type Verdict = "empty" | "silent" | "told";

export function verdictOf({ rows, times }: Tried): Verdict {
  if (rows === 0) return "empty";
  return times === 0 ? "silent" : "told";
}
