/** Which videos show a case best: the grants' own ranking, else simply the nearest cameras. */
import { distanceM, faces } from "./ground";
import type { CameraNote, Grant, Incident } from "./records";

export interface Sight {
  readonly camera: string;
  readonly name: string;
  readonly distance_m: number;
  readonly clear: boolean;
  readonly confident: boolean;
}

const NEAR_M = 500;
const MOST_NEAR = 8;
const MOST_AROUND = 48;

/** Sights in order of worth, each camera once; `register` is all cameras known here. Cameras on one pole share a name: the id tells them apart. */
export function sights(incident: Incident, grants: readonly Grant[], register: ReadonlyMap<string, CameraNote>): Sight[] {
  return told(ranked(incident, grants, register));
}

/** The same, and after them the cameras nearest to the case: what an operator may put on the wall besides. */
export function around(incident: Incident, grants: readonly Grant[], register: ReadonlyMap<string, CameraNote>): Sight[] {
  const first = ranked(incident, grants, register);
  const known = new Set(first.map((sight) => sight.camera));
  return told([...first, ...nearest(incident, register, MOST_AROUND).filter((sight) => !known.has(sight.camera))]);
}

/** Cameras on one pole share a name: their ids are told with it. */
export function told(found: readonly Sight[]): Sight[] {
  const count = new Map<string, number>();
  for (const { name } of found) count.set(name, (count.get(name) ?? 0) + 1);
  return found.map((sight) => ((count.get(sight.name) ?? 0) > 1 ? { ...sight, name: `${sight.camera} · ${sight.name}` } : sight));
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
  return nearest(incident, register, MOST_NEAR);
}

function nearest(incident: Incident, register: ReadonlyMap<string, CameraNote>, most: number): Sight[] {
  const where = incident.where;
  if (where === null) return [];
  const near: Sight[] = [];
  for (const [camera, note] of register) {
    const distance_m = distanceM(where, note);
    if (distance_m > NEAR_M) continue;
    near.push({ camera, name: note.name, distance_m, clear: faces(note, where), confident: note.heading_deg !== null });
  }
  return near.sort((a, b) => Number(b.clear) - Number(a.clear) || a.distance_m - b.distance_m).slice(0, most);
}
