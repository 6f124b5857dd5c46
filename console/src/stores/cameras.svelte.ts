/** Who steers which camera, and which cameras give too little: as the live socket tells it. */
import type { CameraHealth, HealthState } from "../model/health";

export interface Held {
  /** "" nobody */
  readonly holder: string;
  /** Why whoever had it lost it, "" when nobody did. */
  readonly why: string;
}

class CameraStates {
  wheels = $state.raw<ReadonlyMap<string, Held>>(new Map());
  health = $state.raw<ReadonlyMap<string, HealthState>>(new Map());

  wheel(camera: string, held: Held): void {
    this.wheels = new Map(this.wheels).set(camera, held);
  }

  feel(camera: string, state: HealthState): void {
    this.health = new Map(this.health).set(camera, state);
  }

  /** What was said before we listened. */
  learn(told: readonly CameraHealth[]): void {
    this.health = new Map(told.map((one) => [one.camera, one.state]));
  }
}

export const cameraStates = new CameraStates();
