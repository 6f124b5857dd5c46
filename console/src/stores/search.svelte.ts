/** Which searches changed, as the live board said last: whoever shows one asks for it anew. */
class Searches {
  changed = $state.raw<ReadonlyMap<string, number>>(new Map());

  learn(incident: string, atMs: number): void {
    this.changed = new Map(this.changed).set(incident, atMs);
  }

  clear(): void {
    this.changed = new Map();
  }
}

export const searches = new Searches();
