import { describe, expect, it } from "vitest";
import { EMPTY, forget, grantsOf, hear, isLive, isOver } from "../src/model/board";
import type { Word } from "../src/model/word";
import { aCamera, aChange, aGrant, aKind, aMoment, anIncident, aRevision, aRun, aSnapshot, aView, NOON } from "./builders";

const withOne = () => hear(EMPTY, aSnapshot({ incidents: [anIncident()], grants: [aGrant()], cameras: { c1: aCamera() } }));

describe("the board", () => {
  it("takes a snapshot whole and forgets what stood before", () => {
    const board = hear(withOne(), aSnapshot({ seq: 3, incidents: [anIncident({ id: "i2" })] }));
    expect([...board.incidents.keys()]).toEqual(["i2"]);
    expect(board.grants.size).toBe(0);
    expect(board.seq).toBe(3);
  });

  it("puts a newer version of a case in place of the old one", () => {
    const board = hear(withOne(), aChange(11, anIncident({ version: 2, state: "accepted" })));
    expect(board.incidents.get("i1")?.state).toBe("accepted");
    expect(board.seq).toBe(11);
  });

  it("takes a late word for old news: by sequence", () => {
    const board = withOne();
    expect(hear(board, aChange(9, anIncident({ version: 9, state: "closed" })))).toBe(board);
  });

  it("takes a late word for old news: by version", () => {
    const board = hear(withOne(), aChange(11, anIncident({ version: 3, state: "accepted" })));
    const later = hear(board, aChange(12, anIncident({ version: 2, state: "open" })));
    expect(later.incidents.get("i1")?.state).toBe("accepted");
  });

  it("never lets an old grant undo an ended one", () => {
    const ended = hear(withOne(), aChange(11, anIncident({ version: 2 }), [aGrant({ version: 2, ended: true })]));
    const later = hear(ended, aChange(12, anIncident({ version: 3 }), [aGrant({ version: 1 })]));
    expect(grantsOf(later, "i1").map((grant) => grant.ended)).toEqual([true]);
  });

  it("takes both words of one entry: a case ended by merging and the one that took it in", () => {
    const both = hear(withOne(), aChange(11, anIncident({ id: "i2" })));
    const ended = hear(both, aChange(12, anIncident({ version: 2, state: "merged", merged_into: "i2" })));
    const board = hear(ended, aChange(12, anIncident({ id: "i2", version: 2, also: [{ sender: "fire119", occurrence: "F1" }] })));
    expect(isOver(board.incidents.get("i1")!)).toBe(true);
    expect(board.incidents.get("i2")?.also).toHaveLength(1);
  });

  it("stands the same when a word is heard twice, as after a broken line", () => {
    const word = aChange(11, anIncident({ version: 2, state: "accepted" }), [aGrant({ version: 2 })]);
    const once = hear(withOne(), word);
    expect(hear(once, word)).toEqual(once);
  });

  it("moves a procedure with the change that moved it, and leaves it alone otherwise", () => {
    const begun = hear(withOne(), { ...aChange(11, anIncident({ version: 2 })), run: aRun() } as Word);
    expect(begun.runs.get("i1")?.procedure).toBe("sop");
    expect(hear(begun, aChange(12, anIncident({ version: 3 }))).runs.get("i1")).toEqual(aRun());
  });

  it("takes a record's newer version and never an older one", () => {
    const seeded = hear(EMPTY, aSnapshot({ records: [aRevision()] }));
    const renamed = hear(seeded, { what: "record", seq: 11, record: aRevision({ version: 2, body: aKind({ name: "강도 사건" }) }) });
    const late = hear(renamed, { what: "record", seq: 12, record: aRevision() });
    expect(late.records.get("kind/robbery")?.version).toBe(2);
  });

  it("keeps records that were asked for when a snapshot tells none", () => {
    const asked = hear(EMPTY, { what: "record", seq: 1, record: aRevision() });
    expect(hear(asked, aSnapshot()).records.size).toBe(1);
  });

  it("shows an agency another case in place of the one it was merged into, whichever word comes first", () => {
    const gone = { what: "gone", seq: 11, incident: "i1", grant: "i1.police_video.police112" } as const;
    const other = aChange(11, anIncident({ id: "i2" }), [aGrant({ id: "g2", incident: "i2" })]);
    for (const words of [[gone, other], [other, gone]]) {
      const board = words.reduce(hear, withOne());
      expect([[...board.incidents.keys()], [...board.grants.keys()]]).toEqual([["i2"], ["g2"]]);
    }
  });

  it("forgets case, grant and cameras when they are gone, and keeps another case's camera", () => {
    const second = aGrant({ id: "g2", incident: "i2", views: [aView({ camera: "c2" })] });
    const both = hear(withOne(), aChange(11, anIncident({ id: "i2" }), [second], { c2: aCamera() }));
    const board = hear(both, { what: "gone", seq: 12, incident: "i1", grant: "i1.police_video.police112" });
    expect([...board.incidents.keys()]).toEqual(["i2"]);
    expect([...board.grants.keys()]).toEqual(["g2"]);
    expect([...board.cameras.keys()]).toEqual(["c2"]);
  });

  it("leaves the board it was given as it was", () => {
    const board = withOne();
    hear(board, aChange(11, anIncident({ version: 2, state: "closed" })));
    expect(board.incidents.get("i1")?.state).toBe("open");
  });

  it("hears units, outbox and health, and lets an unknown word pass", () => {
    const units = [{ id: "u1", name: "순찰 1", kind: "patrol" as const }];
    const board = [
      { what: "units", units } as const,
      { what: "health", parts: { video: "down" }, lag_ms: 1 } as const,
      { what: "weather" } as never,
    ].reduce(hear, withOne());
    expect(board.units).toEqual(units);
    expect(board.parts).toEqual({ video: "down" });
  });

  it("drops cases that ended more than an hour ago with their grants, and keeps the open ones", () => {
    const old = anIncident({ id: "old", state: "closed", changed_at: aMoment(-3700) });
    const fresh = anIncident({ id: "fresh", state: "closed", changed_at: aMoment(-60) });
    const board = hear(EMPTY, aSnapshot({ incidents: [old, fresh, anIncident({ opened_at: aMoment(-9000) })], grants: [aGrant({ incident: "old" })] }));
    const tidy = forget(board, NOON);
    expect([...tidy.incidents.keys()]).toEqual(["fresh", "i1"]);
    expect(tidy.grants.size).toBe(0);
    expect(forget(tidy, NOON)).toBe(tidy);
  });
});

it("calls a grant live until its very end, and never once it is ended", () => {
  const grant = aGrant({ until: aMoment(10) });
  expect(isLive(grant, NOON + 9_999)).toBe(true);
  expect(isLive(grant, NOON + 10_000)).toBe(false);
  expect(isLive({ ...grant, ended: true }, NOON)).toBe(false);
});
