"""Judges what a run found: every figure beside its limit and the machine's own."""

from __future__ import annotations

from typing import Any

from bongsu.drills.measure import median_of_rounds, percentiles
from bongsu.drills.outcome import Outcome, Row
from bongsu.drills.police_video.audit import Audit
from bongsu.drills.police_video.findings import Findings
from bongsu.drills.police_video.plan import LIMITS


def report(found: Findings) -> Outcome:
    """Figures and rows of a finished run."""
    figures = figures_of(found)
    return Outcome(figures=figures, rows=(*_promises(found, figures), *_times(figures), *_proofs(found, figures)))


def figures_of(found: Findings) -> dict[str, Any]:
    """What the drill prints as JSON; times in ms."""
    return {**_counts(found), **_measured(found), **_evidence(found), "seconds": found.seconds}


def _counts(found: Findings) -> dict[str, Any]:
    books = _books(found)
    return {
        "calls": 2 * found.plan.places + sum(len(done.cases) for done in found.rounds),
        "acknowledged": books.balance.acknowledged,
        "lost": len(books.balance.lost),
        "doubled": len(books.balance.doubled) + len(books.answered_differently) + len(books.granted_twice),
        "not_granted": len(books.not_granted),
        "reordered": sum(len(done.reordered) for done in found.rounds),
        "granted_after_end": len(books.granted_after_end),
        "offers_missing": len(books.offers_missing),
        "offers_again": books.offers_again,
        "unledgered_views": len(books.unledgered),
        "unleased_frames": found.frames.unleased + sum(tried.frames for tried in found.misuse),
        "bad_gateway_caught": found.leak is not None and found.leak.caught,
    }


def _measured(found: Findings) -> dict[str, Any]:
    frames = found.frames
    return {
        "grant_ms": median_of_rounds([done.grant_ms() for done in found.rounds], 50, 95, 99),
        "first_frame_ms": {
            "hot": {**percentiles(frames.hot, 50, 95), "sample": len(frames.hot)},
            "cold": {**percentiles(frames.cold, 50, 95), "sample": len(frames.cold)},
            "unmeasured": frames.unmeasured,
        },
        "cut_ms": {
            **percentiles(frames.cuts, 50, 95, 99),
            "from_sent": percentiles(frames.cuts_from_sent, 50, 99),
            "sample": len(frames.cuts),
            "not_playing": frames.not_playing,
        },
        "loop_lag_ms": {"p99": round(found.lag.upper(0.99) * 1000, 1)},
        "bare_ms": bare_of(found),
    }


def _evidence(found: Findings) -> dict[str, Any]:
    return {
        "tickets_let_through": [tried.name for tried in found.misuse if not tried.answer],
        "tickets_refused": {tried.name: tried.answer for tried in found.misuse if tried.answer},
        "stalled_writer": found.stall,
        "stopped_core": found.silence,
        "bad_gateway": found.leak,
        "pictures": _books(found).pictures,
        "replayed": found.replayed,
        "processes": found.pids,
    }


def bare_of(found: Findings) -> dict[str, Any]:
    """What the machine allows: a commit, a round trip, and a camera's first picture with the library alone."""
    return {
        "commit": percentiles(found.bare.commits, 50, 99),
        "round_trip": percentiles(found.bare.round_trips, 50, 99),
        "rtsp_first_picture": {**percentiles(found.bare.keyframes, 50, 95), "sample": len(found.bare.keyframes)},
    }


def _books(found: Findings) -> Audit:
    if found.books is None:
        raise ValueError("a run is judged after its books are read")
    return found.books


def _promises(found: Findings, told: dict[str, Any]) -> tuple[Row, ...]:
    books = _books(found)
    return (
        Row(name="calls", value=told["calls"]),
        Row(name="reports acknowledged", value=told["acknowledged"]),
        Row(name="acknowledged reports lost", value=told["lost"], limit=0),
        Row(name="doubled", value=told["doubled"], limit=0),
        Row(name="calls without a grant", value=told["not_granted"], limit=0),
        Row(name="grants on cases that ended first", value=told["granted_after_end"], limit=0),
        Row(name="offers that did not reach the partner", value=told["offers_missing"], limit=0),
        Row(name="cases still open", value=books.still_open, limit=0),
        Row(name="views without a ledger row", value=told["unledgered_views"], limit=0),
        Row(name="unleased frames", value=told["unleased_frames"], limit=0),
        Row(name="tickets let through", value=len(told["tickets_let_through"]), limit=0),
    )


def _times(told: dict[str, Any]) -> tuple[Row, ...]:
    bare, first, rtsp = told["bare_ms"], told["first_frame_ms"], told["bare_ms"]["rtsp_first_picture"]
    trip = round(bare["commit"]["p99"] + bare["round_trip"]["p99"], 1)
    return (
        Row(name="report → grant p99", value=told["grant_ms"]["p99"], limit=LIMITS.grant_p99_ms, bare=trip, unit="ms"),
        Row(name="report → frame, hot p95", value=first["hot"]["p95"], limit=LIMITS.hot_p95_ms, unit="ms"),
        Row(
            name="report → frame, cold p95",
            value=first["cold"]["p95"],
            limit=LIMITS.cold_p95_ms,
            bare=rtsp["p95"],
            unit="ms",
        ),
        Row(name="looks without a new frame", value=first["unmeasured"], limit=0),
        Row(name="looks that had stopped before the close", value=told["cut_ms"]["not_playing"], limit=0),
        Row(name="pictures of another camera", value=told["pictures"].of_another, limit=0),
        Row(name="close → last frame p99", value=told["cut_ms"]["p99"], limit=LIMITS.cut_p99_ms, unit="ms"),
        Row(name="core loop lag p99", value=told["loop_lag_ms"]["p99"], limit=LIMITS.loop_lag_p99_ms, unit="ms"),
    )


def _proofs(found: Findings, told: dict[str, Any]) -> tuple[Row, ...]:
    apart = len(set(found.pids.values())) == len(found.pids) > 0
    silence = found.silence
    return (
        Row(name="replay gives the board again", value=found.replayed == _books(found).board, limit=True),
        Row(name="core, video, cameras, police apart", value=apart, limit=True),
        Row(name="stalled writer acknowledges nothing", value=bool(found.stall and found.stall.holds), limit=True),
        Row(
            name="stopped core ends all video",
            value=bool(silence and silence.holds(LIMITS.silent_core_ms)),
            limit=True,
        ),
        Row(name="bad gateway caught", value=bool(told["bad_gateway_caught"]), limit=True),
    )
