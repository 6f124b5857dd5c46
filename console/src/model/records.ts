/** The records the server sends, field for field those of the platform's vocabulary. */
import type { Seat } from "./seats";

export interface Where {
  readonly lon: number;
  readonly lat: number;
}

export type Severity = "Extreme" | "Severe" | "Moderate" | "Minor" | "Unknown";
export type Priority = "urgent" | "high" | "normal" | "low";
export type State = "open" | "accepted" | "closed" | "cancelled" | "merged";
export type Status = "Actual" | "Exercise" | "Test";
export type Role = "operator" | "agency" | "auditor" | "admin";

/** Another sender's case that is part of an incident; what is not said is not known. */
export interface Joined {
  readonly sender: string;
  readonly occurrence: string;
  readonly kind?: string;
  readonly occurred_at?: string | null;
  readonly where?: Where | null;
  readonly address?: string;
  readonly text?: string;
  /** Its sender said that it is over. */
  readonly ended?: boolean;
}

export interface Incident {
  readonly id: string;
  readonly version: number;
  readonly kind: string;
  readonly severity: Severity;
  readonly state: State;
  readonly status: Status;
  readonly sender: string;
  readonly occurrence: string;
  readonly event_code: string;
  readonly priority: Priority;
  /** What the first sender alone told, once others are joined to it. */
  readonly own: Joined | null;
  readonly also: readonly Joined[];
  readonly merged_into: string;
  readonly opened_at: string;
  readonly changed_at: string;
  readonly occurred_at: string;
  readonly where: Where | null;
  readonly accuracy_m: number | null;
  readonly address: string;
  readonly text: string;
  readonly accepted_by: string;
  readonly closed_by: string;
  readonly close_note: string;
}

export interface View {
  readonly camera: string;
  readonly distance_m: number;
  readonly px_per_m: number;
  readonly clear: boolean;
  readonly confident: boolean;
}

export interface Grant {
  readonly id: string;
  readonly version: number;
  readonly incident: string;
  readonly service: string;
  readonly agency: string;
  readonly basis: string;
  readonly rights: readonly string[];
  readonly views: readonly View[];
  readonly floor: string;
  readonly until: string;
  readonly status: Status;
  readonly ended: boolean;
}

export interface CameraNote extends Where {
  readonly name: string;
  readonly heading_deg: number | null;
  readonly hfov_deg: number | null;
  readonly reach_m: number;
}

/** `GET /v1/cameras`: columns of one length. */
export interface CameraColumns {
  readonly id: readonly string[];
  readonly name: readonly string[];
  readonly lon: readonly number[];
  readonly lat: readonly number[];
  readonly heading_deg: readonly (number | null)[];
  readonly hfov_deg: readonly (number | null)[];
  readonly reach_m: readonly number[];
  readonly purpose: readonly string[];
}

export interface Outgoing {
  readonly key: string;
  readonly agency: string;
  readonly ask: string;
  readonly incident: string;
  readonly state: "waiting" | "delivered" | "dead";
  readonly attempts: number;
  readonly next_at: string;
  /** When it was asked for. */
  readonly since: string;
  readonly detail: string;
}

export type UnitKind = "patrol" | "engine" | "ambulance";

export interface Unit {
  readonly id: string;
  readonly name: string;
  readonly kind: UnitKind;
}

export interface Session {
  readonly user: string;
  readonly name: string;
  readonly role: Role;
  readonly agency: string;
  /** The crew whose tablet this is, "" at a desk. */
  readonly unit: string;
  readonly until: string;
  readonly city: { readonly name: string; readonly name_en: string };
  readonly video_url: string;
  readonly videos: readonly Seat[];
  readonly language: string;
}

export type Cameras = Readonly<Record<string, CameraNote>>;
