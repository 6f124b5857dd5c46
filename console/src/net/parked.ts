/** Reaching whoever parked in the way of crews: the route of doors.md. */
import { ask } from "./http";

/** A number that only dials, and until when (ISO). */
export interface CarReached {
  readonly dial: string;
  readonly until: string;
}

export const callCar = (incident: string, plate: string, reason: string) =>
  ask<CarReached>("POST", `/v1/incidents/${encodeURIComponent(incident)}/parked-car`, { plate, reason });
