/** The board on screen: a pure fold over what the server says. One board feeds queue, map and timeline. */
import type { CameraNote, Grant, Incident, Outgoing, Unit } from "./records";
import { learnt, type Records } from "./revisions";
import type { Run } from "./run";
import type { Word } from "./word";

export interface Board {
  readonly seq: number;
  readonly incidents: ReadonlyMap<string, Incident>;
  readonly grants: ReadonlyMap<string, Grant>;
  /** Procedures at work, by incident. */
  readonly runs: ReadonlyMap<string, Run>;
  readonly records: Records;
  readonly cameras: ReadonlyMap<string, CameraNote>;
  readonly outbox: readonly Outgoing[];
  readonly units: readonly Unit[];
  readonly parts: Readonly<Record<string, string>>;
}

export const EMPTY: Board = {
  seq: 0,
  incidents: new Map(),
  grants: new Map(),
  runs: new Map(),
  records: new Map(),
  cameras: new Map(),
  outbox: [],
  units: [],
  parts: {},
};

type Said<W extends Word["what"]> = Extract<Word, { what: W }>;

/** The board after one word of the server; a late word is old news and changes nothing. */
export function hear(board: Board, word: Word): Board {
  switch (word.what) {
    case "snapshot":
      return snapshot(board, word);
    case "change":
      return change(board, word);
    case "gone":
      return gone(board, word);
    case "record":
      return { ...board, seq: Math.max(board.seq, word.seq), records: learnt(board.records, [word.record]) };
    case "units":
      return { ...board, units: word.units };
    case "outbox":
      return { ...board, outbox: word.outbox };
    case "health":
      return { ...board, parts: word.parts };
    default:
      return board; // "ended" is the session's matter; an unknown word is a newer server's
  }
}

function snapshot(board: Board, word: Said<"snapshot">): Board {
  return {
    seq: word.seq,
    incidents: new Map(word.incidents.map((one) => [one.id, one])),
    grants: new Map(word.grants.map((one) => [one.id, one])),
    runs: new Map(word.runs.map((one) => [one.incident, one])),
    // Who is told no case is told no records either, and has asked for them instead.
    records: word.records.length > 0 ? learnt(new Map(), word.records) : board.records,
    cameras: new Map(Object.entries(word.cameras)),
    outbox: word.outbox,
    units: word.units,
    parts: board.parts,
  };
}

function change(board: Board, word: Said<"change">): Board {
  if (word.seq < board.seq) return board; // one entry may change two cases: their words share its number
  return {
    ...board,
    seq: word.seq,
    incidents: newer(board.incidents, [word.incident]),
    grants: newer(board.grants, word.grants),
    runs: word.run === undefined ? board.runs : new Map(board.runs).set(word.run.incident, word.run),
    cameras: merged(board.cameras, word.cameras),
  };
}

function gone(board: Board, word: Said<"gone">): Board {
  const incidents = new Map(board.incidents);
  incidents.delete(word.incident);
  const grants = new Map([...board.grants].filter(([id, grant]) => id !== word.grant && grant.incident !== word.incident));
  const seen = new Set([...grants.values()].flatMap((grant) => grant.views.map((view) => view.camera)));
  const cameras = new Map([...board.cameras].filter(([id]) => seen.has(id)));
  return { ...board, seq: Math.max(board.seq, word.seq), incidents, grants, cameras };
}

interface Versioned {
  readonly id: string;
  readonly version: number;
}

function newer<R extends Versioned>(known: ReadonlyMap<string, R>, told: readonly R[]): ReadonlyMap<string, R> {
  const next = new Map(known);
  for (const one of told) {
    if ((next.get(one.id)?.version ?? 0) < one.version) next.set(one.id, one);
  }
  return next;
}

function merged(known: ReadonlyMap<string, CameraNote>, told: Readonly<Record<string, CameraNote>>) {
  const entries = Object.entries(told);
  return entries.length === 0 ? known : new Map([...known, ...entries]);
}

export function isOver(incident: Incident): boolean {
  return incident.state === "closed" || incident.state === "cancelled" || incident.state === "merged";
}

/** The board without cases that ended more than an hour ago, and without their grants. */
export function forget(board: Board, nowMs: number): Board {
  const old = [...board.incidents.values()].filter((one) => isOver(one) && Date.parse(one.changed_at) < nowMs - 3_600_000);
  if (old.length === 0) return board;
  const incidents = new Map(board.incidents);
  for (const one of old) incidents.delete(one.id);
  const grants = new Map([...board.grants].filter(([, grant]) => incidents.has(grant.incident)));
  const runs = new Map([...board.runs].filter(([incident]) => incidents.has(incident)));
  return { ...board, incidents, grants, runs };
}

/** Not ended, and its time is not up. */
export function isLive(grant: Grant, nowMs: number): boolean {
  return !grant.ended && nowMs < Date.parse(grant.until);
}

export function grantsOf(board: Board, incident: string): Grant[] {
  return [...board.grants.values()].filter((grant) => grant.incident === incident);
}
