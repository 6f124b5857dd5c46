/** Where somebody lost may be and where to look next: field for field what the core works out. */
import type { Where } from "./records";

export type Line = readonly (readonly [number, number])[];

export interface Review {
  readonly camera: string;
  readonly from_ms: number;
  readonly to_ms: number;
  /** The probability that it shows them. */
  readonly finds: number;
  readonly per_minute: number;
}

export interface Patrol {
  readonly name: string;
  readonly lines: readonly Line[];
  readonly minutes: number;
  readonly finds: number;
  readonly per_minute: number;
}

export interface CameraTime {
  readonly camera: string;
  readonly reviewed_s: number;
  readonly unreviewed_s: number;
}

export interface SearchMap {
  readonly incident: string;
  readonly at_ms: number;
  readonly number: number;
  readonly problem: string;
  readonly subject: string;
  readonly where: Where | null;
  readonly seen_ms: number;
  readonly heading_deg: number | null;
  readonly searched: number;
  readonly shown: number;
  /** lon, lat, lon, lat, and the level: 0 the densest quarter of the probability, 3 up to nine tenths. */
  readonly heat: readonly (readonly [number, number, number, number, number])[];
  readonly reviews: readonly Review[];
  readonly patrols: readonly Patrol[];
  readonly patrolled: readonly Line[];
  readonly cameras: readonly CameraTime[];
  readonly reviewed_s: number;
  readonly unreviewed_s: number;
}

/** A stretch of a recording (Unix ms). */
export interface Stretch {
  readonly from_ms: number;
  readonly to_ms: number;
}

const MINUTE_MS = 60_000;

/** What of a review was looked at: its minutes of which half or more was on the screen, joined where they touch. */
export function looked(seconds: ReadonlySet<number>, { from_ms, to_ms }: Stretch): readonly Stretch[] {
  const found: Stretch[] = [];
  for (let at = from_ms; at < to_ms; at += MINUTE_MS) {
    const end = Math.min(at + MINUTE_MS, to_ms);
    const shown = [...seconds].filter((one) => at <= one * 1000 && one * 1000 < end).length;
    if (shown * 2000 < end - at) continue;
    const before = found.at(-1);
    if (before?.to_ms === at) found[found.length - 1] = { from_ms: before.from_ms, to_ms: end };
    else found.push({ from_ms: at, to_ms: end });
  }
  return found;
}

/** The categories whose distances are published. */
export const SUBJECTS = ["dementia"] as const;

/** A probability as a percentage people can read: never "0" of something that is there. */
export function percent(share: number): string {
  if (share <= 0) return "0%";
  if (share < 0.001) return "< 0.1%";
  return share < 0.1 ? `${(share * 100).toFixed(1)}%` : `${Math.round(share * 100)}%`;
}

/** Seconds as hours and minutes. */
export function span(seconds: number): { hours: number; minutes: number } {
  const minutes = Math.round(seconds / 60);
  return { hours: Math.floor(minutes / 60), minutes: minutes % 60 };
}
