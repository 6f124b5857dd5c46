/** How far a case has come with its procedure (SOP): the run joined with the titles of its steps. */
import { secondsLeft } from "./countdown";
import type { Outcome, Procedure, Step } from "./terms";

export type StepState = "waiting" | "open" | "overdue" | "done" | "passed";

export interface StepRun {
  readonly id: string;
  readonly state?: StepState;
  readonly outcome?: Outcome | null;
  readonly by?: string;
  readonly note?: string;
  readonly opened_at?: string | null;
  readonly due_at?: string | null;
  readonly ended_at?: string | null;
}

export interface Run {
  readonly incident: string;
  readonly procedure: string;
  /** The version of the procedure it began with, and keeps. */
  readonly version: number;
  readonly steps: readonly StepRun[];
  readonly begun_at: string;
  readonly over?: boolean;
}

export interface StepLine {
  readonly id: string;
  /** What the procedure says of it; undefined while its version is not known here. */
  readonly step: Step | undefined;
  readonly state: StepState;
  readonly outcome: Outcome | null;
  readonly by: string;
  readonly note: string;
  readonly endedAt: string | null;
  readonly dueAt: string | null;
  /** The case or its procedure ended before this step did: nobody is waited for any more. */
  readonly undone: boolean;
  /** Somebody at the desk can say how it came out. */
  readonly mine: boolean;
}

/** The steps in the procedure's order, as the panel shows them. */
export function linesOf(run: Run, procedure: Procedure | null): StepLine[] {
  const known = new Map(procedure?.steps.map((step) => [step.id, step]));
  return run.steps.map((one) => lineOf(one, known.get(one.id), run.over ?? false));
}

function lineOf(one: StepRun, step: Step | undefined, over: boolean): StepLine {
  const state = one.state ?? "waiting";
  return {
    id: one.id,
    step,
    state,
    outcome: one.outcome ?? null,
    by: one.by ?? "",
    note: one.note ?? "",
    endedAt: one.ended_at ?? null,
    dueAt: over ? null : (one.due_at ?? null),
    undone: over && (state === "waiting" || isAwaited(state)),
    mine: !over && isAwaited(state) && step?.actor !== "automatic",
  };
}

/** Still to be done. */
export function isAwaited(state: StepState): boolean {
  return state === "open" || state === "overdue";
}

export interface Progress {
  readonly done: number;
  /** Steps that were passed over do not count: nobody has to do them. */
  readonly all: number;
  readonly overdue: number;
}

export function progressOf(run: Run): Progress {
  const states = run.steps.map((one) => one.state ?? "waiting");
  const count = (state: StepState) => states.filter((one) => one === state).length;
  return { done: count("done"), all: states.length - count("passed"), overdue: run.over ? 0 : count("overdue") };
}

/** Seconds until a step is due (positive) or since it was (negative); null without a deadline. */
export function dueInS(dueAt: string | null, nowMs: number): number | null {
  if (dueAt === null) return null;
  const late = Math.floor((nowMs - Date.parse(dueAt)) / 1000);
  return late > 0 ? -late : secondsLeft(dueAt, nowMs);
}
