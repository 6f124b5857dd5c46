"""The map of one case: the published distances, all looks so far, and where to look next; told in ids and places."""

from __future__ import annotations

import msgspec
import numpy as np

from bongsu.city.roads.snap import spot_of
from bongsu.city.roads.streets import Floats
from bongsu.city.search_map.land import Land, pieces_of
from bongsu.city.search_map.looks import Kept, first_ms, looks_of
from bongsu.city.search_map.next_best import accounts_of, patrols_of, reviews_of
from bongsu.city.search_map.prior import prior_of
from bongsu.city.search_map.stretches import stretch_at, walked_m
from bongsu.city.search_map.subjects import BY_NAME
from bongsu.core.geo import Point
from bongsu.core.search import Looked, SearchMap

LEVELS = (0.25, 0.5, 0.75, 0.9)
STRETCHES_AT_MOST = 4_000
WALKER = "foot"
LEAST = 1e-12
"""However often a street was looked at, somebody may still be there."""


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of who is lost, and all looks."""

    incident: str
    number: int
    subject: str
    where: Point
    seen_ms: int
    heading_deg: float | None = None
    looks: tuple[Looked, ...] = ()


class Belief(msgspec.Struct, frozen=True, eq=False):
    """By stretch: `poa` after all looks (sums to 1), when they can have come there at the earliest; and the looks."""

    poa: Floats
    searched: float
    arrives_ms: Floats
    kept: Kept


def search_map(land: Land, case: Case, now_ms: int) -> SearchMap:
    """The map as known at `now_ms`; the same words give the same map in whatever order they came.

    Raises Invalid "roads.off_map" for a place without streets.
    """
    belief = believe(land, case, now_ms)
    heat, shown = _heat(land, belief.poa)
    reviewed_s, unreviewed_s, cameras = accounts_of(land, belief.poa, belief.kept, belief.arrives_ms, now_ms)
    return SearchMap(
        incident=case.incident,
        at_ms=now_ms,
        number=case.number,
        subject=case.subject,
        where=case.where,
        seen_ms=case.seen_ms,
        heading_deg=case.heading_deg,
        searched=round(belief.searched, 4),
        shown=round(shown, 4),
        heat=heat,
        reviews=reviews_of(land, belief.poa, belief.kept, belief.arrives_ms, now_ms),
        patrols=patrols_of(land, belief.poa),
        patrolled=tuple(line for look in case.looks for line in (*look.lines, *((look.ring,) if look.ring else ()))),
        cameras=cameras,
        reviewed_s=reviewed_s,
        unreviewed_s=unreviewed_s,
    )


def believe(land: Land, case: Case, now_ms: int) -> Belief:
    """The published distances with all looks folded in by Bayes."""
    pace = land.ways.pace(WALKER, now_ms)
    spot = spot_of(pace.network, land.ways.grid, case.where)
    metres, start = walked_m(pace, land.stretches, spot), stretch_at(land.stretches, spot)
    off = _off_rad(land, start, case.heading_deg)
    prior = prior_of(BY_NAME[case.subject], land.stretches, metres, start, (now_ms - case.seen_ms) / 1000, off)
    arrives_ms = first_ms(land, metres, case.seen_ms)
    kept = looks_of(land, case.looks, arrives_ms)
    poa = prior * np.maximum(kept.left, LEAST)
    unseen = float(poa.sum())
    return Belief(poa / unseen, 1 - unseen, arrives_ms, kept)


def _off_rad(land: Land, start: int, heading_deg: float | None) -> Floats | None:
    if heading_deg is None:
        return None
    ray = land.middle - land.middle[start]
    off: Floats = np.arctan2(ray[:, 1], ray[:, 0]) - np.radians(90 - heading_deg)
    return off


def _heat(land: Land, poa: Floats) -> tuple[tuple[tuple[float, float, float, float, int], ...], float]:
    """The most probable stretches, per metre, up to nine tenths of all; and how much they hold."""
    order = np.argsort(-poa / land.stretches.length_m, kind="stable")
    behind = np.cumsum(poa[order]) - poa[order]
    held = min(int(np.searchsorted(behind, LEVELS[-1])), int((poa > 0).sum()), STRETCHES_AT_MOST)
    rows = order[:held]
    level = np.searchsorted(LEVELS, behind[:held], side="right")
    drawn = zip(pieces_of(land, rows).tolist(), level.tolist(), strict=True)
    return tuple((a, b, c, d, at) for (a, b, c, d), at in drawn), float(poa[rows].sum())
