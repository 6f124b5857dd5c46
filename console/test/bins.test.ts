import { expect, test } from "vitest";
import { lineOf, minutesOf, savedOf, standsOf, type BinRound } from "../src/model/bins";

const stop = (bin: string, lon: number, after_s: number) => ({ bin, where: { lon, lat: 37.5 }, fill: 0.9, after_s });
const round: BinRound = { stops: [stop("T-2", 127.1, 61), stop("T-1", 127.2, 300)], drive_s: 540, takes_s: 721, load: 1.8, bins: 9, all_drive_s: 1500, all_takes_s: 2310 };

test("minutes are never fewer than it takes, and what is saved is what both rounds say", () => {
  expect(minutesOf(721)).toBe(13);
  expect(savedOf(round)).toBe(39 - 13);
});

test("where a round over every bin was not worked out nothing is said to be saved", () => {
  const { all_takes_s: _, ...bare } = round;
  expect(savedOf(bare)).toBeNull();
});

test("the line on the map joins the stops in their order, and one stop is no line", () => {
  expect(lineOf(round, 3)).toMatchObject([{ number: 3, line: [[127.1, 37.5], [127.2, 37.5]] }]);
  expect(lineOf({ ...round, stops: round.stops.slice(0, 1) }, 3)).toEqual([]);
  expect(standsOf(round).map((one) => one.name)).toEqual(["T-2", "T-1"]);
});
