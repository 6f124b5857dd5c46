/** What the live socket says, as text. */
import type { CrewWay, DispatchPlan } from "./dispatch";
import type { Cameras, Grant, Incident, Outgoing, Unit } from "./records";
import type { Run } from "./run";
import type { Seat } from "./seats";
import type { DevicesWord } from "./spots";
import type { Revision } from "./terms";

export type Word =
  | {
      readonly what: "snapshot";
      readonly seq: number;
      readonly now_ms: number;
      readonly incidents: readonly Incident[];
      readonly grants: readonly Grant[];
      readonly runs: readonly Run[];
      readonly records: readonly Revision[];
      readonly cameras: Cameras;
      readonly outbox: readonly Outgoing[];
      readonly units: readonly Unit[];
    }
  | {
      readonly what: "change";
      readonly seq: number;
      readonly incident: Incident;
      readonly grants: readonly Grant[];
      readonly cameras: Cameras;
      readonly run?: Run;
    }
  | { readonly what: "record"; readonly seq: number; readonly record: Revision }
  | { readonly what: "gone"; readonly seq: number; readonly incident: string; readonly grant: string }
  | { readonly what: "units"; readonly units: readonly Unit[] }
  | { readonly what: "dispatch"; readonly plan: DispatchPlan }
  | { readonly what: "search"; readonly incident: string; readonly at_ms: number; readonly number: number; readonly problem: string; readonly searched: number }
  | { readonly what: "watch"; readonly incident: string; readonly at_ms: number; readonly number: number; readonly problem: string }
  | { readonly what: "way"; readonly way: CrewWay | null }
  | { readonly what: "outbox"; readonly outbox: readonly Outgoing[] }
  | { readonly what: "health"; readonly parts: Readonly<Record<string, string>>; readonly lag_ms: number }
  | { readonly what: "wheel"; readonly camera: string; readonly holder: string; readonly for_s: number; readonly why: string }
  | { readonly what: "camera_health"; readonly camera: string; readonly state: "ok" | "poor" | "down" | "unknown"; readonly code: string }
  | { readonly what: "videos"; readonly videos: readonly Seat[] }
  | DevicesWord
  | { readonly what: "refused"; readonly code: string }
  | { readonly what: "ended"; readonly reason: "signed_out" | "expired" };
