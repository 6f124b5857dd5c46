"""One run of the fire drill, from an empty folder to a verdict: everything goes in and comes out by public doors."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx

from bongsu.core.geo import Point, distance_m
from bongsu.drills.care.ground import standing
from bongsu.drills.fire import priority
from bongsu.drills.fire.ground import AGENCY, furnish, lay
from bongsu.drills.fire.hand import CREWS, WITHIN_S, Hand
from bongsu.drills.fire.town import ALLEY_END, ALLEY_WIDTH_M, corner, metres_to, spot, where
from bongsu.drills.outcome import Outcome, Row

SENT = ("right", "ladder")
SAME_M = 130.0
"""Crews so much apart by metres may come in either order: turns cost time, which the oracle does not know."""
Json = dict[str, Any]


async def drill(tell: Callable[[str], None], *, keep: Path | None = None) -> Outcome:
    """Run a whole platform over the drawn town, and hold what it says of a fire against the truth."""
    with tempfile.TemporaryDirectory(prefix="bongsu-drill-", ignore_cleanup_errors=True) as temporary:
        folder = keep.resolve() if keep is not None else Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        ground = lay(folder)
        tell("a platform over a town with a river, one bridge and a narrow alley")
        await furnish(ground)
        async with priority.controllers(ground) as register, standing(ground):
            hand = Hand(ground)
            try:
                await hand.sit()
                tell("controllers at every corner, one of them deaf")
                rows = await priority.register_them(ground, register, hand)
                return await _exercise(hand, tell, rows)
            finally:
                await hand.close()


async def _exercise(hand: Hand, tell: Callable[[str], None], rows: list[Row]) -> Outcome:
    fire = where(*spot(ALLEY_END))
    await _make_crew(hand)
    await hand.see()
    case = await hand.call("fire", fire, 1)
    tell(f"a fire at the alley's end: {case}")
    plan, plan_s = await hand.until("desk", f"/v1/incidents/{case}/dispatch", lambda one: _has_times(one))
    rows += _judge_plan(plan, fire, plan_s)
    tell("two crews are sent, and a street on the way is closed")
    rows += await _send(hand, case, fire)
    tell("doors that must stay shut, a case filed to 119, and the ledger")
    rows += await _doors(hand, case)
    rows += await _file(hand)
    tell("the engine drives, and has green; then both are called back")
    rows += await priority.exercise(hand, case, SENT)
    figures = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "misses": [row.name for row in rows if row.passed is False],
    }
    return Outcome(figures=figures, rows=tuple(rows), name="fire")


async def _make_crew(hand: Hand) -> None:
    """The user of the engine `right` is that crew from now on, by its record."""
    admin = hand.people["drill-admin"]
    found = (await admin.get("/v1/records", kind="user")).raise_for_status().json()
    old = next(one for one in found if one["body"]["name"] == "drill-engine")
    order = {"version": old["version"], "body": {**old["body"], "unit": "right"}, "note": "fire drill"}
    (await admin.put(f"/v1/records/user/{old['id']}", order)).raise_for_status()


def _has_times(plan: Json) -> bool:
    return len(plan["candidates"]) == len(CREWS) and not plan["problem"]


def _judge_plan(plan: Json, fire: Point, plan_s: float) -> list[Row]:
    by_street = metres_to(ALLEY_END)
    metres = {name: float(by_street[corner(*at)]) for name, at in CREWS.items()}
    straight = {name: distance_m(where(*spot(corner(*at))), fire) for name, at in CREWS.items() if name != "silent"}
    engines = [one["unit"] for one in plan["candidates"] if one["eta"] and one["vehicle"] == "engine"]
    wrong = [a for a, b in pairwise(engines) if metres[a] > metres[b] + SAME_M]
    silent = next(one for one in plan["candidates"] if one["unit"] == "silent")
    ladder = next(one for one in plan["candidates"] if one["unit"] == "ladder")
    spans = [
        one["eta"]["low_ms"] < one["eta"]["ms"] < one["eta"]["high_ms"] for one in plan["candidates"] if one["eta"]
    ]
    return [
        Row(name="call to plan", value=round(plan_s, 2), limit=WITHIN_S, unit="s"),
        Row(name="crews out of the oracle's order", value=len(wrong), limit=0),
        Row(
            name="the nearest by the straight line is not first",
            value=engines[0] != min(straight, key=straight.__getitem__),
            limit=True,
        ),
        Row(name="every time has its uncertainty", value=all(spans), limit=True),
        Row(
            name="a silent crew has no time",
            value=(silent["eta"], silent["problem"]) == (None, "dispatch.silent"),
            limit=True,
        ),
        Row(name="a ladder stops short of the alley", value=ladder["short_m"] > 20, limit=True),
    ]


async def _send(hand: Hand, case: str, fire: Point) -> list[Row]:
    desk = hand.people["drill-desk"]
    for unit in SENT:
        (await desk.post(f"/v1/incidents/{case}/crews/{unit}", {})).raise_for_status()
    before, way_s = await hand.until("engine", "/v1/crews/right/way", lambda one: bool(one["line"]))
    ladder, _ = await hand.until("operator", "/v1/crews/ladder/way", lambda one: bool(one["line"]))
    closed = _middle(before)
    body = {"type": "closure", "name": "화재 통제선", "at": [[closed.lon, closed.lat]]}
    order = {"version": 0, "body": body, "note": "fire drill"}
    (await hand.people["drill-operator"].put("/v1/records/closure/drill", order)).raise_for_status()
    after, closed_s = await hand.until("engine", "/v1/crews/right/way", lambda one: one["number"] > before["number"])
    alley = where(*[a + 30 for a in spot(corner(5, 6))])
    return [
        Row(name="sent to way", value=round(way_s, 2), limit=WITHIN_S, unit="s"),
        Row(name="closed to another way", value=round(closed_s, 2), limit=WITHIN_S, unit="s"),
        Row(name="the other way keeps off the closure", value=_apart_m(after, closed) > 20, limit=True),
        Row(name="a way through the closure is caught", value=_apart_m(before, closed) < 20, limit=True),
        Row(name="the engine drives into the alley", value=_apart_m(after, alley) < 15, limit=True),
        Row(name="the ladder does not", value=_apart_m(ladder, alley) > 15, limit=True),
        Row(
            name="the alley's width is told",
            value=[one["width_m"] for one in after["narrow"]] == [ALLEY_WIDTH_M],
            limit=True,
        ),
    ]


def _points(way: Json) -> list[Point]:
    """Places every few metres of a way."""
    found, line = [], way["line"]
    for (lon, lat), (to_lon, to_lat) in pairwise(line):
        found += [Point(lon + (to_lon - lon) * part / 20, lat + (to_lat - lat) * part / 20) for part in range(21)]
    return found


def _middle(way: Json) -> Point:
    """The middle of a block near the middle of the way."""
    line = way["line"]
    at = len(line) // 2
    return Point((line[at - 1][0] + line[at][0]) / 2, (line[at - 1][1] + line[at][1]) / 2)


def _apart_m(way: Json, place: Point) -> float:
    return min(distance_m(one, place) for one in _points(way))


async def _doors(hand: Hand, case: str) -> list[Row]:
    plan, way, send = f"/v1/incidents/{case}/dispatch", "/v1/crews/right/way", f"/v1/incidents/{case}/crews/far"
    shut = [
        *[(who, "GET", door) for who in ("police", "auditor", "admin") for door in (plan, way)],
        *[(who, "POST", send) for who in ("police", "auditor", "admin", "engine")],
    ]
    opened = [
        (who, door) for who, method, door in shut if await hand.status(who, method, door) != httpx.codes.FORBIDDEN
    ]
    return [Row(name="doors open to those without right", value=len(opened), limit=0)]


async def _file(hand: Hand) -> list[Row]:
    """An operator files a robbery that burns; nobody listens at 119's own address, so it waits in the outbox."""
    case = await hand.call("robbery", where(*spot(corner(1, 1))), 2)
    operator = hand.people["drill-operator"]
    (await operator.post(f"/v1/incidents/{case}/report-to-119", {"text": "가게에서 불길이 보임"})).raise_for_status()
    filed = {"incident": case, "ask": "file_report", "agency": AGENCY}
    waiting, _ = await hand.until("operator", "/v1/outbox", lambda rows: any(_is(one, filed) for one in rows))
    seen, _ = await hand.until("desk", f"/v1/incidents/{case}/dispatch", lambda one: True)
    acts = [str(row["act"]) for row in (await _ledger(hand))]
    return [
        Row(name="filed cases on their way to 119", value=sum(_is(one, filed) for one in waiting) == 1, limit=True),
        Row(name="119 sees the case filed", value=seen["incident"] == case, limit=True),
        Row(name="crews sent on the ledger", value=acts.count("send") == 2, limit=True),
        Row(name="cases filed on the ledger", value=acts.count("file") == 1, limit=True),
        Row(name="refusals on the ledger", value=acts.count("refuse") >= 10, limit=True),
    ]


def _is(row: Json, wanted: Json) -> bool:
    return all(row[name] == value for name, value in wanted.items())


async def _ledger(hand: Hand) -> list[Json]:
    rows: list[Json] = (await hand.people["drill-auditor"].get("/v1/ledger", limit=500)).raise_for_status().json()
    return rows
