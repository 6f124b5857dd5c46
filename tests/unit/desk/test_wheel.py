"""Who steers a camera, whatever is done in whatever order: never two, and never for ever."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.core.errors import Conflict
from bongsu.desk import wheel as rules
from bongsu.desk.wheel import Wheel

FOR_S = 20.0
SESSIONS = ("a", "b", "c")

step = st.tuples(
    st.sampled_from(["take", "touch", "let_go", "wait"]),
    st.sampled_from(SESSIONS),
    st.integers(-1, 3),
    st.sampled_from(["", "   ", "a reason"]),
    st.floats(0, 30, allow_nan=False),
)


def wanted(session: str, rank: int, now_s: float) -> Wheel:
    return Wheel(camera="C", user=session, session=session, rank=rank, since_s=now_s, until_s=now_s + FOR_S)


@given(st.lists(step, max_size=60))
def test_nobody_ever_steers_beside_another_and_every_wheel_ends(steps):
    wheels: dict[str, Wheel] = {}
    now_s = 0.0
    for what, session, rank, reason, seconds in steps:
        before = wheels.get("C")
        held = before is not None and before.is_held(now_s)
        try:
            if what == "take":
                wheels = rules.take(wheels, wanted(session, rank, now_s), reason, now_s)
                foreign = held and before.session != session
                assert not foreign or (rank > before.rank and len(reason.strip()) >= rules.REASON_AT_LEAST)
                assert wheels["C"].session == session
            elif what == "touch":
                wheels = rules.touch(wheels, "C", session, now_s, FOR_S, moves=1)
                assert held
                assert before.session == session
                assert wheels["C"].moves == before.moves + 1
            elif what == "let_go":
                wheels = rules.let_go(wheels, "C")
            else:
                now_s += seconds
        except Conflict as refusal:
            assert wheels.get("C") == before
            assert refusal.code == "wheel.not_yours" or (held and before.session != session)  # noqa: PT017
        assert len(wheels) <= 1
        assert all(one.until_s <= now_s + FOR_S for one in wheels.values())
    assert rules.over(wheels, now_s + FOR_S) == tuple(wheels.values())


def test_taking_ones_own_wheel_again_goes_on_counting():
    wheels = rules.take({}, wanted("a", 0, 0.0), "", 0.0)
    wheels = rules.touch(wheels, "C", "a", 1.0, FOR_S, moves=5)
    again = rules.take(wheels, wanted("a", 2, 10.0), "", 10.0)["C"]
    assert (again.moves, again.since_s, again.until_s, again.rank) == (5, 0.0, 30.0, 2)


def test_the_refusal_says_who_has_it_and_for_how_long():
    wheels = rules.take({}, wanted("kim", 1, 0.0), "", 0.0)
    with pytest.raises(Conflict) as refusal:
        rules.take(wheels, wanted("lee", 1, 5.0), "equally urgent", 5.0)
    assert refusal.value.facts == {"camera": "C", "holder": "kim", "for_s": 15.0}
