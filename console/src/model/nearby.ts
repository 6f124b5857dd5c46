/** Which videos show a case best: the grants' own ranking, else simply the nearest cameras. */
import { distanceM } from "./ground";
import type { CameraNote, Grant, Incident } from "./records";

export interface Sight {
  readonly camera: string;
  readonly name: string;
  readonly distance_m: number;
  readonly clear: boolean;
  readonly confident: boolean;
}

const NEAR_M = 500;

/** Sights in order of worth, each camera once; `register` is all cameras known here. Cameras on one pole share a name: the id tells them apart. */
export function sights(incident: Incident, grants: readonly Grant[], register: ReadonlyMap<string, CameraNote>): Sight[] {
  const found = ranked(incident, grants, register);
  const shares = (sight: Sight) => found.some((other) => other !== sight && other.name === sight.name);
  return found.map((sight) => (shares(sight) ? { ...sight, name: `${sight.camera} · ${sight.name}` } : sight));
}

function ranked(incident: Incident, grants: readonly Grant[], register: ReadonlyMap<string, CameraNote>): Sight[] {
  const granted = grants.flatMap((grant) => grant.views);
  if (granted.length > 0) {
    const firstOf = new Map<string, number>();
    granted.forEach((view, at) => firstOf.has(view.camera) || firstOf.set(view.camera, at));
    return granted
      .filter((view, at) => firstOf.get(view.camera) === at)
      .map((view) => ({ ...view, name: register.get(view.camera)?.name ?? view.camera }));
  }
  return nearest(incident, register);
}

function nearest(incident: Incident, register: ReadonlyMap<string, CameraNote>): Sight[] {
  const where = incident.where;
  if (where === null) return [];
  const near: Sight[] = [];
  for (const [camera, note] of register) {
    const distance_m = distanceM(where, note);
    if (distance_m > NEAR_M) continue;
    near.push({ camera, name: note.name, distance_m, clear: true, confident: note.heading_deg !== null });
  }
  return near.sort((a, b) => a.distance_m - b.distance_m).slice(0, 8);
}
