/** Records as the server would send them. */
import type { CameraNote, Grant, Incident, View } from "../src/model/records";
import type { Run } from "../src/model/run";
import type { KindTerms, Procedure, Revision } from "../src/model/terms";
import type { Word } from "../src/model/word";

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
    priority: "urgent",
    own: null,
    also: [],
    merged_into: "",
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
  return { what: "snapshot", seq: 10, now_ms: NOON, incidents: [], grants: [], runs: [], records: [], cameras: {}, outbox: [], units: [], ...wish };
}

export function aChange(seq: number, incident: Incident, grants: Grant[] = [], cameras: Record<string, CameraNote> = {}): Word {
  return { what: "change", seq, incident, grants, cameras };
}

export function aProcedure(wish: Partial<Procedure> = {}): Procedure {
  return {
    type: "procedure",
    name: "112 긴급영상",
    kinds: ["robbery"],
    steps: [
      { id: "tell", title: "112에 알림", actor: "automatic", deed: "notify", agency: "police112" },
      { id: "look", title: "현장 영상 확인", question: true, within_s: 60 },
      { id: "call", title: "신고자 통화", after: [{ step: "look", outcomes: ["yes"] }] },
    ],
    ...wish,
  };
}

export function aRun(wish: Partial<Run> = {}): Run {
  return {
    incident: "i1",
    procedure: "sop",
    version: 1,
    begun_at: aMoment(),
    steps: [
      { id: "tell", state: "done", outcome: "done", by: "system", ended_at: aMoment() },
      { id: "look", state: "open", opened_at: aMoment(), due_at: aMoment(60) },
      { id: "call" },
    ],
    ...wish,
  };
}

export function aKind(wish: Partial<KindTerms> = {}): KindTerms {
  return { type: "kind", name: "강도", name_en: "Robbery", ...wish };
}

export function aRevision(wish: Partial<Revision> = {}): Revision {
  return { kind: "kind", id: "robbery", version: 1, body: aKind(), at: aMoment(), by: "settings", ...wish };
}
