/** Where the crews are. Plain fields, not reactive: five times a second is the canvas's business, not the page's. */
import type { Unit } from "../model/records";
import type { Position } from "../model/units";

class Fleet {
  units: readonly Unit[] = [];
  positions: ReadonlyMap<number, Position> = new Map();
  #heard = new Set<() => void>();

  name(units: readonly Unit[]): void {
    this.units = units;
    this.#tell();
  }

  /** A frame holds every unit this session may see, so it replaces the last one. */
  move(positions: ReadonlyMap<number, Position>): void {
    this.positions = positions;
    this.#tell();
  }

  clear(): void {
    this.units = [];
    this.positions = new Map();
    this.#tell();
  }

  /** Be told of every change; the answer ends it. */
  follow(heard: () => void): () => void {
    this.#heard.add(heard);
    return () => this.#heard.delete(heard);
  }

  #tell(): void {
    for (const heard of this.#heard) heard();
  }
}

export const fleet = new Fleet();
