/** How long a right to see still lasts. */

/** Whole seconds left, never below zero; rounded up so that 00:00 means over. */
export function secondsLeft(until: string, nowMs: number): number {
  return Math.max(0, Math.ceil((Date.parse(until) - nowMs) / 1000));
}

/** "29:41", or "1:05:09" from an hour on. */
export function clockwork(seconds: number): string {
  const two = (n: number) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** Seconds since a moment, never negative. */
export function secondsSince(moment: string, nowMs: number): number {
  return Math.max(0, Math.floor((nowMs - Date.parse(moment)) / 1000));
}

const LONGEST_S = 3600; // the core refuses more at a time

/** What to ask for so that a right lasts `moreS` seconds longer than it does: the server counts from now. */
export function extendedBy(until: string, nowMs: number, moreS: number): number {
  return Math.min(LONGEST_S, secondsLeft(until, nowMs) + moreS);
}
