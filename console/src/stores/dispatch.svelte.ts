/** Plans of who goes where, and the way of the crew that sits here, as the core told them last. */
import type { CrewWay, DispatchPlan } from "../model/dispatch";

export interface ClosedLine {
  readonly name: string;
  readonly line: readonly (readonly [number, number])[];
}

class Dispatch {
  plans = $state.raw<ReadonlyMap<string, DispatchPlan>>(new Map());
  /** null: sent nowhere. */
  way = $state.raw<CrewWay | null>(null);

  /** The streets that are closed now, line by line, with the closure's name. */
  closed = $state.raw<readonly ClosedLine[]>([]);

  learn(plan: DispatchPlan): void {
    const known = this.plans.get(plan.incident);
    if (known === undefined || known.at_ms <= plan.at_ms) this.plans = new Map(this.plans).set(plan.incident, plan);
  }

  go(way: CrewWay | null): void {
    this.way = way;
  }

  clear(): void {
    this.plans = new Map();
    this.way = null;
    this.closed = [];
  }
}

export const dispatch = new Dispatch();
