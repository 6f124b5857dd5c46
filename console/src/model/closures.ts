/** Closed roads: which hold at a moment, and the places they close. */
import { listOf, type Records } from "./revisions";
import type { Corner } from "./ring";
import type { Closure } from "./terms";

/** The road is closed at that moment: from `since` on, no longer at `until`. */
export function holds({ since, until }: Closure, nowMs: number): boolean {
  return (!since || Date.parse(since) <= nowMs) && (!until || nowMs < Date.parse(until));
}

export interface Held {
  readonly name: string;
  readonly place: Corner;
}

/** Every place that is closed now, with what the closure is called. */
export function heldNow(records: Records, nowMs: number): Held[] {
  return listOf(records, "closure").flatMap(({ body }) =>
    body?.type === "closure" && holds(body, nowMs) ? body.at.map((place) => ({ name: body.name, place })) : [],
  );
}
