/** Devices, their history and what was not believed: the routes of doors.md. */
import type { DevicePage, History, QuarantineList, Wanted } from "../model/devices";
import { ask } from "./http";

const part = encodeURIComponent;

export function listDevices({ kind, text, troubled }: Wanted, after = ""): Promise<DevicePage> {
  const query = new URLSearchParams({ text, after, troubled: String(troubled), ...(kind === "" ? {} : { kind }) });
  return ask<DevicePage>("GET", `/v1/devices?${query}`);
}

/** `reason` is needed, and written down, where the device protects a ward. */
export function getHistory(device: string, property: string, [from, to]: readonly [number, number], reason: string): Promise<History> {
  const query = new URLSearchParams({ property, from: String(from), to: String(to), points: "500", reason });
  return ask<History>("GET", `/v1/devices/${part(device)}/history?${query}`);
}

export const listQuarantine = () => ask<QuarantineList>("GET", "/v1/quarantine");
