/** What a person can ask of the core; every one is one route of doors.md. */
import type { CameraColumns, Grant, Incident, Outgoing, Session } from "../model/records";
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

export const accept = ({ id, version }: Incident) => ask<Incident>("POST", `/v1/incidents/${part(id)}/accept`, { version });

export const close = ({ id, version }: Incident, note: string) =>
  ask<Incident>("POST", `/v1/incidents/${part(id)}/close`, { note, version });

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

export interface TicketAsk {
  readonly camera: string;
  readonly incident: string;
  readonly form: "live" | "mp4" | "still";
  readonly nonce: string;
  readonly epoch: string;
}

export const getTicket = (wish: TicketAsk) => ask<{ ticket: string }>("POST", "/v1/tickets", wish);
