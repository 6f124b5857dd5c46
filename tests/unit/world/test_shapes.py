"""Blocks are cut and drawn in without losing land or the streets on their edges."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bongsu.world.maker.shapes import Block, Corner, area, clip, cut, extent, inset, outline

SQUARE: Block = (Corner(0, 0, 1), Corner(100, 0, 2), Corner(100, 100, 3), Corner(0, 100, -1))
inside = st.floats(5, 95)


@given(inside, inside, st.floats(0, math.pi))
def test_two_halves_make_the_whole(x: float, y: float, angle: float) -> None:
    halves = cut(SQUARE, (x, y), angle, 9)
    assume(halves is not None)
    assert halves is not None
    whole = area(outline(tuple(halves.left))) + area(outline(tuple(halves.right)))
    assert whole == pytest.approx(10_000, abs=0.5)


@given(inside, inside, st.floats(0, math.pi))
def test_the_cut_becomes_an_edge_of_both_halves(x: float, y: float, angle: float) -> None:
    halves = cut(SQUARE, (x, y), angle, 9)
    assume(halves is not None)
    assert halves is not None
    assert sum(corner.street == 9 for corner in halves.left) == 1
    assert sum(corner.street == 9 for corner in halves.right) == 1


def test_a_line_that_misses_cuts_nothing() -> None:
    assert cut(SQUARE, (500, 500), 0.0, 9) is None


@given(st.floats(0.5, 40), st.floats(0.5, 40))
def test_insetting_keeps_each_street_its_own_width(wide: float, other: float) -> None:
    ring = inset(SQUARE, {1: wide}, other)
    low_x, high_x, low_y, high_y = extent(ring, 0.0)
    assert (low_y, high_y) == pytest.approx((wide, 100 - other))
    assert (low_x, high_x) == pytest.approx((other, 100 - other))


def test_insetting_beyond_the_middle_leaves_nothing() -> None:
    assert inset(SQUARE, {}, 60) == []


def test_clipping_keeps_the_side_asked_for() -> None:
    assert area(clip(outline(SQUARE), (25, 0), (1, 0))) == pytest.approx(7500)
