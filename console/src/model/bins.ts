/** The collection round of the smart bins (수거 경로), as the core works it out. */
import type { CrewWay, Stand } from "./dispatch";

export interface Stop {
  readonly bin: string;
  readonly where: { readonly lon: number; readonly lat: number };
  readonly fill: number;
  readonly after_s: number;
}

export interface BinRound {
  readonly stops: readonly Stop[];
  readonly drive_s: number;
  readonly takes_s: number;
  readonly load: number;
  readonly left?: readonly string[];
  readonly unreached?: readonly string[];
  readonly bins: number;
  readonly all_drive_s?: number;
  readonly all_takes_s?: number;
}

/** Whole minutes, never fewer than it takes. */
export const minutesOf = (seconds: number) => Math.ceil(seconds / 60);

/** Minutes saved against a round over every bin; null where that was not worked out. */
export function savedOf(round: BinRound): number | null {
  return round.all_takes_s === undefined ? null : minutesOf(round.all_takes_s) - minutesOf(round.takes_s);
}

/** The stops joined in their order, for the map; `number` tells one round from the one before. */
export function lineOf(round: BinRound, number: number): CrewWay[] {
  const line = round.stops.map(({ where }) => [where.lon, where.lat] as const);
  return line.length < 2 ? [] : [{ incident: "", unit: "bins", at_ms: 0, number, line }];
}

export const standsOf = (round: BinRound): Stand[] =>
  round.stops.map(({ bin, where }) => ({ id: bin, name: bin, lon: where.lon, lat: where.lat, distance_m: 0 }));
