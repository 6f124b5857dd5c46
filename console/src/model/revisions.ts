/** Versions of records: what stands, what changed between two of them, and whether somebody else was first. */
import type { Role } from "./records";
import { freshTerms } from "./rules";
import { RECORD_KINDS, type Body, type Correlation, type RecordKind, type Revision, type Term } from "./terms";

export type Records = ReadonlyMap<string, Revision>;

export function keyOf(kind: RecordKind, id: string): string {
  return `${kind}/${id}`;
}

/** The records with those told taken in; an older version never replaces a newer one. */
export function learnt(known: Records, told: readonly Revision[]): Records {
  const next = new Map(known);
  for (const one of told) {
    const key = keyOf(one.kind, one.id);
    if ((next.get(key)?.version ?? 0) < one.version) next.set(key, one);
  }
  return next;
}

/** The records of a kind by id, the retired last. */
export function listOf(records: Records, kind: RecordKind): Revision[] {
  return [...records.values()]
    .filter((one) => one.kind === kind)
    .sort((a, b) => Number(a.body === null) - Number(b.body === null) || (a.id < b.id ? -1 : 1));
}

/** The body of a record that stands, of the type its kind has. */
export function bodyOf<T extends Body["type"]>(records: Records, kind: T, id: string): Extract<Body, { type: T }> | null {
  const body = records.get(keyOf(kind, id))?.body ?? null;
  return body !== null && isOf(body, kind) ? body : null;
}

export function isOf<T extends Body["type"]>(body: Body, kind: T): body is Extract<Body, { type: T }> {
  return body.type === kind;
}

/** Somebody changed the record after `base` was read (0: it did not exist). */
export function isBehind(base: number, now: Revision | undefined): boolean {
  return (now?.version ?? 0) > base;
}

export interface Difference {
  /** Names of the fields down to the one that differs: "terms.within_m". */
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** The fields in which two bodies differ, by path; null where a side has no such field. */
export function differences(before: Body | null, after: Body | null): Difference[] {
  const [was, is] = [leaves(before), leaves(after)];
  return [...new Set([...was.keys(), ...is.keys()])]
    .filter((path) => was.get(path) !== is.get(path))
    .map((path) => ({ path, before: was.get(path) ?? null, after: is.get(path) ?? null }));
}

function leaves(body: Body | null): Map<string, string> {
  const found = new Map<string, string>();
  if (body !== null) walk(body as unknown as Term, "", found);
  found.delete("type");
  return found;
}

function walk(term: Term, path: string, found: Map<string, string>): void {
  const named = namesOf(term);
  if (named === null) return void found.set(path, Array.isArray(term) ? spelled(term) : String(term ?? ""));
  for (const [name, inner] of Object.entries(named)) walk(inner, path === "" ? name : `${path}.${name}`, found);
}

/** What can be gone through by name: tables, and lists of things with ids, so that one changed step is one line. */
function namesOf(term: Term): { readonly [name: string]: Term } | null {
  if (typeof term !== "object" || term === null) return null;
  if (!Array.isArray(term)) return term as { readonly [name: string]: Term };
  const ids = term.map((one: Term) => (typeof one === "object" && one !== null && "id" in one ? String(one.id) : ""));
  return ids.length > 0 && ids.every(Boolean) ? Object.fromEntries(term.map((one: Term, at) => [ids[at], one])) : null;
}

function spelled(list: readonly Term[]): string {
  return list.map((one) => (typeof one === "object" ? JSON.stringify(one) : String(one))).join(", ");
}

/** Which records a role changes here; the server decides whether it may. */
export const CHANGED_BY: Readonly<Record<Role, readonly RecordKind[]>> = {
  operator: ["zone", "procedure", "mask", "closure"],
  admin: RECORD_KINDS,
  auditor: [],
  agency: [],
};

/** Those that can be made anew and retired; the others belong to something that stands elsewhere. */
export const MADE_HERE: readonly RecordKind[] = ["zone", "kind", "procedure", "mask", "rule", "consent", "closure"];

/** A new record of a kind that can be made here, before anybody has filled it in. */
export function blank(kind: RecordKind): Body {
  if (kind === "zone") return { type: "zone", name: "", ring: [] };
  if (kind === "procedure") return { type: "procedure", name: "", kinds: [], steps: [] };
  if (kind === "mask") return { type: "mask", zones: [] };
  if (kind === "rule") return { type: "rule", name: "", terms: freshTerms("threshold") };
  if (kind === "consent") return { type: "consent", services: [] };
  if (kind === "closure") return { type: "closure", name: "", at: [] };
  return { type: "kind", name: "" };
}

export const NOTE_CHARS_AT_LEAST = 5;

/** What a constant of the correlation is while its record does not say (core/revision.py; a test compares). */
export const CORRELATION: Required<Omit<Correlation, "type" | "accuracy_m">> = {
  tau_s: 110,
  within_s: 900,
  prior: 0.5,
  same_kind: 0.9,
  same_family: 0.05,
  other_kind: 0.001,
  same_sender: 0.85,
  crowd_per_km2_h: 2,
};

/** What an export needs while its record does not say (core/export.py). */
export const EXPORT = { second_person: ["criminal_investigation", "other_law"], at_most_s: 21_600, cameras_at_most: 16 } as const;

/** The constants as a record again: those nobody touched stay unsaid. */
export function sparse(terms: Readonly<Record<string, Term>>, before: Correlation): Correlation {
  const usual: Readonly<Record<string, Term>> = CORRELATION;
  const kept = Object.entries(terms).filter(([name, value]) => name in before || value !== usual[name]);
  return { ...Object.fromEntries(kept), type: "correlation" };
}
