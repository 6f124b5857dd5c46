/** Devices, their history and what was not believed: the routes of doors.md. */
import type { BinRound } from "../model/bins";
import type { PlaceColumns } from "../model/care";
import type { DevicePage, DeviceState, Erased, Ground, History, QuarantineList, Wanted } from "../model/devices";
import type { Box } from "../model/ground";
import type { Tried, Trying } from "../model/trial";
import { ask } from "./http";

const part = encodeURIComponent;

export function listDevices({ kind, text, troubled }: Wanted, after = ""): Promise<DevicePage> {
  const query = new URLSearchParams({ text, after, troubled: String(troubled), ...(kind === "" ? {} : { kind }) });
  return ask<DevicePage>("GET", `/v1/devices?${query}`);
}

/** The devices of a site, or the one of that name, with what they told last. */
export async function devicesAt(site: string): Promise<readonly DeviceState[]> {
  return (await ask<DevicePage>("GET", `/v1/devices?${new URLSearchParams({ site, limit: "20" })}`)).devices;
}

/** A device with what it told last; a ward's needs a ground, which is written down. */
export const getDevice = (device: string, ground: Ground) =>
  ask<DeviceState>("GET", `/v1/devices/${part(device)}?${new URLSearchParams({ ...ground })}`);

/** A ground is needed, and written down, where the device protects a ward. */
export function getHistory(device: string, property: string, [from, to]: readonly [number, number], ground: Ground): Promise<History> {
  const query = new URLSearchParams({ property, from: String(from), to: String(to), points: "500", ...ground });
  return ask<History>("GET", `/v1/devices/${part(device)}/history?${query}`);
}

/** The round over the bins that are due, compared with one over every bin. */
export const planRound = () => ask<BinRound>("GET", "/v1/bins/round?compare=true");

/** Places of a kind in a box: west, south, east, north. */
export const placesIn = (kind: string, box: Box) => ask<PlaceColumns>("GET", `/v1/places?${new URLSearchParams({ kind, box: box.join(",") })}`);

export const listQuarantine = () => ask<QuarantineList>("GET", "/v1/quarantine");

/** Reads days of what was recorded: it may take a while. */
export const tryRule = (trying: Trying) => ask<Tried>("POST", "/v1/rules/trial", trying);

/** Forgets for good what a ward's devices told up to now; the ledger row comes first. */
export const eraseHistory = (ward: string, reason: string) =>
  ask<Erased>("DELETE", `/v1/wards/${part(ward)}/history?${new URLSearchParams({ reason })}`);
