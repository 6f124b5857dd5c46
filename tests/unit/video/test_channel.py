"""How often a camera is tried again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bongsu.video.channel import FIRST_WAIT_S, LONGEST_WAIT_S, wait_s


@given(st.integers(0, 10_000), st.floats(0, 1))
def test_the_wait_grows_to_a_bound_and_is_never_nothing(failures: int, chance: float) -> None:
    assert FIRST_WAIT_S / 2 <= wait_s(failures, chance) <= LONGEST_WAIT_S
    assert wait_s(failures + 1, chance) >= wait_s(failures, chance)


def test_two_cameras_that_failed_together_are_not_tried_together() -> None:
    assert wait_s(3, 0.0) != wait_s(3, 0.9)
