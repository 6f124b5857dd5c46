/** Who could go to a case and how soon, and the way of a crew: field for field what the core works out. */
import type { View, Where } from "./records";

/** How soon (ms from the moment it was worked out): the best guess, and between what it most probably lies. */
export interface Eta {
  readonly ms: number;
  readonly low_ms: number;
  readonly high_ms: number;
  /** The share of the time that is on roads whose speed is known now. */
  readonly live_share: number;
}

export interface Candidate {
  readonly unit: string;
  readonly name: string;
  readonly vehicle: string;
  readonly problem?: string;
  readonly doubts?: readonly string[];
  readonly short_m?: number;
  readonly sent?: boolean;
  readonly carries?: readonly string[];
  readonly eta?: Eta | null;
}

export interface Turn extends Where {
  readonly bend: string;
  readonly name: string;
  readonly at_m: number;
  readonly at_ms: number;
}

export interface Narrow {
  readonly at_m: number;
  readonly length_m: number;
  readonly width_m: number;
  /** Measured, not assumed from the kind of street. */
  readonly known?: boolean;
  readonly name?: string;
}

/** Something near the place that is good to know of: a hydrant, a hazardous facility. */
export interface Stand extends Where {
  readonly id: string;
  readonly name: string;
  readonly distance_m: number;
  readonly phone?: string;
}

/** A street between two junctions, as a closure closes it; `at`: the row of the place that was asked about. */
export interface Stretch {
  readonly at: number;
  readonly name: string;
  readonly length_m: number;
  readonly line: readonly (readonly [number, number])[];
}

export interface CrewWay {
  readonly incident: string;
  readonly unit: string;
  readonly at_ms: number;
  readonly number: number;
  readonly goal?: Where | null;
  readonly address?: string;
  readonly problem?: string;
  readonly doubts?: readonly string[];
  readonly eta?: Eta | null;
  readonly length_m?: number;
  readonly short_m?: number;
  readonly line?: readonly (readonly [number, number])[];
  readonly turns?: readonly Turn[];
  readonly narrow?: readonly Narrow[];
}

export interface DispatchPlan {
  readonly incident: string;
  readonly at_ms: number;
  readonly problem?: string;
  readonly candidates?: readonly Candidate[];
  readonly ways?: readonly CrewWay[];
  readonly cameras?: readonly View[];
  readonly hydrants?: readonly Stand[];
  readonly hazards?: readonly Stand[];
  readonly closures?: readonly string[];
  readonly unplaced?: readonly string[];
}

/** A report to 119: "delivered" says that their system took it, "dead" that it did not. */
export interface Filed {
  readonly at: string;
  readonly text: string;
  readonly state: "waiting" | "delivered" | "dead";
  readonly attempts: number;
  readonly detail: string;
}

/** Twice what the server lets pass between two tellings of a way, and some. */
const OLD_MS = 15_000;

/** Whether a way is no longer what the core says now: the line is lost, or nothing came for too long. */
export function isOld(way: CrewWay, connected: boolean, nowMs: number): boolean {
  return !connected || nowMs - way.at_ms > OLD_MS;
}

/** What is left of a time that was worked out at `atMs`, never negative. */
export function leftMs(ms: number, atMs: number, nowMs: number): number {
  return Math.max(0, ms - Math.max(0, nowMs - atMs));
}

/** Whole minutes, rounded up: a crew is never told that it is there sooner than thought. */
export function minutes(ms: number): number {
  return Math.ceil(ms / 60_000);
}

/** Metres as a driver hears them: tens below a kilometre, then tenths of a kilometre. */
export function distance(metres: number): string {
  return metres < 995 ? `${Math.round(metres / 10) * 10} m` : `${(metres / 1000).toFixed(1)} km`;
}

/** What is ahead: the start is where the crew is already. */
export function ahead(way: CrewWay): readonly Turn[] {
  return (way.turns ?? []).filter((turn) => turn.bend !== "start");
}
