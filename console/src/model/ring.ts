/** The outline of a zone while somebody draws it: corners in order, not yet closed. */

export type Corner = readonly [lon: number, lat: number];

/** The corners as a closed ring, its first repeated at the end. */
export function closed(corners: readonly Corner[]): Corner[] {
  const first = corners[0];
  return first === undefined ? [] : [...corners, first];
}

/** The corners of a closed ring. */
export function opened(ring: readonly Corner[]): Corner[] {
  return ring.slice(0, -1);
}

export type RingFault = "few" | "crossed" | "";

/** Why the corners make no zone; "" when they do. */
export function faultOf(corners: readonly Corner[]): RingFault {
  if (new Set(corners.map(String)).size < 3) return "few";
  return crosses(corners) ? "crossed" : "";
}

function crosses(corners: readonly Corner[]): boolean {
  const ring = closed(corners);
  const sides = ring.slice(1).map((to, at) => [ring[at] ?? to, to] as const);
  return sides.some((side, at) =>
    sides.some((other, there) => there > at + 1 && !(at === 0 && there === sides.length - 1) && meet(side, other)),
  );
}

function meet([a, b]: readonly [Corner, Corner], [c, d]: readonly [Corner, Corner]): boolean {
  return turn(a, b, c) !== turn(a, b, d) && turn(c, d, a) !== turn(c, d, b);
}

/** -1, 0 or 1: to which side c lies, going from a to b. */
function turn(a: Corner, b: Corner, c: Corner): number {
  return Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
}

/** "127.1, 37.5" a line, as people can type it. */
export function written(corners: readonly Corner[]): string {
  return corners.map(([lon, lat]) => `${lon.toFixed(6)}, ${lat.toFixed(6)}`).join("\n");
}

/** The corners somebody typed; null when a line is not two numbers on the globe. */
export function read(text: string): Corner[] | null {
  const rows = text.split("\n").map((row) => row.trim()).filter(Boolean);
  const corners = rows.map((row) => row.split(/[\s,]+/).map(Number));
  return corners.every(([lon, lat, ...rest]) => rest.length === 0 && within(lon, 180) && within(lat, 90))
    ? corners.map(([lon = 0, lat = 0]) => [lon, lat] as const)
    : null;
}

function within(degrees: number | undefined, most: number): boolean {
  return degrees !== undefined && Math.abs(degrees) <= most;
}
