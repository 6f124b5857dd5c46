/** What a camera itself reports of what it sees. */

export interface Seen {
  readonly what: string;
  readonly result: boolean | number | string;
  /** Unix ms, by the server's clock. */
  readonly at_ms: number;
  readonly feature: string;
}

/** What was reported and is over is still worth a word for so long. */
const LATELY_MS = 60_000;
/** A thing that happened (a line crossed, a face) has no end of its own. */
const FRESH_MS = 10 * 60_000;
const MOST = 2;

/** What is worth showing now: what is so, then what ended just now; each the newest first. */
export function worthSaying(told: readonly Seen[], nowMs: number): readonly Seen[] {
  const fresh = told.filter(({ result, at_ms }) => nowMs - at_ms < (result === false ? LATELY_MS : FRESH_MS) && result !== 0);
  return fresh.toSorted((a, b) => Number(a.result === false) - Number(b.result === false) || b.at_ms - a.at_ms).slice(0, MOST);
}
