import { describe, expect, it } from "vitest";
import { EMPTY, forget, grantsOf, hear, isLive } from "../src/model/board";
import { aCamera, aChange, aGrant, aMoment, anIncident, aSnapshot, aView, NOON } from "./builders";

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
    expect(hear(board, aChange(10, anIncident({ version: 9, state: "closed" })))).toBe(board);
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
