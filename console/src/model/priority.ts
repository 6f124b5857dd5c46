/** Which case comes first: the four levels, each with a colour, a shape and a word. */
import { isOver } from "./board";
import type { Incident, Priority } from "./records";

export const LEVELS: readonly Priority[] = ["urgent", "high", "normal", "low"];

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
      LEVELS.indexOf(a.priority) - LEVELS.indexOf(b.priority) ||
      Date.parse(b.opened_at) - Date.parse(a.opened_at) ||
      (a.id < b.id ? -1 : 1),
  );
}
