"""The simulated controller: what no request may ever make it do, and what every request comes to."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from msgspec.structs import replace

from bongsu.core.errors import Invalid
from bongsu.core.signal import OVER, Light, Mode, Phase, PriorityState, Strategy, VehicleClass, Walk
from bongsu.world.signals.asking import cancel, hear
from bongsu.world.signals.plan import check
from bongsu.world.signals.state import begin, walk_of
from bongsu.world.signals.step import step
from fakes.signals import a_junction, an_ask, eight_phases

S = 1000
MAY = {1: {5, 6}, 2: {5, 6}, 3: {7, 8}, 4: {7, 8}, 5: {1, 2}, 6: {1, 2}, 7: {3, 4}, 8: {3, 4}}
"""Which phases may be green together, written down by hand from the drawing of a dual ring."""

asks = some.builds(
    lambda at, key, version, phase, vehicle, strategy, in_s, for_s, lease_s: (
        at,
        an_ask(at * S, phase, in_s, key=f"C:I:{key}", version=version, vehicle=vehicle, strategy=strategy,
               leaves_ms=at * S + round((in_s + for_s) * S), lease_ms=lease_s * S),
    ),
    some.integers(0, 300), some.integers(1, 4), some.integers(1, 5), some.integers(1, 9),
    some.sampled_from(VehicleClass), some.sampled_from(Strategy),
    some.floats(-5, 90), some.floats(-5, 200), some.integers(1, 120),
)  # fmt: skip


def drive(junction, given_asks, until_s, every_ms=500):
    """Each state on the way, the requests heard in the order of their times."""
    state, waiting = begin(junction, 0), sorted(given_asks, key=lambda pair: pair[0])
    for now in range(0, until_s * S, every_ms):
        due = [ask for at, ask in waiting if at * S <= now]
        waiting = waiting[len(due) :]
        state = step(junction, state, now, due)
        yield state


def lit(state):
    return [ring.phase for ring in state.rings if ring.light is not Light.RED]


@settings(max_examples=25, deadline=None)
@given(some.lists(asks, max_size=12))
def test_no_conflicting_greens_and_at_most_one_priority_whatever_is_asked(given_asks):
    for state in drive(a_junction(), given_asks, 600):
        shown = lit(state)
        assert all(other in MAY[one] for one in shown for other in shown if other != one), state
        assert sum(ask.state is PriorityState.ACTIVE for ask in state.asks) <= 1


@settings(max_examples=25, deadline=None)
@given(some.lists(asks, max_size=12))
def test_no_green_is_shorter_than_its_pedestrians_need_and_no_clearance_is_cut(given_asks):
    junction = a_junction()
    began = {}
    for state in drive(junction, given_asks, 600, every_ms=100):
        for ring in state.rings:
            before = began.get(ring.phase)
            if ring.light is Light.GREEN:
                began[ring.phase] = ("green", state.now_ms) if before is None or before[0] != "green" else before
            elif before is not None and before[0] == "green":
                phase = junction.phase(ring.phase)
                least = max(phase.green_at_least_ms, phase.walk_ms + phase.walk_clearance_ms)
                assert state.now_ms - before[1] >= least
                assert walk_of(phase, ring, state.now_ms) is Walk.DONT_WALK
                began[ring.phase] = ("change", state.now_ms)
            elif ring.light is Light.RED and before is not None and before[0] == "change":
                assert state.now_ms - before[1] >= junction.phase(ring.phase).change_ms
                del began[ring.phase]


@settings(max_examples=15, deadline=None)
@given(some.lists(asks, max_size=12))
def test_every_request_is_ended_and_the_plan_is_found_again(given_asks):
    *_, state = drive(a_junction(), given_asks, 1100)
    assert all(ask.state in OVER for ask in state.asks)
    assert state.mode is Mode.COORDINATED


@settings(max_examples=25, deadline=None)
@given(some.lists(asks, max_size=4), some.integers(1, 400), some.integers(0, 60_000))
def test_a_controller_nobody_looked_at_for_a_while_stands_where_it_would_have_come_to(given_asks, tenths, offset_ms):
    junction = replace(a_junction(), offset_ms=offset_ms)
    at_every_tick = begin(junction, 0)
    seldom = at_every_tick
    for now in range(0, 700 * S, 100):
        due = [ask for at, ask in given_asks if at * S == now]
        at_every_tick = step(junction, step(junction, at_every_tick, now), now, due)
        if due or now % (tenths * 100) == 0:
            seldom = step(junction, step(junction, seldom, now), now, due)
            assert seldom == at_every_tick


def test_a_request_is_cleared_for_held_and_let_go_of():
    junction = a_junction()
    modes, greens = [], []
    for state in drive(junction, [(150, an_ask(150 * S, phase=4, in_s=45))], 600):
        if not modes or modes[-1][1] is not state.mode:
            modes.append((state.now_ms // S, state.mode))
        if 150 + 45 <= state.now_ms / S < 150 + 55:
            greens.append(4 in [ring.phase for ring in state.rings if ring.light is Light.GREEN])
    assert all(greens)
    assert [mode for _, mode in modes] == [
        Mode.RECOVERING, Mode.COORDINATED, Mode.CLEARING, Mode.HOLDING, Mode.RECOVERING, Mode.COORDINATED,
    ]  # fmt: skip
    assert (state.asks[0].state, state.asks[0].why) == (PriorityState.ENDED, "served")


def test_shortening_leaves_no_phase_out_and_preemption_does():
    def on_the_way(strategy):
        seen = []
        for state in drive(
            a_junction(),
            [(141, an_ask(141 * S, phase=4, in_s=15, leaves_ms=260 * S, strategy=strategy, lease_ms=120 * S))],
            260,
        ):
            greens = [ring.phase for ring in state.rings[:1] if ring.light is Light.GREEN]
            if state.active is not None and greens and (not seen or seen[-1] != greens[0]):
                seen.append(greens[0])
        return seen

    assert on_the_way(Strategy.PREEMPT) == [1, 4]
    assert on_the_way(Strategy.SHORTEN) == [1, 2, 3, 4]


def test_a_request_that_is_not_renewed_ends_with_its_lease():
    junction = a_junction()
    ask = an_ask(0, phase=4, in_s=10, leaves_ms=300 * S, lease_ms=15 * S)
    state = step(junction, begin(junction, 0), 14 * S, [ask])
    assert state.active is not None
    state = step(junction, state, 16 * S)
    assert (state.asks[0].state, state.asks[0].why) == (PriorityState.ENDED, "lease_over")
    assert state.mode is Mode.RECOVERING


def test_a_hold_ends_after_its_longest_and_the_crossing_street_gets_a_cycle():
    junction = a_junction(hold_at_most_ms=30 * S)
    ask = an_ask(0, phase=4, in_s=1, leaves_ms=900 * S, lease_ms=900 * S)
    state = step(junction, begin(junction, 0), 100 * S, [ask])
    assert (state.asks[0].state, state.asks[0].why) == (PriorityState.ENDED, "held_too_long")
    held_ms = state.asks[0].green_to_ms - state.asks[0].green_from_ms
    assert 30 * S <= held_ms <= 30 * S + 200
    _, again = hear(junction, state, replace(ask, version=2))
    assert (again.state, again.why) == (PriorityState.REFUSED, "held_too_long")
    other = an_ask(state.now_ms, phase=4, in_s=1, key="C:I2:E2", leaves_ms=900 * S, lease_ms=900 * S)
    state = step(junction, state, state.now_ms + 30 * S, [other])
    assert state.active is None


def test_the_higher_class_goes_first_and_the_same_class_waits_its_turn():
    junction = a_junction()
    police = an_ask(0, phase=2, in_s=5, key="police", vehicle=VehicleClass.POLICE, leaves_ms=80 * S)
    state = step(junction, begin(junction, 0), 5 * S, [police])
    second = an_ask(5 * S, phase=4, in_s=1, key="second", vehicle=VehicleClass.POLICE, leaves_ms=80 * S)
    state = step(junction, state, 10 * S, [second])
    assert state.active.key == "police"
    engine = an_ask(10 * S, phase=4, in_s=1, key="engine", vehicle=VehicleClass.FIRE)
    state = step(junction, state, 11 * S, [engine])
    assert state.active.key == "engine"
    assert (state.find("police").state, state.find("police").why) == (PriorityState.QUEUED, "overridden")


def test_saying_the_same_again_changes_nothing_and_an_older_version_is_refused():
    junction = a_junction()
    ask = an_ask(0, version=5)
    state, first = hear(junction, begin(junction, 0), ask)
    again, same = hear(junction, state, replace(ask, phase=2))
    assert (again, same) == (state, first)
    after, stale = hear(junction, state, replace(ask, version=4, phase=2))
    assert after == state
    assert (stale.state, stale.why, stale.version) == (PriorityState.REFUSED, "stale_version", 5)
    _, late = cancel(state, ask.key, 4)
    assert late.why == "stale_version"
    state, over = cancel(state, ask.key, 6)
    assert over.state is PriorityState.CANCELLED
    assert state.find(ask.key).state is PriorityState.CANCELLED


@pytest.mark.parametrize(
    "ask, why",
    [
        (an_ask(0, phase=9), "unknown_phase"),
        (an_ask(0, in_s=-30), "too_late"),
        (an_ask(0, arrives_ms=9 * S, leaves_ms=8 * S), "wrong_times"),
    ],
)
def test_what_cannot_be_done_is_refused_by_name(ask, why):
    junction = a_junction()
    state, held = hear(junction, begin(junction, 0), ask)
    assert (held.state, held.why) == (PriorityState.REFUSED, why)
    assert step(junction, state, 60 * S).active is None


def test_a_full_queue_and_a_switch_at_the_cabinet_refuse_by_name():
    junction = a_junction(most_asks=1)
    state, _ = hear(junction, begin(junction, 0), an_ask(0))
    assert hear(junction, state, an_ask(0, key="C:I2:E2"))[1].why == "too_many"
    assert hear(junction, replace(state, refuses=True), an_ask(0, key="C:I3:E3"))[1].why == "switched_off"


@pytest.mark.parametrize(
    "phases",
    [
        (),
        (Phase(number=1, heading_deg=0), Phase(number=1, heading_deg=90, barrier=2)),
        (Phase(number=1, heading_deg=0, split_ms=11_000),),
        (Phase(number=1, heading_deg=0, yellow_ms=0),),
        (*eight_phases()[:7], replace(eight_phases()[7], split_ms=90_000)),
    ],
    ids=["none", "twice", "too short", "no yellow", "rings that do not meet"],
)
def test_a_programme_that_cannot_be_run_is_refused(phases):
    with pytest.raises(Invalid, match=r"signal\.plan"):
        check(a_junction(phases=phases))
