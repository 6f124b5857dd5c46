/** Which case comes first: CAP severity as four levels, each with a colour, a shape and a word. */
import { isOver } from "./board";
import type { Incident, Severity } from "./records";

export const LEVELS = ["urgent", "high", "normal", "low"] as const;
export type Level = (typeof LEVELS)[number];

const LEVEL: Record<Severity, Level> = {
  Extreme: "urgent",
  Severe: "high",
  Moderate: "normal",
  Unknown: "normal", // what nobody understands yet must not sink to the bottom
  Minor: "low",
};

export function levelOf(incident: Incident): Level {
  return LEVEL[incident.severity] ?? "normal";
}

export type Filter = "all" | "waiting" | "mine" | "over";

/** Whether a case belongs under a filter; `me` is the user who asks. */
export function passes(incident: Incident, filter: Filter, me: string): boolean {
  if (filter === "over") return isOver(incident);
  if (isOver(incident)) return false;
  if (filter === "waiting") return incident.state === "open";
  return filter === "all" || incident.accepted_by === me;
}

/** The cases in the order they are worked: level, then the newest first, ids last so that the order is total. */
export function order(incidents: Iterable<Incident>): Incident[] {
  return [...incidents].sort(
    (a, b) =>
      LEVELS.indexOf(levelOf(a)) - LEVELS.indexOf(levelOf(b)) ||
      Date.parse(b.opened_at) - Date.parse(a.opened_at) ||
      (a.id < b.id ? -1 : 1),
  );
}
