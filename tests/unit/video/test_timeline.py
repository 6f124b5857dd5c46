"""One unbroken clock per camera."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bongsu.video.timeline import Timeline

FRAME = 66_667


def test_packets_without_a_stamp_take_their_arrival_and_the_stamped_ones_go_on_from_there() -> None:
    line = Timeline()
    stamps = [line.stamp(None, 0), line.stamp(None, FRAME), line.stamp(5_000_000, 2 * FRAME)]
    assert stamps == [0, FRAME, 2 * FRAME]
    assert line.stamp(5_000_000 + FRAME, 2 * FRAME + 5) == 3 * FRAME


def test_a_burst_keeps_the_cameras_spacing() -> None:
    line = Timeline()
    line.stamp(0, 0)
    assert [line.stamp(n * FRAME, 10) for n in range(1, 150)] == [n * FRAME for n in range(1, 150)]


def test_a_camera_that_starts_its_stamps_again_goes_on_where_arrival_says() -> None:
    line = Timeline()
    line.stamp(100_000_000, 0)
    line.stamp(101_000_000, 1_000_000)
    assert line.stamp(0, 2_000_000) == 2_000_000
    assert line.stamp(FRAME, 2_000_000 + FRAME) == 2_000_000 + FRAME


def test_a_stamp_that_leaps_ahead_is_not_believed() -> None:
    line = Timeline()
    line.stamp(0, 0)
    assert line.stamp(3_600_000_000, FRAME) == FRAME


@given(st.lists(st.tuples(st.none() | st.integers(-(2**40), 2**40), st.integers(0, 10**7)), min_size=2))
def test_no_stamp_jumps_more_than_it_may(packets: list[tuple[int | None, int]]) -> None:
    line, arrival, last = Timeline(), 0, 0
    for pts, gap in packets:
        arrival += gap
        at = line.stamp(pts, arrival)
        assert -1_000_000 <= at - last <= max(gap, 1) + 5_000_000
        last = at
