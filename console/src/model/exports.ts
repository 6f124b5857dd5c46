/** Recordings that leave the house as evidence, and recordings kept from deletion; as the core tells them. */

export const BASES = ["urgent_life", "criminal_investigation", "consent", "other_law"] as const;
export type Basis = (typeof BASES)[number];
export type ExportState = "asked" | "approved" | "building" | "ready" | "failed" | "refused";

export interface Export {
  readonly id: string;
  readonly incident: string;
  readonly cameras: readonly string[];
  readonly since: string;
  readonly until: string;
  readonly basis: Basis;
  readonly reason: string;
  readonly asked_by: string;
  readonly state: ExportState;
  readonly masked?: boolean;
  readonly derived_from?: string;
  readonly sha256?: string;
  readonly size_bytes?: number;
  readonly fault?: string;
}

export type Deed = "decide" | "download" | "mask";

/** `may` is what this session may do with it, `progress` the share that is done while it is built. */
export interface Listed {
  readonly export: Export;
  readonly progress: number | null;
  readonly may: readonly Deed[];
}

export interface LegalHold {
  readonly id: string;
  readonly camera: string;
  readonly since: string;
  readonly until: string;
  readonly reason: string;
  readonly by: string;
  readonly released_by?: string;
}

/** Which cameras from when to when, Unix milliseconds, and why. */
export interface SpanWish {
  readonly cameras: readonly string[];
  readonly from_ms: number;
  readonly to_ms: number;
  readonly reason: string;
}

export const REASON_CHARS_AT_LEAST = 5;

/** Whether it will still change by itself. */
export const isMoving = ({ export: { state } }: Listed): boolean => state === "approved" || state === "building";

/** "1.2 GB"; decimal units, as people compare them with a disk's label. */
export function sizeOf(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"] as const;
  const at = bytes > 0 ? Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3)) : 0;
  return `${(bytes / 1000 ** at).toFixed(at > 1 ? 1 : 0)} ${units[at] ?? ""}`;
}

const MINUTE_MS = 60_000;
const KST_MS = 9 * 60 * MINUTE_MS;

/** A moment as the value of an input of type datetime-local, in Korean time whatever the machine is set to. */
export const inputOf = (ms: number): string => new Date(ms + KST_MS).toISOString().slice(0, 19);

/** And back; NaN when nothing is in it. */
export const momentOf = (text: string): number => Date.parse(`${text}Z`) - KST_MS;

/** From two minutes before it happened to five after, or until now; nothing before the floor of an agency's right. */
export function firstSpan(occurredMs: number, nowMs: number, floorMs = 0): readonly [number, number] {
  const to = Math.min(nowMs - 1000, occurredMs + 5 * MINUTE_MS);
  const from = Math.min(occurredMs - 2 * MINUTE_MS, to - MINUTE_MS);
  return [Math.max(from, Math.ceil(floorMs / 1000) * 1000), to]; // a field knows whole seconds only
}
