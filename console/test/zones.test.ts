import { describe, expect, it } from "vitest";
import { read, shareAt, written, wrongWith } from "../src/model/zones";

describe("a masked zone", () => {
  it("is read as it is written", () => {
    const ring = [[0.25, 0.5], [1, 0], [0.3333, 0.9]] as const;
    expect(read(written(ring))).toEqual(ring);
  });

  it("is not read where a line is no place in the picture", () => {
    for (const text of ["0.1", "0.1, 0.2, 0.3", "1.1, 0.5", "-0.1 0.5", "a, b"]) expect(read(text), text).toBeNull();
  });

  it("takes a click as a share of the picture, never outside of it", () => {
    const box = { left: 100, top: 50, width: 200, height: 100 };
    expect(shareAt(box, 150, 100)).toEqual([0.25, 0.5]);
    expect(shareAt(box, 90, 200)).toEqual([0, 1]);
  });

  it("needs three corners and an outline that does not cross itself", () => {
    expect(wrongWith([[0, 0], [1, 1]])).toBe("few");
    expect(wrongWith([[0, 0], [1, 1], [1, 0], [0, 1]])).toBe("crossed");
    expect(wrongWith([[0, 0], [1, 0], [1, 1]])).toBe("");
  });
});
