"""The lights' own logic: green, yellow, red clearance, red, the barriers, and no way round a minimum."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from bongsu.core.signal import Light, Phase, between_deg
from bongsu.world.signals.plan import Junction
from bongsu.world.signals.state import Ring, is_lit

Goals = Mapping[int, Phase]
"""The phase each ring shall come to, by the ring's number."""

SAME_HEADING_DEG = 45.0


def goals_for(junction: Junction, rings: tuple[Ring, ...], phase: Phase) -> dict[int, Phase]:
    """The wanted phase in its ring, and beside it what may be green with it: its own approach's first."""
    goals = {}
    for number, ring in zip(junction.rings, rings, strict=True):
        beside = [one for one in junction.ring(number) if one.barrier == phase.barrier]
        same = [one for one in beside if between_deg(one.heading_deg, phase.heading_deg) <= SAME_HEADING_DEG]
        now = [one for one in beside if one.number == ring.phase]
        goals[number] = phase if number == phase.ring else (same or now or beside)[0]
    return goals


def advance(junction: Junction, rings: tuple[Ring, ...], goals: Goals, now_ms: int, *, skips: bool) -> tuple[Ring, ...]:
    """One look at every ring; `skips`: a ring that is red goes to its goal past the phases between."""
    moved = list(rings)
    for row, number in enumerate(junction.rings):
        moved[row] = _changed(junction, moved[row], goals[number], now_ms)
    for row, number in enumerate(junction.rings):
        if moved[row].light is Light.RED:
            now = junction.phase(moved[row].phase)
            onto = goals[number] if skips else junction.after(now)
            if _may_light(junction, moved, row, onto) and (skips or _together(junction, moved, row, onto)):
                moved[row] = Ring(phase=onto.number, light=Light.GREEN, since_ms=now_ms)
    if all(ring.light is Light.RED for ring in moved):
        # Rings that a priority left on either side of a barrier would wait for each other for ever.
        return tuple(Ring(phase=goals[one].number, light=Light.GREEN, since_ms=now_ms) for one in junction.rings)
    return tuple(moved)


def _changed(junction: Junction, ring: Ring, goal: Phase, now_ms: int) -> Ring:
    """A ring whose time is up, one light further on its way to red."""
    phase, spent_ms = junction.phase(ring.phase), now_ms - ring.since_ms
    match ring.light:
        case Light.GREEN if phase.number != goal.number and spent_ms >= phase.least_ms:
            return replace(ring, light=Light.YELLOW, since_ms=now_ms)
        case Light.YELLOW if spent_ms >= phase.yellow_ms:
            return replace(ring, light=Light.RED_CLEARANCE, since_ms=now_ms)
        case Light.RED_CLEARANCE if spent_ms >= phase.red_clearance_ms:
            return replace(ring, light=Light.RED, since_ms=now_ms)
    return ring


def _may_light(junction: Junction, rings: list[Ring], row: int, onto: Phase) -> bool:
    """Only beside phases between the same barriers: this is what keeps conflicting greens apart."""
    others = [ring for other, ring in enumerate(rings) if other != row and is_lit(ring)]
    return all(junction.phase(ring.phase).barrier == onto.barrier for ring in others)


def _together(junction: Junction, rings: list[Ring], row: int, onto: Phase) -> bool:
    """A barrier is crossed together: every other ring is across, or red with nothing left on this side."""
    if junction.phase(rings[row].phase).barrier == onto.barrier:
        return True
    for other, ring in enumerate(rings):
        now = junction.phase(ring.phase)
        ahead = now if is_lit(ring) else junction.after(now)
        if other != row and ahead.barrier != onto.barrier:
            return False
    return True
