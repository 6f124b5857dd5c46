/** Watch plans by case, and which of them changed, as the live board said last: whoever shows one asks for it anew. */
import type { WatchPlan } from "../model/pursuit";

class Pursuits {
  changed = $state.raw<ReadonlyMap<string, number>>(new Map());
  plans = $state.raw<ReadonlyMap<string, WatchPlan>>(new Map());

  learn(incident: string, atMs: number): void {
    this.changed = new Map(this.changed).set(incident, atMs);
  }

  keep(plan: WatchPlan): void {
    const known = this.plans.get(plan.incident);
    if (known === undefined || known.at_ms <= plan.at_ms) this.plans = new Map(this.plans).set(plan.incident, plan);
  }

  clear(): void {
    this.changed = new Map();
    this.plans = new Map();
  }
}

export const pursuits = new Pursuits();
