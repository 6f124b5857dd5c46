/** What could not be delivered, by partner; and how a part's state and a failure's reason are to be read. */
import type { Outgoing } from "./records";

export interface Backlog {
  readonly agency: string;
  readonly dead: number;
  readonly waiting: number;
  /** Dead letters first, then the oldest request first. */
  readonly rows: readonly Outgoing[];
}

/** The undelivered of each partner; who has the most dead letters comes first. */
export function backlogs(outbox: readonly Outgoing[]): Backlog[] {
  const open = outbox.filter((one) => one.state !== "delivered");
  const agencies = [...new Set(open.map((one) => one.agency))];
  return agencies
    .map((agency) => backlogOf(agency, open.filter((one) => one.agency === agency)))
    .sort((a, b) => b.dead - a.dead || b.waiting - a.waiting || (a.agency < b.agency ? -1 : 1));
}

function backlogOf(agency: string, rows: readonly Outgoing[]): Backlog {
  const dead = rows.filter((one) => one.state === "dead").length;
  const sorted = rows.toSorted((a, b) => a.state.localeCompare(b.state) || Date.parse(a.since) - Date.parse(b.since));
  return { agency, dead, waiting: rows.length - dead, rows: sorted };
}

export interface Reason {
  /** What kind of failure, for our words: "partner.timeout". */
  readonly code: string;
  /** What else the partner or the line said. */
  readonly more: string;
}

/** "partner.refused 40301 no such case" as its code and the rest. */
export function reasonOf(detail: string): Reason {
  const [first = "", ...rest] = detail.split(" ");
  return /^[a-z_]+(\.[a-z_]+)+$/.test(first) ? { code: first, more: rest.join(" ") } : { code: "", more: detail };
}

export type Level = "ok" | "unheard" | "degraded" | "down";

export interface PartState {
  readonly level: Level;
  readonly more: string;
}

/** "degraded: 3 dead letters" as level and the rest; a word we do not know is a reason to look. */
export function partStateOf(state: string): PartState {
  const [word = "", ...rest] = state.split(":");
  const level: Level = word === "ok" || word === "unheard" || word === "down" ? word : "degraded";
  return { level, more: word === level ? rest.join(":").trim() : state };
}

export function isAbnormal(state: string): boolean {
  const { level } = partStateOf(state);
  return level === "degraded" || level === "down";
}
