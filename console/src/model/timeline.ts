/** The last hour as counts per minute, and where the rate was a flood. */

export const MINUTES = 60;
const MINUTE_MS = 60_000;
const FLOOD_MINUTES = 10;
const FLOOD = 10; // ISA-18.2: more than 10 alarms in 10 minutes are more than one seat can handle

export interface Bin {
  readonly fromMs: number;
  readonly count: number;
  readonly flood: boolean;
}

/** Sixty minutes ending with the running one, oldest first; moments outside are left out. */
export function bins(momentsMs: Iterable<number>, nowMs: number): Bin[] {
  const first = (Math.floor(nowMs / MINUTE_MS) - MINUTES + 1) * MINUTE_MS;
  const counts = new Array<number>(MINUTES).fill(0);
  for (const moment of momentsMs) {
    const at = Math.floor((moment - first) / MINUTE_MS);
    if (at >= 0 && at < MINUTES) counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts.map((count, at) => ({
    fromMs: first + at * MINUTE_MS,
    count,
    flood: count > 0 && sum(counts.slice(Math.max(0, at - FLOOD_MINUTES + 1), at + 1)) > FLOOD,
  }));
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
