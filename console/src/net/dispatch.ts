/** Sending crews: what a crew and an operator can ask of the core. */
import type { CrewWay, DispatchPlan, Filed, Stretch } from "../model/dispatch";
import type { Incident } from "../model/records";
import { ask, Problem } from "./http";

const part = encodeURIComponent;

/** The way of a crew; null while it is sent nowhere. */
export async function findWay(unit: string): Promise<CrewWay | null> {
  try {
    return await ask<CrewWay>("GET", `/v1/crews/${part(unit)}/way`);
  } catch (problem) {
    if (problem instanceof Problem && problem.code === "error.dispatch.none") return null;
    throw problem;
  }
}

/** Who could go; null while it is not worked out yet, or there is nothing to work out. */
export async function findPlan(incident: string): Promise<DispatchPlan | null> {
  try {
    return await ask<DispatchPlan>("GET", `/v1/incidents/${part(incident)}/dispatch`);
  } catch (problem) {
    if (problem instanceof Problem && /^error\.dispatch\.(none|not_yet)$/.test(problem.code)) return null;
    throw problem;
  }
}

/** The stretches a closure at these places would close; places on no road are left out. */
export const stretchesAt = (places: readonly (readonly [number, number])[]) =>
  ask<Stretch[]>("GET", `/v1/streets?at=${part(places.map(String).join(";"))}`);

export const sendCrew = (incident: string, unit: string) => ask<Incident>("POST", `/v1/incidents/${part(incident)}/crews/${part(unit)}`);

export const recallCrew = (incident: string, unit: string) => ask<Incident>("DELETE", `/v1/incidents/${part(incident)}/crews/${part(unit)}`);

/** What came of a case's reports to 119, newest first. */
export const listFiled = (incident: string) => ask<Filed[]>("GET", `/v1/incidents/${part(incident)}/report-to-119`);

/** File a case to 119, with what the operator sees and a still of a camera ("" none). */
export const reportTo119 = ({ id, version }: Incident, text: string, camera: string) =>
  ask<Incident>("POST", `/v1/incidents/${part(id)}/report-to-119`, { text, camera, version });
