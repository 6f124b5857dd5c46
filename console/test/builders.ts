/** Records as the server would send them. */
import type { CameraNote, Grant, Incident, View, Word } from "../src/model/records";

export const NOON = Date.parse("2026-11-22T12:00:00+09:00");

export function aMoment(afterS = 0): string {
  return new Date(NOON + afterS * 1000).toISOString();
}

export function anIncident(wish: Partial<Incident> = {}): Incident {
  return {
    id: "i1",
    version: 1,
    kind: "robbery",
    severity: "Extreme",
    state: "open",
    status: "Actual",
    sender: "police112",
    occurrence: "20261122120000000",
    event_code: "NPAUC102",
    opened_at: aMoment(),
    changed_at: aMoment(),
    occurred_at: aMoment(),
    where: { lon: 127.1, lat: 37.5 },
    accuracy_m: null,
    address: "",
    text: "",
    accepted_by: "",
    closed_by: "",
    close_note: "",
    ...wish,
  };
}

export function aView(wish: Partial<View> = {}): View {
  return { camera: "c1", distance_m: 20, px_per_m: 80, clear: true, confident: true, ...wish };
}

export function aGrant(wish: Partial<Grant> = {}): Grant {
  return {
    id: "i1.police_video.police112",
    version: 1,
    incident: "i1",
    service: "police_video",
    agency: "police112",
    basis: "urgent_life",
    rights: ["view"],
    views: [aView()],
    floor: aMoment(-60),
    until: aMoment(1800),
    status: "Actual",
    ended: false,
    ...wish,
  };
}

export function aCamera(wish: Partial<CameraNote> = {}): CameraNote {
  return { name: "달빛-017", lon: 127.1, lat: 37.5, heading_deg: 90, hfov_deg: 60, reach_m: 100, ...wish };
}

export function aSnapshot(wish: Partial<Extract<Word, { what: "snapshot" }>> = {}): Word {
  return { what: "snapshot", seq: 10, now_ms: NOON, incidents: [], grants: [], cameras: {}, outbox: [], units: [], ...wish };
}

export function aChange(seq: number, incident: Incident, grants: Grant[] = [], cameras: Record<string, CameraNote> = {}): Word {
  return { what: "change", seq, incident, grants, cameras };
}
