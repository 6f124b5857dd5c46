/** Steering a camera, and how cameras are: the routes of doors.md. */
import type { CameraHealth } from "../model/health";
import type { Seen } from "../model/seen";
import { ask } from "./http";

const part = encodeURIComponent;

export interface WheelView {
  readonly camera: string;
  readonly steerable: boolean;
  /** "" nobody */
  readonly holder: string;
  readonly mine: boolean;
  readonly for_s: number;
}

export interface Preset {
  readonly token: string;
  readonly name: string;
}

export interface Motion {
  readonly pan?: number;
  readonly tilt?: number;
  readonly zoom?: number;
}

const at = (camera: string, more: string) => `/v1/cameras/${part(camera)}/${more}`;

export const seeWheel = (camera: string) => ask<WheelView>("GET", at(camera, "wheel"));

export const takeWheel = (camera: string, incident: string, reason: string) =>
  ask<WheelView>("POST", at(camera, "wheel"), { incident, reason });

export const letGo = (camera: string) => ask<WheelView>("DELETE", at(camera, "wheel"));

/** It lasts a second; say it again to go on. */
export const move = (camera: string, motion: Motion) => ask<WheelView>("POST", at(camera, "wheel/move"), motion);

export const stop = (camera: string) => ask<WheelView>("POST", at(camera, "wheel/stop"));

export const listPresets = (camera: string) => ask<Preset[]>("GET", at(camera, "presets"));

export const savePreset = (camera: string, name: string) => ask<Preset[]>("POST", at(camera, "presets"), { name });

export const goTo = (camera: string, preset: string) => ask<WheelView>("POST", at(camera, `presets/${part(preset)}/go`));

export const listHealth = () => ask<CameraHealth[]>("GET", "/v1/cameras/health");

export const listSeen = (camera: string) => ask<Seen[]>("GET", at(camera, "seen"));
