/** Junctions with a signal, as the core shows them: what is asked of them, and what is wrong with their line. */

export interface PriorityAsk {
  readonly unit: string;
  readonly incident: string;
  readonly state: string;
  readonly arrives_ms: number;
  readonly acknowledged: boolean;
  /** Since when it is green for this crew; null while it is not. */
  readonly green_from_ms: number | null;
}

export interface Junction {
  readonly id: string;
  readonly name: string;
  readonly name_en: string;
  /** The code of what is wrong with its line, "" nothing. */
  readonly trouble: string;
  /** "" until it was heard. */
  readonly mode: string;
  readonly asks: readonly PriorityAsk[];
  readonly waiting: readonly { readonly unit: string; readonly incident: string; readonly why: string }[];
}

export const inTrouble = (one: Junction): boolean => one.trouble !== "" || one.mode === "flash";

const rank = (one: Junction): number => (one.asks.length > 0 ? 0 : one.waiting.length > 0 ? 1 : 2);

/** Those something is asked of or wrong with: held ones first, then those crews wait for, then the troubled. */
export function shownFirst(all: readonly Junction[]): Junction[] {
  return all.filter((one) => rank(one) < 2 || inTrouble(one)).sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1));
}
