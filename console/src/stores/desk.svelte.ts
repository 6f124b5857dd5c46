/** What one seat is looking at: the chosen case, the filter, the layers, the keys. */
import type { Filter } from "../model/priority";
import { recall, remember } from "./memory";

export const LAYERS = ["cameras", "units", "incidents", "zones", "ways", "closures", "devices"] as const;
export type Layer = (typeof LAYERS)[number];

/** A partner's message links here with ?incident=ID, and with &camera=ID&form=still for one picture. */
const link = new URLSearchParams(location.search);

class Desk {
  /** The chosen case's id, "" for none. */
  chosen = $state(link.get("incident") ?? "");
  /** The camera whose still picture was asked for, "" for none. */
  still = $state(link.get("form") === "still" ? (link.get("camera") ?? "") : "");
  filter = $state<Filter>("all");
  /** The camera an operator has put into the large tile by hand, "" for the best one. */
  large = $state("");
  layers = $state<Record<Layer, boolean>>({ cameras: true, units: true, incidents: true, zones: true, ways: true, closures: true, devices: false });
  /** The device to be shown first on the devices' page, "" for none. */
  device = $state("");
  /** Single-key shortcuts can be switched off (KWCAG 2.2, WCAG 2.1.4). */
  keys = $state(recall("keys") !== "off");

  choose(incident: string): void {
    if (this.chosen === incident) return;
    this.chosen = incident;
    this.large = "";
    this.still = "";
  }

  switchKeys(on: boolean): void {
    this.keys = on;
    remember("keys", on ? "on" : "off");
  }
}

export const desk = new Desk();
