/** Evidence over HTTP: what is asked for, decided and fetched; every one is a row of the ledger. */
import type { Basis, Export, LegalHold, Listed, SpanWish } from "../model/exports";
import { ask } from "./http";

const part = encodeURIComponent;

export const listExports = (incident: string) => ask<Listed[]>("GET", `/v1/exports?incident=${part(incident)}`);

export const askExport = (incident: string, wish: SpanWish, basis: Basis) => ask<Export>("POST", `/v1/incidents/${part(incident)}/exports`, { ...wish, basis });

export const approveExport = (id: string, note: string) => ask<Export>("POST", `/v1/exports/${part(id)}/approve`, { note });

export const refuseExport = (id: string, note: string) => ask<Export>("POST", `/v1/exports/${part(id)}/refuse`, { note });

export const askMasked = (id: string, reason: string) => ask<Export>("POST", `/v1/exports/${part(id)}/masked`, { reason });

/** Say why, then let the browser fetch the file from its one-time address. */
export async function download(id: string, reason: string): Promise<void> {
  const { url, name } = await ask<{ url: string; name: string }>("POST", `/v1/exports/${part(id)}/download`, { reason });
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
}

export const listHolds = (incident: string) => ask<LegalHold[]>("GET", `/v1/holds?incident=${part(incident)}`);

export const setHold = (incident: string, wish: SpanWish) => ask<LegalHold[]>("POST", `/v1/incidents/${part(incident)}/holds`, wish);

export const releaseHold = (id: string, reason: string) => ask<LegalHold>("POST", `/v1/holds/${part(id)}/release`, { reason });
