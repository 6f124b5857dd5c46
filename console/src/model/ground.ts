/** Flat geometry around a point, good over a city. */
import type { CameraNote, Where } from "./records";

const METRES_PER_DEGREE = 111_195;

export type Ring = [number, number][];

function offset(origin: Where, bearingDeg: number, metres: number): [number, number] {
  const turn = (bearingDeg * Math.PI) / 180;
  const east = METRES_PER_DEGREE * Math.cos((origin.lat * Math.PI) / 180);
  return [origin.lon + (Math.sin(turn) * metres) / east, origin.lat + (Math.cos(turn) * metres) / METRES_PER_DEGREE];
}

export function distanceM(a: Where, b: Where): number {
  const north = (b.lat - a.lat) * METRES_PER_DEGREE;
  const east = (b.lon - a.lon) * METRES_PER_DEGREE * Math.cos((a.lat * Math.PI) / 180);
  return Math.hypot(north, east);
}

/** A closed circle of 32 corners. */
export function circle(origin: Where, metres: number): Ring {
  return Array.from({ length: 33 }, (_, at) => offset(origin, (at % 32) * 11.25, metres));
}

/** What a camera sees as a closed ring: its sector, a circle when it looks all round, null when its heading is unknown. */
export function wedge(camera: CameraNote): Ring | null {
  if ((camera.hfov_deg ?? 0) >= 360) return circle(camera, camera.reach_m);
  if (camera.heading_deg === null) return null;
  const fov = camera.hfov_deg ?? 60;
  const steps = Math.max(4, Math.ceil(fov / 10));
  const start = camera.heading_deg - fov / 2;
  const arc = Array.from({ length: steps + 1 }, (_, at) => offset(camera, start + (fov * at) / steps, camera.reach_m));
  const apex: [number, number] = [camera.lon, camera.lat];
  return [apex, ...arc, apex];
}

/** Whether a place lies where a camera is turned; of one whose heading is unknown nobody can say that it does not. */
export function faces(camera: CameraNote, place: Where): boolean {
  if (camera.heading_deg === null || (camera.hfov_deg ?? 0) >= 360) return true;
  const north = place.lat - camera.lat;
  const east = (place.lon - camera.lon) * Math.cos((camera.lat * Math.PI) / 180);
  if (north === 0 && east === 0) return true;
  const bearing = (Math.atan2(east, north) * 180) / Math.PI;
  const off = Math.abs(((bearing - camera.heading_deg + 540) % 360) - 180);
  return off <= (camera.hfov_deg ?? 60) / 2;
}

export type Box = [west: number, south: number, east: number, north: number];

/** The box around some places, widened by a margin; null when there are none. */
export function box(places: Iterable<Where>, marginM: number): Box | null {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { lon, lat } of places) {
    [west, south, east, north] = [Math.min(west, lon), Math.min(south, lat), Math.max(east, lon), Math.max(north, lat)];
  }
  if (west > east) return null;
  const up = marginM / METRES_PER_DEGREE;
  const out = up / Math.cos((((south + north) / 2) * Math.PI) / 180);
  return [west - out, south - up, east + out, north + up];
}
