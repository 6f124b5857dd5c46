/** How far a picture may fall behind live, and what is done about it: decided here, done by the players. */

/** Above this many waiting pictures decoding starves; a whole cached group (30) must pass, it is how we begin. */
const STARVED = 45;
/** A decoder is never quite empty. */
const BUSY = 8;
/** Arrived so much later than what is on screen: with a decoder that does not keep up, only leaving out helps. */
const LATE_MS = 1_000;

export type Deed = "decode" | "skip" | "restart";

/** Of a picture that has come: decode it, leave it out, or (a keyframe) throw away what waits and go on from it. */
export function admit(key: boolean, needsKey: boolean, queued: number, lagMs: number): Deed {
  if (!key) return needsKey || queued > STARVED ? "skip" : "decode";
  const starves = queued > STARVED || (queued > BUSY && lagMs > LATE_MS);
  return starves ? "restart" : "decode";
}

/** A buffered player stays about this much behind, so that an uneven line does not stop it. */
const TARGET_S = 0.4;
const BEHIND_S = 0.8;
const WELL_BEHIND_S = 2;
/** Only from here on is it worth a jump that everybody sees. */
const FAR_S = 6;

export interface Pace {
  readonly rate: number;
  /** Jump to this much before the end, null for not at all. */
  readonly jump_s: number | null;
}

/** How fast a buffered player goes on: a little faster while it is behind, until it is back at its target. */
export function pace(behindS: number, rate: number, hasBegun: boolean): Pace {
  if (behindS > FAR_S || (!hasBegun && behindS > TARGET_S)) return { rate: 1, jump_s: TARGET_S };
  if (behindS > WELL_BEHIND_S) return { rate: 1.1, jump_s: null };
  const hurries = behindS > BEHIND_S || (rate > 1 && behindS > TARGET_S);
  return { rate: hurries ? 1.05 : 1, jump_s: null };
}
