/** Records somebody is changing: what was typed stays until it is saved or thrown away, whatever else happens. */
import type { Body } from "../model/terms";

export interface Draft {
  /** The version it starts from (0: a new record), and what that said. */
  readonly base: number;
  readonly was: Body | null;
  readonly body: Body;
  readonly note: string;
}

class Drafts {
  /** By the record's key. */
  all = $state.raw<ReadonlyMap<string, Draft>>(new Map());

  keep(key: string, draft: Draft): void {
    this.all = new Map(this.all).set(key, draft);
  }

  drop(key: string): void {
    this.all = new Map([...this.all].filter(([one]) => one !== key));
  }

  clear(): void {
    this.all = new Map();
  }
}

export const drafts = new Drafts();
