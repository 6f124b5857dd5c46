"""Judges what a run of the video drill found: every figure beside its limit."""

from __future__ import annotations

from collections import Counter
from typing import Any

from bongsu.drills.measure import percentiles
from bongsu.drills.outcome import Outcome, Row
from bongsu.drills.video.findings import Findings
from bongsu.drills.video.floors import Floors
from bongsu.drills.video.leaks import Held
from bongsu.drills.video.masks import Masks
from bongsu.drills.video.plan import LIMITS


def report(found: Findings) -> Outcome:
    """Figures and rows of a finished run."""
    told = figures_of(found)
    return Outcome(name="video", figures=told, rows=(*_promises(told), *_proofs(found, told)))


def figures_of(found: Findings) -> dict[str, Any]:
    """What the drill prints as JSON; times in ms."""
    deaths = [one for one in found.illnesses if one.is_death]
    return {
        "illnesses": Counter(one.ailment.value for one in found.illnesses),
        "deaths": len(deaths),
        "seen": sum(one.told_s is not None for one in deaths),
        "reconnected": sum(one.again_s is not None for one in deaths),
        "not_back": [one.camera for one in found.illnesses if one.again_s is None],
        "seen_ms": percentiles([(one.told_s - one.began_s) * 1000 for one in deaths if one.told_s], 50, 99),
        "back_ms": percentiles([(one.again_s - one.ended_s) * 1000 for one in deaths if one.again_s], 50, 99),
        "stalls_of_others": found.stalls,
        **_leaks(found.held, found.bad_held),
        **_ends(found),
        **_hidden(found.floors, found.masks),
        "refused": {tried.name: tried.answer for tried in found.misuse},
        "let_through": [tried.name for tried in found.misuse if not tried.answer],
        "seconds": found.seconds,
    }


def _leaks(held: Held | None, bad: Held | None) -> dict[str, Any]:
    return {
        "leaked": held.leaked if held else None,
        "held": held,
        "bad_leak_caught": bad is not None and bad.leaked > 0,
    }


def _ends(found: Findings) -> dict[str, Any]:
    return {
        "revocations": len(found.ends),
        "not_playing": sum(not one.played for one in found.ends),
        "unsaid": sum(not one.said for one in found.ends),
        "revoke_ms": percentiles([one.last_ms for one in found.ends if one.played], 50, 99),
        "unleased_frames": sum(one.unleased for one in found.ends) + sum(tried.frames for tried in found.misuse),
        "bad_gateway_caught": found.bad_unleased > 0,
    }


def _hidden(floors: Floors | None, masks: Masks | None) -> dict[str, Any]:
    return {
        "floor_breaches": floors.breaches if floors else None,
        "floors": floors,
        "mask_leaks": masks.leaked if masks else None,
        "masks": masks,
    }


def _promises(told: dict[str, Any]) -> tuple[Row, ...]:
    missing = float("nan")
    return (
        Row(name="cameras that died", value=told["deaths"]),
        Row(name="deaths not said to the viewer", value=told["deaths"] - told["seen"], limit=0),
        Row(name="illnesses after which no picture came", value=len(told["not_back"]), limit=0),
        Row(name="stalls of cameras that were well", value=told["stalls_of_others"], limit=0),
        Row(name="leaked: threads, files, memory", value=_or(told["leaked"], missing), limit=0),
        Row(name="right ended → last frame p99", value=told["revoke_ms"]["p99"], limit=LIMITS.revoke_p99_ms, unit="ms"),
        Row(name="looks that had stopped before the end", value=told["not_playing"], limit=0),
        Row(name="ends that were not said", value=told["unsaid"], limit=0),
        Row(name="unleased frames", value=told["unleased_frames"], limit=0),
        Row(name="forged or borrowed tickets let through", value=len(told["let_through"]), limit=0),
        Row(name="floor breaches", value=_or(told["floor_breaches"], missing), limit=0),
        Row(name="masked pictures that showed it", value=_or(told["mask_leaks"], missing), limit=0),
    )


def _or(value: int | None, other: float) -> int | float:
    return other if value is None else value


def _proofs(found: Findings, told: dict[str, Any]) -> tuple[Row, ...]:
    floors, masks = found.floors, found.masks
    was_there = floors is not None and floors.there > 0 and floors.seen > 0
    showed = masks is not None and masks.masked > 0 and masks.bare > 0 and masks.shown_bare == masks.bare
    return (
        Row(name="bad gateway caught", value=bool(told["bad_gateway_caught"]), limit=True),
        Row(name="leaking process caught", value=bool(told["bad_leak_caught"]), limit=True),
        Row(name="there was something behind the floor", value=was_there, limit=True),
        Row(name="there was something to mask", value=showed, limit=True),
    )
