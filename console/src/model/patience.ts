/** How long to wait before the next try: doubling from half a second to eight, with jitter against stampedes. */

const FIRST_MS = 500;
const LONGEST_MS = 8000;

/** Milliseconds for the nth try (from 0); `chance` is a number in [0, 1). */
export function waitMs(attempt: number, chance: number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return Math.round(full * (0.75 + chance / 2));
}
