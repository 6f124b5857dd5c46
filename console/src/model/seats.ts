/** The video processes a camera may be watched at, and which of them to open. */
import { ranked } from "./rendezvous";

export interface Seat {
  readonly name: string;
  readonly url: string;
  readonly alive: boolean;
}

/** By process what it can replay: [from_ms, to_ms]. */
export type HeldAt = Readonly<Record<string, readonly (readonly [number, number])[]>>;

/** As good as the most: processes of one machine share a disk, and answer a moment apart. */
const AS_MUCH_MS = 5_000;

/**
 * Where to watch a camera: of those that live (of all, when none is known to) the one the hash names; after `misses`
 * failures in a row the one that far down its line. `held` names those that alone have what is wanted.
 */
export function seatFor(seats: readonly Seat[], camera: string, misses = 0, held: readonly string[] = []): Seat | undefined {
  const living = seats.filter((seat) => seat.alive);
  const there = living.length > 0 ? living : seats;
  const holders = there.filter((seat) => held.includes(seat.name));
  const among = holders.length > 0 ? holders : there;
  const line = ranked(
    among.map((seat) => seat.name),
    camera,
  );
  const name = line[misses % Math.max(1, line.length)];
  return among.find((seat) => seat.name === name);
}

/** The processes that can replay the most of a time: [from, to) in Unix milliseconds. */
export function holdersOf(at: HeldAt, from: number, to: number): string[] {
  const much = Object.entries(at).map(([name, spans]) => {
    const inside = spans.map(([begin, end]) => Math.max(0, Math.min(end, to) - Math.max(begin, from)));
    return { name, ms: inside.reduce((sum, one) => sum + one, 0) };
  });
  const most = Math.max(0, ...much.map((one) => one.ms));
  return most === 0 ? [] : much.filter((one) => one.ms >= most - AS_MUCH_MS).map((one) => one.name);
}
