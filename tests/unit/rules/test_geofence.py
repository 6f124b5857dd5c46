"""A moving device and an area: entering, leaving, staying; being there already; flapping at the fence."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from bongsu.core.geo import Point
from bongsu.core.rule import Geofence
from bongsu.rules.area import IN, MARGIN, area_of
from fakes.telemetry_batches import T0, AtWork, a_device, short

RING = ((127.0, 37.5), (127.01, 37.5), (127.01, 37.51), (127.0, 37.51), (127.0, 37.5))
INSIDE, OUTSIDE, BESIDE = (127.005, 37.505), (127.02, 37.505), (127.0101, 37.505)  # 9 m from the fence
WEARABLE = a_device("W", site="집-1", ward="w1")


def fence(**fields):
    return AtWork(Geofence(**({"zones": ("zone-1",)} | fields)), [WEARABLE], {"zone-1": RING})


def test_leaving_begins_beyond_the_margin_and_is_over_with_coming_back():
    work = fence(exit=True)
    assert work.move(("W", *INSIDE, T0)) == []
    assert work.move(("W", *BESIDE, T0 + 1000)) == []
    found = work.move(("W", *OUTSIDE, T0 + 2000))
    assert short(found) == [("집-1", "began", 2, 2)]
    assert (found[0].cause, found[0].where, found[0].ward) == ("exited", Point(*OUTSIDE), "w1")
    assert work.move(("W", *BESIDE, T0 + 3000)) == []
    assert short(work.move(("W", *INSIDE, T0 + 4000))) == [("집-1", "over", 2, 4)]


def test_who_is_inside_already_has_not_entered_but_a_stay_begins():
    entering = fence(enter=True)
    assert entering.move(("W", *INSIDE, T0)) == []
    staying = fence(dwell_s=60.0)
    assert staying.move(("W", *INSIDE, T0)) == []
    assert staying.wait(T0 + 59_000) == []
    found = staying.wait(T0 + 61_000)
    assert short(found) == [("집-1", "began", 0, 60)]
    assert found[0].values == {"zone": "zone-1", "minutes": 1.0}
    assert short(staying.move(("W", *OUTSIDE, T0 + 90_000))) == [("집-1", "over", 0, 90)]


def test_who_is_outside_already_has_not_left():
    work = fence(exit=True)
    assert work.move(("W", *OUTSIDE, T0)) == []
    assert work.wait(T0 + 90_000) == []


def test_entering_is_told_once_and_names_the_zone():
    work = fence(enter=True)
    work.move(("W", *OUTSIDE, T0))
    found = work.move(("W", *INSIDE, T0 + 1000), ("W", 127.006, 37.505, T0 + 2000))
    assert short(found) == [("집-1", "began", 1, 1)]
    assert found[0].values == {"zone": "zone-1"}
    assert work.move(("W", 127.007, 37.505, T0 + 3000)) == []


def test_a_change_that_does_not_last_is_no_change():
    work = fence(exit=True, settle_s=30.0)
    work.move(("W", *INSIDE, T0))
    work.move(("W", *OUTSIDE, T0 + 10_000), ("W", *INSIDE, T0 + 20_000))
    assert work.wait(T0 + 100_000) == []
    work.move(("W", *OUTSIDE, T0 + 110_000))
    assert short(work.wait(T0 + 141_000)) == [("집-1", "began", 110, 140)]


def test_a_stay_that_ended_before_it_was_long_is_none():
    work = fence(dwell_s=60.0)
    work.move(("W", *INSIDE, T0))
    assert work.move(("W", *OUTSIDE, T0 + 50_000)) == []
    assert work.wait(T0 + 200_000) == []


def test_a_place_that_comes_twice_or_late_changes_nothing():
    work = fence(exit=True)
    work.move(("W", *INSIDE, T0))
    assert len(work.move(("W", *OUTSIDE, T0 + 2000))) == 1
    assert work.move(("W", *OUTSIDE, T0 + 2000)) == []
    assert work.move(("W", *INSIDE, T0 + 1000)) == []


def test_a_restart_between_any_two_places_changes_nothing():
    rows = [("W", *INSIDE, T0), ("W", *OUTSIDE, T0 + 1000), ("W", *INSIDE, T0 + 2000), ("W", *OUTSIDE, T0 + 3000)]
    plain, broken = fence(exit=True), fence(exit=True)
    expected = [d for row in rows for d in plain.move(row)]
    found = []
    for row in rows:
        found += broken.move(row)
        broken.restart()
    assert found == expected
    assert len(found) == 3


def test_without_zones_each_device_has_the_zone_of_its_site():
    devices = [WEARABLE, a_device("V", site="집-2"), a_device("N", site="집-3")]
    far = tuple((lon + 1, lat) for lon, lat in RING)
    work = AtWork(Geofence(exit=True), devices, {"집-1": RING, "집-2": far})
    work.move(("W", *INSIDE, T0), ("V", 128.005, 37.505, T0), ("N", *INSIDE, T0))
    found = work.move(("W", 128.005, 37.505, T0 + 1000), ("V", 128.006, 37.505, T0 + 1000), ("N", *OUTSIDE, T0 + 1000))
    assert [d.site for d in found] == ["집-1"]


def test_a_missing_zone_is_no_empty_area():
    with pytest.raises(KeyError):
        AtWork(Geofence(zones=("gone",), exit=True), [WEARABLE], {})


def a_star(middle, radii, scale):
    angles = np.linspace(0, 2 * np.pi, len(radii), endpoint=False)
    points = [
        (middle[0] + scale * r * np.cos(a), middle[1] + scale * r * np.sin(a))
        for r, a in zip(radii, angles, strict=True)
    ]
    return (*points, points[0])


stars = st.tuples(
    st.tuples(st.floats(126.9, 127.1), st.floats(37.4, 37.6)),
    st.lists(st.floats(0.2, 1.0), min_size=4, max_size=12),
    st.floats(0.0005, 0.05),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(stars, min_size=1, max_size=12), st.integers(0, 1 << 30))
def test_the_raster_says_what_geometry_says(given_stars, seed):
    rings = {str(number): a_star(*star) for number, star in enumerate(given_stars)}
    area = area_of(rings, 20.0)
    rng = np.random.default_rng(seed)
    corners = np.concatenate([np.array(ring) for ring in rings.values()])
    lon = np.concatenate([rng.uniform(126.8, 127.2, 300), corners[:, 0] + rng.normal(0, 1e-4, len(corners))])
    lat = np.concatenate([rng.uniform(37.3, 37.7, 300), corners[:, 1] + rng.normal(0, 1e-4, len(corners))])
    side, ring = area.side(lon, lat, None)
    east, north = area.plane.metres_per_degree()
    points = shapely.points((lon - area.plane.origin.lon) * east, (lat - area.plane.origin.lat) * north)
    union = shapely.union_all(area.rings.rings)
    assert (
        np.array_equal(side == IN, shapely.contains(union, points))
        or shapely.distance(
            shapely.boundary(shapely.MultiPolygon(list(area.rings.rings))),
            points[(side == IN) != shapely.contains(union, points)],
        ).max()
        < 1e-6
    )
    apart = shapely.distance(union, points)
    assert (apart[side == MARGIN] <= 20.001).all()
    assert (apart[side == 0] >= 19.5).all()
    assert ((ring >= 0) == (side == IN)).all()
