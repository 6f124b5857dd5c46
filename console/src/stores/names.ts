/** What things are called: by the city's own records where it has them, else by our words. */
import { ageOf, shownOf, type Reading } from "../model/devices";
import { bodyOf, keyOf, listOf } from "../model/revisions";
import type { Named, RecordKind } from "../model/terms";
import { drafts } from "./drafts.svelte";
import { called, t, tongue } from "./language.svelte";
import { live } from "./live.svelte";

/** A name in the reader's language; the Korean one where there is no other. */
export function nameIn({ name, name_en }: Named): string {
  return tongue.current === "en" && name_en ? name_en : name;
}

export function kindOf(kind: string): string {
  const own = bodyOf(live.board.records, "kind", kind);
  return own ? nameIn(own) : called("kind.", kind);
}

/** Somebody who acted: a person by name, the platform's parts by our words. */
export function whoIs(user: string): string {
  if (user !== "" && user === live.session?.user) return called("who.", "me");
  return bodyOf(live.board.records, "user", user)?.name ?? called("who.", user);
}

export interface Colleague {
  readonly id: string;
  readonly name: string;
}

/** The operators a case can be handed over to: those on record, and those seen at work. */
export function operators(): Colleague[] {
  const known = new Map<string, string>();
  for (const one of live.board.incidents.values()) if (one.accepted_by) known.set(one.accepted_by, one.accepted_by);
  for (const { id, body } of listOf(live.board.records, "user")) {
    if (body?.type !== "user" || body.role !== "operator" || body.suspended) known.delete(id);
    else known.set(id, body.name);
  }
  return [...known].map(([id, name]) => ({ id, name })).sort((a, b) => a.name.localeCompare(b.name));
}

const PARTNER = "partner:";
const VIDEO = "video:";

/** A part of the platform, or a partner by its agency's name; one we have no word for by its own. */
export function partOf(part: string): string {
  if (part.startsWith(VIDEO)) return t("part.process", { name: part.slice(VIDEO.length) });
  if (!part.startsWith(PARTNER)) return called("part.", part);
  return agencyOf(part.slice(PARTNER.length));
}

/** A partner, by its code on the wire or by its agency; one we have no word for as it is written. */
export function agencyOf(code: string): string {
  const name = called("agency.", code.toLowerCase());
  return name === code.toLowerCase() ? code : name;
}

/** What a record is called in a list: by its own name, else by our word for its id. */
export function recordName(kind: RecordKind, id: string): string {
  const body = live.board.records.get(keyOf(kind, id))?.body ?? drafts.all.get(keyOf(kind, id))?.body;
  if (body && "name" in body && body.name) return nameIn(body);
  if (kind === "mask") return live.cameras.get(id)?.name ?? id;
  if (kind === "correlation") return t("record.correlation");
  if (kind === "service") return called("service.", id);
  return kind === "purpose" ? called("purpose.", id) : id;
}

/** What a device told, as a reader says it: "40 %", "yes". */
export function toldOf(reading: Reading): string {
  const shown = shownOf(reading);
  return typeof shown === "string" ? shown : called("told.", shown ? "yes" : "no");
}

/** How long ago something was, in words. */
export function agoOf(atMs: number, nowMs: number): string {
  const { unit, count } = ageOf(atMs, nowMs);
  return called("age.", unit, { count });
}
