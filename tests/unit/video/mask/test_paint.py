"""Painting covers all of a zone and, but for a narrow rim, nothing else."""

from __future__ import annotations

from typing import Any

import av
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, Polygon, box

from bongsu.video.mask.canvas import GROW_PIXELS, Canvas
from bongsu.video.mask.paint import BLACK_Y, covered, fitted, halved
from bongsu.video.mask.words import Begin, Unit
from fakes.zones import HEIGHT, STREET, WIDTH, WINDOW, encode_window, shows_window

shares = st.floats(0, 1, allow_nan=False)
corners = st.lists(st.tuples(shares, shares), min_size=3, max_size=8, unique=True)
sides = st.integers(2, 40)


@given(corners, sides, sides)
@settings(max_examples=200, deadline=None)
def test_every_pixel_that_a_zone_touches_is_covered(ring: Any, width: int, height: int) -> None:
    shape = Polygon([(x * width, y * height) for x, y in ring])
    mask = covered([tuple(ring)], height, width, grow=0)
    if shape.is_valid:
        for row, column in np.argwhere(~mask):
            assert shape.intersection(box(column, row, column + 1, row + 1)).area < 1e-9


@given(corners, sides, sides)
@settings(max_examples=200, deadline=None)
def test_nothing_is_covered_further_than_a_pixel_from_a_zone(ring: Any, width: int, height: int) -> None:
    shape = Polygon([(x * width, y * height) for x, y in ring])
    if shape.is_valid:
        for row, column in np.argwhere(covered([tuple(ring)], height, width, grow=0)):
            assert shape.distance(Point(column + 0.5, row + 0.5)) < 1.01


def test_a_sliver_thinner_than_a_pixel_is_covered() -> None:
    mask = covered([((0.501, 0.1), (0.502, 0.1), (0.502, 0.9))], 100, 100, grow=0)
    assert mask[10:90, 50].all()


def test_growing_adds_a_rim_of_so_many_pixels() -> None:
    ring = ((0.5, 0.5), (0.6, 0.5), (0.6, 0.6), (0.5, 0.6))
    narrow, wide = (covered([ring], 100, 100, grow=by) for by in (0, 2))
    assert (wide[48, 50], wide[50, 48], wide[47, 50]) == (True, True, False)
    assert (wide | narrow == wide).all()


def test_a_colour_pixel_is_covered_where_any_of_its_four_is() -> None:
    mask = np.zeros((3, 5), bool)
    mask[2, 4] = True
    assert halved(mask).tolist() == [[False, False, False], [False, False, True]]


def test_a_picture_is_scaled_down_only_and_keeps_its_shape() -> None:
    assert fitted(1920, 1080, 640) == (640, 360)
    assert fitted(352, 288, 640) == (352, 288)
    assert fitted(2560, 1921, 640) == (640, 480)


def pictures(canvas: Canvas, units: list[bytes]) -> list[Any]:
    """What comes out, decoded, as luma."""
    decoder: Any = av.CodecContext.create("vp9", "r")
    painted = [one for at, unit in enumerate(units) for one in canvas.take(Unit(at % 15 == 0, at, at * 33_333, unit))]
    shown = [frame for one in painted for frame in decoder.decode(av.Packet(one.body))]
    return [frame.to_ndarray()[: frame.height] for frame in shown]


def test_an_encoded_picture_is_solid_in_the_zone_and_untouched_elsewhere() -> None:
    seen = pictures(Canvas(Begin("h264", (WINDOW,), WIDTH)), encode_window())
    assert len(seen) == 15
    inside = covered([WINDOW], HEIGHT, WIDTH, grow=0)
    outside = ~covered([WINDOW], HEIGHT, WIDTH, grow=GROW_PIXELS + 8)
    outside[HEIGHT - 40 :] = False  # there a bar moves
    for luma in seen:
        assert np.abs(luma[inside].astype(int) - BLACK_Y).max() <= 6
        assert np.abs(luma[outside].astype(int) - STREET).max() <= 10


def test_painting_does_not_leave_its_colour_in_the_pictures_that_come_after() -> None:
    elsewhere = ((0.7, 0.1), (0.9, 0.1), (0.9, 0.2), (0.7, 0.2))
    seen = pictures(Canvas(Begin("h264", (elsewhere,), WIDTH)), encode_window())
    assert all(map(shows_window, seen))
    assert all(abs(int(luma[200, 500]) - STREET) <= 6 for luma in seen)


def test_a_stream_that_begins_in_the_middle_shows_nothing_before_its_key() -> None:
    units = encode_window()
    canvas = Canvas(Begin("h264", (WINDOW,), WIDTH))
    early = [one for at, unit in enumerate(units[1:], 1) for one in canvas.take(Unit(False, at, at, unit))]
    assert early == []
    assert [one.key for one in canvas.take(Unit(True, 99, 99, units[0]))] == [True]


def test_a_broken_unit_waits_for_the_next_key_and_a_new_size_is_painted_anew() -> None:
    units, wide = encode_window(), encode_window()
    canvas = Canvas(Begin("h264", (WINDOW,), 320))
    assert list(canvas.take(Unit(True, 0, 0, b"\x00\x00\x00\x01\x65" + b"\xff" * 50))) == []
    shown = [one for at, unit in enumerate(units) for one in canvas.take(Unit(at == 0, at, at * 33_333, unit))]
    assert len(shown) == len(wide)
    assert canvas.size == (320, 180)
