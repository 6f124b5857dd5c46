/** Seeing what a mask hides: a separate act with its reason, for a while (doors.md). */
import { ask } from "./http";

export interface Bare {
  readonly id: string;
  readonly camera: string;
  readonly incident: string;
  readonly until: string;
}

export const unmask = (camera: string, incident: string, reason: string) => ask<Bare>("POST", "/v1/unmaskings", { camera, incident, reason });

/** Its streams end at once. */
export const maskAgain = ({ id }: Bare) => ask<null>("DELETE", `/v1/unmaskings/${encodeURIComponent(id)}`);
