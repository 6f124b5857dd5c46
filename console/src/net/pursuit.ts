/** Watching for somebody who fled: what an operator can ask of the core. */
import type { Flees, WatchPlan } from "../model/pursuit";
import { ask, Problem } from "./http";

const at = (incident: string, what: string) => `/v1/incidents/${encodeURIComponent(incident)}/${what}`;

/** The plan; null while it is not worked out yet, or nobody fled in this case. */
export async function findWatchPlan(incident: string): Promise<WatchPlan | null> {
  try {
    return await ask<WatchPlan>("GET", at(incident, "watch-plan"));
  } catch (problem) {
    if (problem instanceof Problem && /watch\.(none|not_yet)$/.test(problem.code)) return null;
    throw problem;
  }
}

/** `fledMs` null: when the case says that it happened. */
export const startWatch = (incident: string, mode: Flees, fledMs: number | null) =>
  ask<unknown>("POST", at(incident, "watch-plan"), { mode, fled_ms: fledMs });

export const noteSeen = (incident: string, camera: string, seenMs: number) =>
  ask<unknown>("POST", at(incident, "sightings"), { camera, seen_ms: seenMs });
