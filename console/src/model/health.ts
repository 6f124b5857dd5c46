/** How a camera is, as the server judges it. */
export type HealthState = "ok" | "poor" | "down" | "unknown";

export interface Vitals {
  /** Unix ms, 0 for none yet. */
  readonly last_frame_ms: number;
  readonly kbps: number;
  readonly fps: number;
  readonly reconnects: number;
  readonly clock_offset_ms: number | null;
  readonly code: string;
  readonly told_ms: number;
}

export interface CameraHealth {
  readonly camera: string;
  readonly state: HealthState;
  readonly vitals: Vitals | null;
}

const WORST: readonly HealthState[] = ["down", "poor", "unknown", "ok"];

/** The cameras somebody should look at first. */
export function worstFirst(cameras: readonly CameraHealth[]): readonly CameraHealth[] {
  return cameras.toSorted((a, b) => WORST.indexOf(a.state) - WORST.indexOf(b.state) || a.camera.localeCompare(b.camera));
}

/** Seconds since the last frame when it was told, null when there was none yet. */
export function frameAgeS({ last_frame_ms, told_ms }: Vitals): number | null {
  return last_frame_ms === 0 ? null : Math.max(0, told_ms - last_frame_ms) / 1000;
}
