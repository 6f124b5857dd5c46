/** The records operators change while the platform runs: what each kind holds. A field left out has its default. */
import type { Priority, Role } from "./records";

export const RECORD_KINDS = ["zone", "kind", "service", "procedure", "purpose", "user", "correlation", "export", "mask", "rule", "consent", "closure"] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];

export interface Named {
  readonly name: string;
  readonly name_en?: string;
}

export interface Zone extends Named {
  readonly type: "zone";
  readonly purpose?: string;
  /** (lon, lat) pairs; the last repeats the first. */
  readonly ring: readonly (readonly [number, number])[];
}

export type Term = string | number | boolean | null | readonly Term[] | { readonly [name: string]: Term };

export interface ServiceTerms {
  readonly type: "service";
  readonly terms: Readonly<Record<string, Term>>;
}

export interface KindTerms extends Named {
  readonly type: "kind";
  readonly priority?: Priority;
  readonly per_day?: number | null;
  readonly family?: string;
}

export interface PurposeTerms {
  readonly type: "purpose";
  readonly retention_days: number;
  readonly agencies: Readonly<Record<string, readonly string[]>>;
}

export interface Staff {
  readonly type: "user";
  readonly name: string;
  readonly role: Role;
  readonly agency?: string;
  readonly suspended?: boolean;
  /** The crew whose tablet this account is; "" of somebody at a desk. */
  readonly unit?: string;
}

export interface Correlation {
  readonly type: "correlation";
  readonly tau_s?: number;
  readonly within_s?: number;
  readonly prior?: number;
  readonly same_kind?: number;
  readonly same_family?: number;
  readonly other_kind?: number;
  readonly same_sender?: number;
  readonly crowd_per_km2_h?: number;
  readonly accuracy_m?: Readonly<Record<string, number>>;
}

/** What an evidence export needs; a field left out has the value of the code. */
export interface ExportTerms {
  readonly type: "export";
  readonly second_person?: readonly string[];
  readonly at_most_s?: number;
  readonly cameras_at_most?: number;
}

export interface MaskZone {
  readonly name: string;
  /** Corners as shares of the picture's width and height, from the upper left; not closed. */
  readonly ring: readonly (readonly [number, number])[];
}

/** What nobody sees of a camera's picture without an unmasking; the id is the camera's. */
export interface CameraMask {
  readonly type: "mask";
  readonly zones: readonly MaskZone[];
}

export type Outcome = "done" | "yes" | "no" | "skipped";

export interface After {
  readonly step: string;
  readonly outcomes?: readonly Outcome[];
}

export interface Step {
  readonly id: string;
  readonly title: string;
  readonly title_en?: string;
  readonly actor?: "automatic" | "operator";
  readonly question?: boolean;
  readonly deed?: "notify" | "prioritise" | null;
  readonly agency?: string;
  readonly after?: readonly After[];
  readonly within_s?: number | null;
  readonly escalate?: string;
}

export interface Procedure extends Named {
  readonly type: "procedure";
  readonly service?: string;
  readonly kinds: readonly string[];
  readonly steps: readonly Step[];
}

export type Danger = "threshold" | "absence" | "geofence" | "silent" | "drift" | "together";
export type RuleTerms = { readonly danger: Danger; readonly [field: string]: Term };

export interface Among {
  readonly kinds?: readonly string[];
  readonly sites?: readonly string[];
  readonly devices?: readonly string[];
}

export interface Hours {
  readonly from_h: number;
  readonly to_h: number;
}

/** What is looked for in what devices tell; its fields by danger are in rules.ts. */
export interface Rule extends Named {
  readonly type: "rule";
  readonly note?: string;
  readonly enabled?: boolean;
  /** The kind of case it opens; none is a notice only. */
  readonly kind?: string;
  readonly severity?: string;
  readonly among?: Among;
  readonly hours?: Hours | null;
  readonly terms: RuleTerms;
}

/** That the guardians of a subject (the record's id: a site or device) may be told of these services' cases. */
export interface ConsentTerms {
  readonly type: "consent";
  readonly services: readonly string[];
  /** They may also be told where. */
  readonly place?: boolean;
  readonly until?: string | null;
}

/** Streets closed: each place closes the stretch between two junctions it lies on; times are left out for at once and until retired. */
export interface Closure {
  readonly type: "closure";
  readonly name: string;
  readonly at: readonly (readonly [number, number])[];
  readonly since?: string | null;
  readonly until?: string | null;
}

export type Body = Closure | Zone | ServiceTerms | KindTerms | PurposeTerms | Staff | Correlation | ExportTerms | Procedure | CameraMask | Rule | ConsentTerms;

/** One version of one record; `body` null says that it was retired. */
export interface Revision {
  readonly kind: RecordKind;
  readonly id: string;
  readonly version: number;
  readonly body: Body | null;
  readonly at: string;
  readonly by: string;
  readonly note?: string;
}
