/** What a person can ask of the core; every one is one route of doors.md. */
import type { CameraColumns, Grant, Incident, Joined, Outgoing, Priority, Session } from "../model/records";
import type { Run } from "../model/run";
import type { HeldAt } from "../model/seats";
import type { Body, Outcome, RecordKind, Revision } from "../model/terms";
import { ask, Problem } from "./http";

const part = encodeURIComponent;

/** Who is signed in; null when nobody is. */
export async function findSession(): Promise<Session | null> {
  try {
    return await ask<Session>("GET", "/v1/session");
  } catch (problem) {
    if (problem instanceof Problem && problem.status === 401) return null;
    throw problem;
  }
}

export const signIn = (name: string, password: string) => ask<Session>("POST", "/v1/session", { name, password });

export const signOut = () => ask<null>("DELETE", "/v1/session");

export const getCameras = () => ask<CameraColumns>("GET", "/v1/cameras");

const order = <A>({ id, version }: Incident, what: string, body: object) =>
  ask<A>("POST", `/v1/incidents/${part(id)}/${what}`, { ...body, version });

export const accept = (incident: Incident) => order<Incident>(incident, "accept", {});

export const close = (incident: Incident, note: string) => order<Incident>(incident, "close", { note });

export const prioritise = (incident: Incident, priority: Priority, note: string) => order<Incident>(incident, "prioritise", { priority, note });

/** `to` "" puts the case back in the queue. */
export const handOver = (incident: Incident, to: string, note: string) => order<Incident>(incident, "hand-over", { to, note });

export const merge = (incident: Incident, into: string, note: string) => order<Incident>(incident, "merge", { into, note });

export const split = (incident: Incident, { sender, occurrence }: Joined, note: string) =>
  order<Incident>(incident, "split", { sender, occurrence, note });

/** Say how a manual step came out. */
export const tick = ({ id }: Incident, step: string, outcome: Outcome, note = "") =>
  ask<Run>("POST", `/v1/incidents/${part(id)}/steps/${part(step)}`, { outcome, note });

export const listRecords = () => ask<Revision[]>("GET", "/v1/records");

/** Every version of a record, the newest first. */
export const historyOf = (kind: RecordKind, id: string) => ask<Revision[]>("GET", `/v1/records/${part(kind)}/${part(id)}/history`);

/** Change a record that stood at `version` (0: there was none); `body` null retires it. */
export const revise = (kind: RecordKind, id: string, version: number, body: Body | null, note: string) =>
  ask<Revision>("PUT", `/v1/records/${part(kind)}/${part(id)}`, { version, body, note });

export const extend = (grant: Grant, for_s: number) => ask<Grant>("POST", `/v1/grants/${part(grant.id)}/extend`, { for_s });

export const listOutbox = () => ask<Outgoing[]>("GET", "/v1/outbox");

export const retry = (key: string) => ask<unknown>("POST", `/v1/outbox/${part(key)}/retry`);

export interface Health {
  readonly ready: boolean;
  readonly parts: Readonly<Record<string, string>>;
}

/** How the parts are; a 503 carries the same answer as a 200. */
export async function getHealth(): Promise<Health> {
  const answer = await fetch("/healthz");
  return (await answer.json()) as Health;
}

export interface LedgerLine {
  readonly seq: number;
  readonly at: string;
  readonly act: string;
  readonly who: string;
  readonly agency?: string;
  readonly origin?: string;
  readonly camera?: string;
  readonly incident?: string;
  readonly grant?: string;
  readonly basis?: string;
  readonly reason?: string;
}

export const listLedger = (limit: number, before?: number) =>
  ask<LedgerLine[]>("GET", `/v1/ledger?limit=${limit}${before === undefined ? "" : `&before=${before}`}`);

/** A camera's main stream, or its smaller one where it has one. */
export type Profile = "main" | "sub";

export interface TicketAsk {
  readonly camera: string;
  readonly incident: string;
  readonly form: "live" | "mp4" | "still" | "replay";
  readonly profile?: Profile;
  readonly reason?: string;
  /** One's own unmasking, to see what masks hide. */
  readonly unmasking?: string;
  readonly nonce: string;
  readonly epoch: string;
  /** Of a replay: the time it is of. */
  readonly from_ms?: number;
  readonly to_ms?: number;
}

/** What there is of a camera's recordings: `spans` are [from_ms, to_ms], between two lies a gap. */
export interface Recorded {
  readonly recorded: boolean;
  readonly floor_ms: number;
  readonly spans: readonly (readonly [number, number])[];
  readonly at: HeldAt;
  /** Video processes that did not answer and may hold more. */
  readonly away: readonly string[];
}

export const getRecorded = (camera: string, fromMs: number, toMs: number) =>
  ask<Recorded>("GET", `/v1/cameras/${part(camera)}/recorded?from_ms=${Math.floor(fromMs)}&to_ms=${Math.floor(toMs)}`);

export const getTicket = (wish: TicketAsk) => ask<{ ticket: string }>("POST", "/v1/tickets", wish);
