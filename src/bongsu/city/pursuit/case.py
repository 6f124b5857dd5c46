"""A case of somebody who flees: what is known folded into a belief, and the plan told in ids, places and times."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import msgspec

from bongsu.city.pursuit.cover import Watch
from bongsu.city.pursuit.exits import Leaving
from bongsu.city.pursuit.ground import Hunt, spots_of
from bongsu.city.pursuit.modes import Mode
from bongsu.city.pursuit.paths import place_on
from bongsu.city.pursuit.plan import PARTICLES, WATCHED, Belief, Plan, begin, plan_of, reach_of, sighted
from bongsu.city.pursuit.sights import Slots
from bongsu.city.roads.isochrone import isochrone
from bongsu.city.roads.streets import Bools
from bongsu.core.pursuit import Fled, Reach, Sighting, Watched, WatchPlan, WatchSlot, WayOut

SLOTS, SLOT_MS = 10, 30_000
AHEAD_MS = (0, 60_000, 120_000, 300_000)
"""How far ahead of now it is drawn how far they can be."""
LEAST_DRAWN = 0.1
"""Of a mode less probable than this no reach is drawn."""
DRAWN_ARCS = 12_000
"""A reach over more of the city than this says "anywhere", and is not drawn."""
COLD_AFTER_MS = 900_000
"""So long after the last word a plan of streets says nothing any more."""


def watch_plan(
    hunt: Hunt,
    fled: Fled,
    sightings: Sequence[Sighting],
    now_ms: int,
    usable: Bools | None = None,
    most: int = WATCHED,
    particles: int = PARTICLES,
) -> WatchPlan:
    """The plan from `now_ms` on, for ten slots of 30 s; the same words give the same plan.

    Sightings from before the deed or after now are not of this flight and are left out. `usable` by camera: who asks
    may be shown it. Raises Invalid "roads.off_map" for a place without streets.
    """
    told = sorted((one for one in sightings if fled.at_ms <= one.at_ms <= now_ms), key=lambda one: one.at_ms)
    since_ms = told[-1].at_ms if told else fled.at_ms
    last = told[-1].where if told else fled.where
    empty = WatchPlan(incident=fled.incident, at_ms=now_ms, since_ms=since_ms, number=len(told), modes={}, where=last)
    if now_ms - since_ms > COLD_AFTER_MS:
        return msgspec.structs.replace(empty, cold=True)
    slots = Slots(max(now_ms - fled.at_ms, 0), SLOTS, SLOT_MS)
    belief = believe(hunt, fled, told, slots.to_ms, particles)
    plan = plan_of(hunt.field, belief, slots, most, usable)
    return msgspec.structs.replace(_told(hunt, fled, belief, plan, empty), reach=_reach(hunt, fled, belief, now_ms))


def believe(hunt: Hunt, fled: Fled, told: Sequence[Sighting], until_ms: int, particles: int = PARTICLES) -> Belief:
    """Where they may be after all that was seen of them, in order; `until_ms` after the deed."""
    seed = zlib.crc32(fled.incident.encode())
    ends = [one.at_ms - fled.at_ms for one in told] + [until_ms]
    mode = Mode(fled.mode) if fled.mode else None
    belief = begin(hunt.field, spots_of(hunt, fled.where), ends[0], seed, mode, particles=particles)
    for number, one in enumerate(told):
        spots = spots_of(hunt, one.where, one.heading_deg)
        seen_as = Mode(one.mode) if one.mode else None
        belief = sighted(
            hunt.field, belief, spots, ends[number], ends[number + 1], seed + number + 1, seen_as, particles=particles
        )
    return belief


def _told(hunt: Hunt, fled: Fled, belief: Belief, plan: Plan, empty: WatchPlan) -> WatchPlan:
    begins = [fled.at_ms + plan.slots.from_ms + slot * plan.slots.each_ms for slot in range(plan.slots.count)]
    slots = [
        WatchSlot(from_ms=at_ms, to_ms=at_ms + plan.slots.each_ms, cameras=_watched(hunt, plan.watch, slot))
        for slot, at_ms in enumerate(begins)
    ]
    return msgspec.structs.replace(
        empty,
        modes={mode.value: round(share, 3) for mode, share in belief.share.items()},
        seen=round(plan.watch.probability, 4),
        slots=tuple(slots),
        replay=_watched(hunt, plan.replay, 0),
        exits=_ways_out(hunt, plan.leaving, fled.at_ms),
        explained=belief.explained,
    )


def _reach(hunt: Hunt, fled: Fled, belief: Belief, now_ms: int) -> tuple[Reach, ...]:
    """How far they can be by now and soon after, by mode, the probable ones first."""
    since_ms = fled.at_ms + belief.since_ms
    probable = [mode for mode, share in belief.share.items() if share >= LEAST_DRAWN]
    drawn = []
    for mode in sorted(probable, key=lambda one: -belief.share[one]):
        for ahead_ms in AHEAD_MS:
            reached = reach_of(hunt.field, belief.spots[mode], mode, max(now_ms - since_ms + ahead_ms, 0))
            if len(reached.arc) <= DRAWN_ARCS:
                surface = tuple(isochrone(hunt.streets, reached))
                drawn.append(Reach(mode=mode.value, by_ms=now_ms + ahead_ms, surface=surface))
    return tuple(drawn)


def _watched(hunt: Hunt, watch: Watch, slot: int) -> tuple[Watched, ...]:
    chosen = watch.slot == slot
    rows = zip(watch.camera[chosen].tolist(), watch.gain[chosen].tolist(), strict=True)
    return tuple(Watched(camera=hunt.cameras[row].id, adds=round(gain, 4)) for row, gain in rows)


def _ways_out(hunt: Hunt, leaving: Leaving, zero_ms: int) -> tuple[WayOut, ...]:
    streets = hunt.streets
    rows = zip(leaving.arc.tolist(), leaving.probability.tolist(), leaving.first_ms, leaving.median_ms, strict=True)
    return tuple(
        WayOut(
            where=streets.plane.to_point(*place_on(streets, arc, 1.0).tolist()),
            name=streets.names[int(streets.road[arc >> 1])],
            probability=round(probability, 4),
            first_ms=zero_ms + int(first),
            median_ms=zero_ms + int(median),
        )
        for arc, probability, first, median in rows
    )
