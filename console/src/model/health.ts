/** How a camera is, as the server judges it. */
export type HealthState = "ok" | "poor" | "down" | "unknown";

export interface CameraHealth {
  readonly camera: string;
  readonly state: HealthState;
}
