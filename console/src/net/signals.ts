/** Signals and the priority asked of them. */
import type { Junction } from "../model/signals";
import { ask } from "./http";

export const listSignals = () => ask<Junction[]>("GET", "/v1/signals");
