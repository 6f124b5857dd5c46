/** Which cases might be one event: the open ones that are near in place and time, the likeliest first. */
import { isOver } from "./board";
import { distanceM } from "./ground";
import type { Incident } from "./records";

export interface Candidate {
  readonly incident: Incident;
  /** null where one of the two has no place. */
  readonly distance_m: number | null;
  readonly apart_s: number;
}

const SHOWN = 8;
const NOWHERE_M = 2_000; // a case without a place stands behind those within two kilometres

/** Open cases other than this one, of the same status (a drill is never merged with the real thing). */
export function candidates(incident: Incident, incidents: Iterable<Incident>): Candidate[] {
  return [...incidents]
    .filter((one) => one.id !== incident.id && !isOver(one) && one.status === incident.status)
    .map((one) => candidate(incident, one))
    .sort((a, b) => weight(a) - weight(b) || (a.incident.id < b.incident.id ? -1 : 1))
    .slice(0, SHOWN);
}

function candidate(incident: Incident, other: Incident): Candidate {
  const both = incident.where !== null && other.where !== null;
  return {
    incident: other,
    distance_m: both && incident.where && other.where ? distanceM(incident.where, other.where) : null,
    apart_s: Math.abs(Date.parse(incident.occurred_at) - Date.parse(other.occurred_at)) / 1000,
  };
}

/** A second apart weighs as much as a metre: about the pace of a person. */
function weight({ distance_m, apart_s }: Candidate): number {
  return (distance_m ?? NOWHERE_M) + apart_s;
}
