"""One controller under a driven clock: a state and what came in, to the state some time later. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from bongsu.core.signal import Light, Mode, PriorityAsk, Strategy
from bongsu.world.signals import asking
from bongsu.world.signals.lights import advance, goals_for
from bongsu.world.signals.plan import Junction, keeps_ms, wanted
from bongsu.world.signals.state import State

TICK_MS = 100
LONGEST_MS = 600_000
"""A clock that was away for longer starts the controller from where it stands, without living through it."""


def step(junction: Junction, state: State, now_ms: int, asks: Iterable[PriorityAsk] = ()) -> State:
    """The controller at `now_ms` (Unix ms, or any clock that only goes on), these requests heard at the beginning."""
    for ask in asks:
        state, _ = asking.hear(junction, state, ask)
    if now_ms - state.now_ms > LONGEST_MS:
        state = replace(state, now_ms=now_ms - TICK_MS)
    while state.now_ms < now_ms:
        state = _quiet(junction, state, now_ms)
        state = _tick(junction, replace(state, now_ms=min(now_ms, state.now_ms + TICK_MS)))
    return state


def _quiet(junction: Junction, state: State, now_ms: int) -> State:
    """The last tick before anything changes by itself: one that nobody asks and that keeps to its plan stands still."""
    if state.asks or state.mode is not Mode.COORDINATED or now_ms - state.now_ms <= TICK_MS:
        return state
    for number, ring in zip(junction.rings, state.rings, strict=True):
        if ring.light is not Light.GREEN or ring.phase != wanted(junction, number, state.now_ms).number:
            return state
    keeps = min(keeps_ms(junction, number, state.now_ms) for number in junction.rings)
    ticks = min((keeps - 1) // TICK_MS, (now_ms - state.now_ms - 1) // TICK_MS)
    return replace(state, now_ms=state.now_ms + ticks * TICK_MS)


def _tick(junction: Junction, state: State) -> State:
    before = state.active
    state = asking.tend(junction, state)
    active = state.active
    if active is None:
        goals = {ring: wanted(junction, ring, state.now_ms) for ring in junction.rings}
        skips = False
    else:
        goals = goals_for(junction, state.rings, junction.phase(active.phase))
        skips = active.strategy is Strategy.PREEMPT
    rings = advance(junction, state.rings, goals, state.now_ms, skips=skips)
    state = asking.note_green(replace(state, rings=rings))
    recovering = before is not None or state.mode is not Mode.COORDINATED
    return replace(state, mode=_mode(state, {ring: goal.number for ring, goal in goals.items()}, recovering))


def _mode(state: State, goals: dict[int, int], recovering: bool) -> Mode:
    """Back in coordination once every ring has the green that the plan wants."""
    if state.active is not None:
        return Mode.HOLDING if state.held_since_ms is not None else Mode.CLEARING
    in_step = all(
        ring.light is Light.GREEN and ring.phase == goal for ring, goal in zip(state.rings, goals.values(), strict=True)
    )
    return Mode.RECOVERING if recovering and not in_step else Mode.COORDINATED
