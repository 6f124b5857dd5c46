/** Somebody fled: which cameras to watch when, and where they can be. Field for field what the core works out. */
import { distanceM } from "./ground";
import { told, type Sight } from "./nearby";
import type { Where } from "./records";

export interface Watched {
  readonly camera: string;
  /** How much it adds to the probability that they are seen. */
  readonly adds: number;
}

export interface WatchSlot {
  readonly from_ms: number;
  readonly to_ms: number;
  readonly cameras: readonly Watched[];
}

export interface WayOut {
  readonly where: Where;
  readonly name: string;
  readonly probability: number;
  readonly first_ms: number;
  readonly median_ms: number;
}

export interface Reach {
  readonly mode: string;
  readonly by_ms: number;
  /** Polygons of rings, lon and lat. */
  readonly surface: readonly (readonly (readonly (readonly [number, number])[])[])[];
}

export interface WatchPlan {
  readonly incident: string;
  readonly at_ms: number;
  readonly since_ms: number;
  readonly number: number;
  readonly modes: Readonly<Record<string, number>>;
  readonly seen: number;
  readonly slots: readonly WatchSlot[];
  readonly replay: readonly Watched[];
  readonly exits: readonly WayOut[];
  readonly reach: readonly Reach[];
  readonly explained: boolean;
  readonly cold: boolean;
  readonly where: Where | null;
  readonly problem: string;
}

export const FLEES = ["", "foot", "bike", "car"] as const;
export type Flees = (typeof FLEES)[number];

/** The half minute it is now, and the next; a plan whose time is over has neither. */
export function slotsAt(plan: WatchPlan, nowMs: number): readonly [WatchSlot | undefined, WatchSlot | undefined] {
  const at = plan.slots.findIndex((slot) => slot.from_ms <= nowMs && nowMs < slot.to_ms);
  return at < 0 ? [undefined, undefined] : [plan.slots[at], plan.slots[at + 1]];
}

/** The modes with a reach to be drawn, the most probable first. */
export const drawnModes = (plan: WatchPlan): string[] =>
  [...new Set(plan.reach.map((one) => one.mode))].toSorted((a, b) => (plan.modes[b] ?? 0) - (plan.modes[a] ?? 0));

/** Cameras of a plan as tiles take them, by how far they are from the last place; those this screen does not know are left out. */
export function sightsOfPlan(plan: WatchPlan, watched: readonly Watched[], cameras: ReadonlyMap<string, Where & { readonly name: string }>): Sight[] {
  return told(
    watched.flatMap(({ camera }) => {
      const note = cameras.get(camera);
      return note ? [{ camera, name: note.name, distance_m: plan.where ? distanceM(plan.where, note) : 0, clear: true, confident: true }] : [];
    }),
  );
}
