/** The video wall: which camera stands in which place. It follows the chosen case; what is pinned stays with its own. */
import type { Sight } from "./nearby";

export const MOST_TILES = 16;
/** Places a side; 0 means as many as there are cameras for. */
export const SIDES = [0, 1, 2, 3, 4] as const;
export type Side = (typeof SIDES)[number];

export interface Tile {
  readonly sight: Sight;
  /** The case this camera is looked at for. */
  readonly incident: string;
  readonly pinned: boolean;
}

/** Nobody has closed an "open" place: it takes the next camera there is. */
export type Place = Tile | "open" | "closed";

export interface Wall {
  /** The case it follows, "" for none. */
  readonly incident: string;
  readonly side: Side;
  readonly places: readonly Place[];
  /** Cameras closed or replaced by hand, in this case. */
  readonly passed: readonly string[];
  /** The place of the enlarged tile, -1 for none. */
  readonly front: number;
}

export const NO_WALL: Wall = { incident: "", side: 0, places: ["open"], passed: [], front: -1 };

export const isTile = (place: Place | undefined): place is Tile => typeof place === "object";

export const keyOf = ({ incident, sight }: Tile): string => `${incident} ${sight.camera}`;

/** The wall for a case and its cameras, the best first; `useful` of them are worth a place that nobody asked for. */
export function follow(wall: Wall, incident: string, sights: readonly Sight[], useful: number): Wall {
  const fresh = incident !== wall.incident;
  const kept = fresh ? wall.places.filter((place) => isTile(place) && place.pinned) : wall.places;
  const front = fresh ? -1 : wall.front;
  const passed = fresh ? [] : wall.passed;
  const places = room(kept, placesOf(wall.side, kept.filter((place) => isTile(place) && place.incident !== incident).length + useful));
  const known = new Map(sights.map((sight) => [sight.camera, sight]));
  const told = places.map((place) => (isTile(place) && place.incident === incident ? { ...place, sight: known.get(place.sight.camera) ?? place.sight } : place));
  return fill({ ...wall, incident, passed, front: isTile(told[front]) ? front : -1, places: told }, sights);
}

/** The next half minute of a watch plan: what is pinned or still planned stays, the rest makes room. */
export function change(wall: Wall, incident: string, planned: readonly Sight[]): Wall {
  const wanted = new Set(planned.map((sight) => sight.camera));
  const places = wall.places.map((place) => (isTile(place) && !place.pinned && !wanted.has(place.sight.camera) ? "open" : place));
  return follow({ ...wall, places: places.map((place) => (place === "closed" ? "open" : place)), passed: [] }, incident, planned, planned.length);
}

/** Another number of places; pinned tiles are the last to lose theirs. */
export function resize(wall: Wall, side: Side, sights: readonly Sight[], useful: number): Wall {
  return follow({ ...wall, side, front: -1, places: wall.places.filter(isTile) }, wall.incident, sights, useful);
}

/** Keep this tile, with its case, whatever case is chosen next; or let it follow again. */
export function pin(wall: Wall, at: number): Wall {
  const tile = wall.places[at];
  return isTile(tile) ? put(wall, at, { ...tile, pinned: !tile.pinned }) : wall;
}

/** Stop looking through this camera; its place stays empty until it is asked for. */
export function close(wall: Wall, at: number): Wall {
  const tile = wall.places[at];
  if (!isTile(tile)) return wall;
  const passed = [...wall.passed, tile.sight.camera];
  return { ...put(wall, at, "closed"), passed, front: wall.front === at ? -1 : wall.front };
}

/** Put the next best camera of the chosen case into this place. */
export function replace(wall: Wall, at: number, sights: readonly Sight[]): Wall {
  const old = wall.places[at];
  const next = best(wall, sights);
  if (next === undefined) return wall;
  const passed = isTile(old) ? [...wall.passed, old.sight.camera] : wall.passed;
  return { ...put(wall, at, { sight: next, incident: wall.incident, pinned: false }), passed };
}

/** The camera that would come next, undefined when all are shown or passed over. */
export function best(wall: Wall, sights: readonly Sight[]): Sight | undefined {
  const gone = new Set([...wall.passed, ...wall.places.filter(isTile).map((tile) => tile.sight.camera)]);
  return sights.find((sight) => !gone.has(sight.camera));
}

/** Bring a tile to the front, or send it back when it is there already. */
export function enlarge(wall: Wall, at: number): Wall {
  return isTile(wall.places[at]) ? { ...wall, front: wall.front === at ? -1 : at } : wall;
}

/** Bring the next tile (+1) or the one before (-1) to the front, round and round. */
export function step(wall: Wall, by: 1 | -1): Wall {
  const tiles = wall.places.flatMap((place, at) => (isTile(place) ? [at] : []));
  if (tiles.length === 0) return wall;
  const at = wall.front < 0 ? (by > 0 ? -1 : 0) : tiles.indexOf(wall.front);
  return { ...wall, front: tiles[(at + by + tiles.length) % tiles.length] ?? -1 };
}

function placesOf(side: Side, wanted: number): number {
  if (side > 0) return side * side;
  return [1, 4, 9].find((count) => wanted <= count) ?? MOST_TILES;
}

/** So many places; where there are fewer than before, those nobody pinned go first and the others close up. */
function room(places: readonly Place[], count: number): Place[] {
  const excess = places.length - count;
  if (excess <= 0) return [...places, ...Array<Place>(-excess).fill("open")];
  const worth = (place: Place) => (isTile(place) ? (place.pinned ? 2 : 1) : 0);
  const ranked = places.map((place, at) => ({ place, at })).toSorted((a, b) => worth(b.place) - worth(a.place) || a.at - b.at);
  return ranked.slice(0, count).toSorted((a, b) => a.at - b.at).map(({ place }) => place);
}

function fill(wall: Wall, sights: readonly Sight[]): Wall {
  return wall.places.reduce((so, place, at) => (place === "open" ? replace(so, at, sights) : so), wall);
}

function put(wall: Wall, at: number, place: Place): Wall {
  return { ...wall, places: wall.places.with(at, place) };
}
