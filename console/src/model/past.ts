/** A stretch of time looked back at, and where on it there is something to see. */

export interface Past {
  readonly from_ms: number;
  readonly to_ms: number;
  /** The video processes that can show it, none for any. */
  readonly held?: readonly string[];
}

/** A recorded stretch as shares of the whole, 0..100. */
export interface Band {
  readonly left: number;
  readonly width: number;
}

/** Where on a past the recordings lie; what is between two bands is a gap. */
export function bandsOf({ from_ms, to_ms }: Past, spans: readonly (readonly [number, number])[]): readonly Band[] {
  const whole = to_ms - from_ms;
  if (whole <= 0) return [];
  return spans
    .map(([from, to]) => [Math.max(from, from_ms), Math.min(to, to_ms)] as const)
    .filter(([from, to]) => to > from)
    .map(([from, to]) => ({ left: (100 * (from - from_ms)) / whole, width: (100 * (to - from)) / whole }));
}
