"""Fugitives seen by the plan and by the nearest cameras, in the planner's own mixture and outside it."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bongsu.benches.escape.arms import LIVE, K, Track, arms_of, seen
from bongsu.benches.escape.city_plan import plan_ms
from bongsu.benches.escape.follow import followed
from bongsu.benches.escape.site import Site, made_site, places, real_site
from bongsu.city.pursuit.modes import Mode
from bongsu.city.pursuit.paths import Paths, places_at
from bongsu.city.pursuit.plan import begin
from bongsu.world.fugitives import WAYS, flee

LIMITS = {"ratio_in_model": 1.4, "ratio_off_model": 1.2, "plan_ms": 300.0}
TRAINING, HELD_OUT = 100, 9_000
"""The first seeds of deeds: parameters were looked at on the training ones only."""
OF_EACH_WAY = 4
DRAWN = len(WAYS) * OF_EACH_WAY
RESAMPLES = 2_000

FOLLOWED_OF = 4
"""One fugitive in so many is also followed from recordings: each costs a plan of its own."""

Row = tuple[str, int, str, str, dict[str, bool]]
"""Site, seed, "in_model" or "off_model", how they flee, and by arm whether they were seen."""


def run(
    osm: Path | None, cctv: Path | None, seeds: int, training: bool, say: Callable[[str], None]
) -> dict[str, Any]:  # fmt: skip
    """All figures over so many deeds a city; `missed` names rows beyond their limits, `skipped` what was not there."""
    sites = [made_site()]
    skipped = ["real extract: none given (--osm)"]
    if osm is not None and osm.is_file():
        sites.append(real_site(osm, cctv))
        skipped = []
    first = TRAINING if training else HELD_OUT
    rows: list[Row] = []
    for site in sites:
        say(f"{site.name}: {len(site.cameras)} cameras, {seeds} deeds")
        for deed in places(site, range(first, first + seeds)):
            rows += list(_deed(site, *deed))
    say("40,000 cameras, half a million arcs")
    figures = {**_figures(rows), "plan_ms": plan_ms(), "k": K, "watching_from_s": LIVE.from_ms // 1000}
    by_site = {site.name: _figures([row for row in rows if row[0] == site.name]) for site in sites}
    ways = sorted({row[3] for row in rows})
    by_way = {way: _shares([row for row in rows if row[3] == way]) for way in ways}
    more = {"by_site": by_site, "by_way": by_way, "limits": LIMITS, "skipped": skipped, "seeds": [first, seeds]}
    return {**figures, **more, "missed": _missed(figures)}


def _deed(site: Site, seed: int, xy: NDArray[np.float64], spots: Any) -> Iterator[Row]:
    """One deed, fled from in each mode; the plan knows the mode, the nearest cameras need not."""
    for number, mode in enumerate(Mode):
        belief = begin(site.field, spots, LIVE.to_ms, seed, mode)
        arms = arms_of(site, belief, xy)
        truth = begin(site.field, spots, LIVE.to_ms, seed + 1_000_000, mode, particles=DRAWN).paths
        chance = np.random.default_rng((seed, number))
        tracks: list[tuple[str, str, Track]] = [
            ("in_model", f"in {mode.value}", partial(_place, site, truth, row)) for row in range(len(truth))
        ]
        tracks += [
            ("off_model", f"off {mode.value} {how}", flee(site.net, how, mode.value, xy, chance).at)
            for how in WAYS
            for _ in range(OF_EACH_WAY)
        ]
        for row, (model, way, track) in enumerate(tracks):
            judged = {name: seen(site, track, *watched) for name, watched in arms.items()}
            if row % FOLLOWED_OF == 0:
                live, recorded = arms["planned"][1], arms[f"replay_planned_{K}"][1]
                judged["followed"] = followed(site, belief, mode, track, live, recorded)
            yield site.name, seed, model, way, judged


def _place(site: Site, paths: Paths, row: int, seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    return places_at(paths, site.streets, row, np.rint(seconds * 1000).astype(np.int64))


def _shares(rows: list[Row]) -> dict[str, float]:
    """By arm the share of fugitives seen, of those it was asked of."""
    arms = rows[0][4]
    return {arm: round(statistics.fmean(row[4][arm] for row in rows if arm in row[4]), 3) for arm in arms}


def _figures(rows: list[Row]) -> dict[str, Any]:
    """Shares and ratios with 95 % intervals, deeds drawn anew as wholes."""
    told: dict[str, Any] = {
        "seen_planned": {},
        "seen_nearest": {},
        "seen_untimed": {},
        "ratio": {},
        "ci": {},
        "followed": {},
    }
    replay: dict[str, Any] = {}
    for model in ("in_model", "off_model"):
        own = [row for row in rows if row[2] == model]
        share = _shares(own)
        for arm in ("planned", "nearest", "untimed"):
            told[f"seen_{arm}"][model] = share[arm]
        told["ratio"][model] = round(share["planned"] / share["nearest"], 3) if share["nearest"] else None
        told["ci"][model] = _intervals(own)
        told["followed"][model] = _followed(own)
        replay[model] = {arm: value for arm, value in share.items() if arm.startswith("replay")}
    return {**told, "replay": replay}


def _followed(rows: list[Row]) -> dict[str, float]:
    """Of those who were also followed from recordings, the share seen so and the share the first plan sees."""
    own = [row[4] for row in rows if "followed" in row[4]]
    return {
        "seen": round(statistics.fmean(one["followed"] for one in own), 3),
        "seen_planned": round(statistics.fmean(one["planned"] for one in own), 3),
        "fugitives": len(own),
    }


def _intervals(rows: list[Row]) -> dict[str, list[float]]:
    deeds = sorted({row[:2] for row in rows})
    sums = np.array(
        [
            [sum(row[4][arm] for row in rows if row[:2] == deed) for arm in ("planned", "nearest")]
            + [sum(1 for row in rows if row[:2] == deed)]
            for deed in deeds
        ],
        np.float64,
    )
    drawn = np.random.default_rng(1).integers(0, len(deeds), (RESAMPLES, len(deeds)))
    planned, nearest, count = sums[drawn].sum(axis=1).T
    columns = {"planned": planned / count, "nearest": nearest / count, "ratio": planned / np.maximum(nearest, 1)}
    return {name: np.round(np.percentile(column, (2.5, 97.5)), 3).tolist() for name, column in columns.items()}


def _missed(figures: dict[str, Any]) -> list[str]:
    """The rows that do not hold."""
    held = {
        "ratio_in_model": (figures["ratio"]["in_model"] or 0) >= LIMITS["ratio_in_model"],
        "ratio_off_model": (figures["ratio"]["off_model"] or 0) >= LIMITS["ratio_off_model"],
        "plan_ms": figures["plan_ms"]["p50"] <= LIMITS["plan_ms"],
    }
    return [name for name, holds in held.items() if not holds]
