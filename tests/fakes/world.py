"""Builders of small worlds: a crossing with four streets, a few houses and cameras."""

from __future__ import annotations

from bongsu.core.asset import Building, Road
from bongsu.core.geo import Plane, Point
from bongsu.world.scene import Bell, Eye, Scene, Station

MIDDLE = Point(127.3, 36.55)
PLANE = Plane(MIDDLE)


def lonlat(x: float, y: float) -> tuple[float, float]:
    """The place x metres east and y metres north of the small world's middle."""
    point = PLANE.to_point(x, y)
    return point.lon, point.lat


def an_eye(x: float = 0.0, y: float = -60.0, **changes: object) -> Eye:
    """A camera 5 m up that looks north."""
    facts: dict[str, object] = {
        "id": "HB-0001-1",
        "where": PLANE.to_point(x, y),
        "heading_deg": 0.0,
        "hfov_deg": 70.0,
        "height_m": 5.0,
        "width_px": 1920,
    }
    return Eye(**(facts | changes))


def a_house(x: float, y: float, size: float = 12.0, high: float = 12.0, number: int = 1) -> Building:
    """A square house around a place."""
    half = size / 2
    ring = ((x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half))
    return Building(id=number, ring=tuple(lonlat(*spot) for spot in (*ring, ring[0])), height_m=high)


def a_scene(**changes: object) -> Scene:
    """Four streets around a square of 200 m, a house in each corner, one camera."""
    rim = ((-100, -100), (0, -100), (100, -100), (100, 0), (100, 100), (0, 100), (-100, 100), (-100, 0), (-100, -100))
    streets = [
        Road(
            id=n,
            line=tuple(lonlat(*spot) for spot in rim[2 * n : 2 * n + 3]),
            road_class="secondary",
            name="한빛로",
            lanes=4,
        )
        for n in range(4)
    ]
    streets += [
        Road(id=4, line=(lonlat(-100, 0), lonlat(0, 0), lonlat(100, 0)), road_class="residential"),
        Road(id=5, line=(lonlat(0, -100), lonlat(0, 0), lonlat(0, 100)), road_class="residential"),
    ]
    facts: dict[str, object] = {
        "seed": 3,
        "origin": MIDDLE,
        "cameras": (an_eye(),),
        "roads": tuple(streets),
        "buildings": (a_house(40, 40), a_house(-40, 40, number=2), a_house(40, -40, number=3)),
    }
    return Scene(**(facts | changes))


def a_grid(size: int = 7, apart_m: float = 220.0, **changes: object) -> Scene:
    """A small town: streets in a grid, a house on every corner, a tower in one, stations, and a bell at the middle."""
    half = (size - 1) / 2
    spots = [(n - half) * apart_m for n in range(size)]
    kinds = ("residential", "tertiary", "residential", "primary")
    lines = [(nth, [(x, y) for x in spots]) for nth, y in enumerate(spots)]
    lines += [(size + nth, [(x, y) for y in spots]) for nth, x in enumerate(spots)]
    roads = tuple(
        Road(
            id=n,
            line=tuple(lonlat(*spot) for spot in line),
            road_class=kinds[n % size % 4],
            name=f"{n}번로",
            name_en=f"{n}-beonno",
        )
        for n, line in lines
    )
    houses = tuple(
        a_house(x + 30, y + 30, high=60.0 if n == 3 else 9.0, number=n)
        for n, (x, y) in enumerate((x, y) for x in spots for y in spots)
    )
    facts: dict[str, object] = {
        "seed": 3,
        "origin": MIDDLE,
        "cameras": (an_eye(),),
        "roads": roads,
        "buildings": houses,
        "stations": (
            Station(id="PS-1", kind="police", name="가온경찰서", where=PLANE.to_point(spots[1], spots[1])),
            Station(id="FS-1", kind="fire", name="가온소방서", where=PLANE.to_point(spots[-2], spots[2])),
        ),
        "bells": tuple(Bell(f"EB-{n}", PLANE.to_point(x, spots[1] + 5.0)) for n, x in enumerate(spots)),
    }
    return Scene(**(facts | changes))
