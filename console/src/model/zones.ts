/** Masked zones while somebody draws them: corners as shares of a picture, typed or clicked. */
import { faultOf } from "./ring";

export type Share = readonly [across: number, down: number];

const DIGITS = 4;

/** "0.25, 0.5" a line, as people can type it. */
export function written(ring: readonly Share[]): string {
  return ring.map(([across, down]) => `${shortly(across)}, ${shortly(down)}`).join("\n");
}

/** The corners somebody typed; null when a line is not two numbers between 0 and 1. */
export function read(text: string): Share[] | null {
  const rows = text.split("\n").map((row) => row.trim()).filter(Boolean);
  const corners = rows.map((row) => row.split(/[\s,]+/).map(Number));
  return corners.every(([across, down, ...rest]) => rest.length === 0 && within(across) && within(down))
    ? corners.map(([across = 0, down = 0]) => [across, down] as const)
    : null;
}

/** Where in a box of the screen a click was, as shares of it. */
export function shareAt(box: { left: number; top: number; width: number; height: number }, x: number, y: number): Share {
  const share = (at: number, begin: number, size: number) => Number(shortly(Math.min(1, Math.max(0, (at - begin) / size))));
  return [share(x, box.left, box.width), share(y, box.top, box.height)];
}

/** Why the corners make no zone; "" when they do. */
export function wrongWith(ring: readonly Share[]): "few" | "crossed" | "" {
  return faultOf(ring);
}

function shortly(share: number): string {
  return String(Number(share.toFixed(DIGITS)));
}

function within(share: number | undefined): boolean {
  return share !== undefined && share >= 0 && share <= 1;
}
