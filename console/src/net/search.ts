/** Looking for somebody lost: what an operator can ask of the core. */
import type { Patrol, SearchMap, Stretch } from "../model/search";
import { ask, Problem } from "./http";

const at = (incident: string, what: string) => `/v1/incidents/${encodeURIComponent(incident)}/${what}`;

/** The map; null while it is not worked out yet, or nobody is lost in this case. */
export async function findSearchMap(incident: string): Promise<SearchMap | null> {
  try {
    return await ask<SearchMap>("GET", at(incident, "search-map"));
  } catch (problem) {
    if (problem instanceof Problem && /^search\.(none|not_yet)$/.test(problem.code)) return null;
    throw problem;
  }
}

export interface Known {
  readonly subject: string;
  readonly seen_ms: number | null;
  readonly heading_deg: number | null;
}

export const describeLost = (incident: string, known: Known) => ask<unknown>("POST", at(incident, "lost"), known);

/** One note a stretch, one after the other: each is a line of the ledger. */
export async function noteReviewed(incident: string, camera: string, stretches: readonly Stretch[]): Promise<void> {
  for (const { from_ms, to_ms } of stretches) await ask<unknown>("POST", at(incident, "searched"), { camera, from_ms, to_ms });
}

export const notePatrolled = (incident: string, { lines, minutes }: Patrol) =>
  ask<unknown>("POST", at(incident, "searched"), { lines, minutes });
